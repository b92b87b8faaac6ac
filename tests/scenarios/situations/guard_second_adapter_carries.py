"""Home Assistant's own adapter has no IPv6, but the kernel has a way by another one."""

from tests.scenarios.home import adapter, ago, case, home, host, lock

IOT = adapter(
    "192.168.7.5/24", "fe80::7/64", "fd99::5/64", name="eth0.7", enabled=False
)
JUST_STARTED = lock(last_sign_of_life=ago(minutes=10))
NO_IPV6 = case(
    home(
        host(adapter("192.168.1.5/24"), IOT, ipv6_class_since=ago(seconds=30)),
        JUST_STARTED,
    )
)
LINK_LOCAL = case(
    home(
        host(
            adapter("192.168.1.5/24", "fe80::5/64"),
            IOT,
            ipv6_class_since=ago(seconds=30),
        ),
        JUST_STARTED,
    )
)
