"""A newer firmware is offered."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Firmware
from tests.scenarios.home import case, home, lock

FOUND = case(home(lock(firmware=Firmware("3100", "3110"))), notices=("firmware_old",))
NEAR_MISS = case(home(lock(firmware=Firmware("3110", "3110"))))
