"""The provider's prefix changed and no local address stays."""

from custom_components.aqara_lock.domain.diagnosis.evidence import AddressFlag
from tests.scenarios.home import adapter, address, case, home, host

OLD = address("2001:db8::5/64", AddressFlag.DEPRECATED)
FOUND = case(
    home(host(adapter("192.168.1.5/24", "fe80::5/64", OLD))),
    "addresses_deprecated",
    lock="addresses_deprecated",
    home="addresses_deprecated",
)
NEAR_MISS = case(home(host(adapter("192.168.1.5/24", "fd99::5/64", OLD))))
