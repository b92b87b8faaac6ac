"""Another device has the host's address."""

from custom_components.aqara_lock.domain.diagnosis.evidence import AddressFlag
from tests.scenarios.home import adapter, address, case, home, host

TAKEN = address("fd99::5/64", AddressFlag.DAD_FAILED)
FOUND = case(
    home(host(adapter("192.168.1.5/24", "fe80::5/64", TAKEN))),
    "duplicate_address",
    lock="duplicate_address",
    home="duplicate_address",
)
NEAR_MISS = case(home(host(adapter("192.168.1.5/24", "2001:db8::5/64", TAKEN))))
