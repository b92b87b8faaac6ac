"""Home Assistant uses cable and Wi-Fi in different networks."""

from dataclasses import replace

from tests.scenarios.home import adapter, case, home, host

WIFI = adapter("192.168.7.5/24", "fe80::6/64", name="wlan0")
FOUND = case(home(host(adapter(), WIFI)), notices=("several_adapters",))
NEAR_MISS = case(home(host(adapter(), replace(WIFI, enabled=False))))
