"""A hub returns that mDNS never saw leave (trap 6)."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Hearing
from tests.scenarios.home import ago, case, home, hub

BACK = case(home(hub(record_since=ago(seconds=1), hearing=Hearing.HEARD)))
