"""mDNS of a whole home: whoever is on the network announces, changes, takes leave and forges."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Final

from homeassistant.helpers import device_registry as dr, issue_registry as ir

from custom_components.aqara_lock.domain.budget import (
    HUB_PROBE_INTERVAL,
    MAX_PROBED_HUBS,
    NEW_ADDRESSES_OF_ALL,
)
from tests.component.fake_lan import FakeHub
from tests.component.house import House

from .watch import Caught, Fault

HEX: Final = frozenset("0123456789abcdef")
LONGEST_LABEL: Final = 63
"""Bytes of a name on mDNS."""
LONGEST_VALUE: Final = 200
"""Bytes of a TXT value; an item has 255 with its key."""
SECONDS: Final = (0, 0.2, 1, 5, 10)
MOST_ACTS: Final = 12
MOST_OTHERS: Final = MAX_PROBED_HUBS + 4
"""Who else is on the network; each answers every question, and that is the harness's own work."""
MOST_WAITS: Final = 2
"""Of one input: what a home does in a minute is no work of one announcement."""
RETURNS: Final = 200
"""Seconds after which a hub that announces itself is what it was, whoever was there."""
EARLY: Final = 40
"""Probes before their time in ten minutes, of one hub and a new address of each."""
MOST_DEVICES: Final = MAX_PROBED_HUBS + 4
MOST_ISSUES: Final = 2 * MAX_PROBED_HUBS + 8


class Lan:
    """A home whose real hub is there all the time; everything else comes from others."""

    logs_errors = False

    def __init__(self, home: House, real: FakeHub) -> None:
        """Take a home that has learned its hub."""
        self._house = home
        self._lan = home.lan
        self._real = real
        self._settings = _settings(home)
        self._probed_from = home.hass.loop.time()
        self._turn = 0

    def samples(self) -> list[Any]:
        """Return what happens on the network of a home, and what an attacker does."""
        real = self._real
        other = replace(
            real,
            name="Hub M3-0001",
            host="Hub-M3-0001.local.",
            border_agent_id="11" * 16,
            extended_address="11" * 8,
            addresses=("10.10.10.21", "fd00::21", "fe80::21"),
        )
        twin = replace(other, border_agent_id=real.border_agent_id)
        heir = replace(real, border_agent_id="22" * 16)
        radio = replace(other, extended_address=real.extended_address)
        moved = replace(real, addresses=("10.10.10.99", "fd00::99"))
        off = replace(other, state=bytes.fromhex("00000009"))
        far = replace(other, extended_pan_id="0102030405060708", vendor="Apple Inc.")
        return [
            [_act("announce", other), _act("goodbye", other)],
            [_act("announce", twin), _act("wait"), _act("announce", twin)],
            [_act("announce", heir), _act("wait"), _act("announce", real)],
            [_act("goodbye", real), _act("announce", heir)],
            [_act("announce", radio), _act("expire", radio)],
            [_act("announce", moved), _act("announce", real)],
            [_act("expire", real), _act("announce", twin), _act("goodbye", twin)],
            [_act("announce", off), _act("wait"), _act("goodbye", off)],
            [_act("announce", far), _act("goodbye", real)],
            [_act("announce", other), _act("unplug", other), _act("wait")],
        ]

    async def feed(self, given: Any) -> Fault | None:
        """Let it happen; the home neither grows nor asks whom it may not ask."""
        acts = given if isinstance(given, list) else []
        waits = 0
        for act in acts[:MOST_ACTS]:
            if not isinstance(act, Mapping):
                continue
            waits += act.get("act") == "wait"
            if act.get("act") != "wait" or waits <= MOST_WAITS:
                await self._do(act)
        return self._judge()

    async def _do(self, act: Mapping[Any, Any]) -> None:
        kind = act.get("act")
        if kind == "wait":
            await self._wait(act)
            return
        if (hub := _hub(act)) is None:
            return
        if kind == "announce":
            self._lan.hubs[:] = [
                x for x in self._lan.hubs if x is self._real or x.name != hub.name
            ][-MOST_OTHERS:]
            if self._real not in self._lan.hubs:
                self._lan.hubs.insert(0, self._real)
            self._lan.add(hub)
        elif kind == "goodbye":
            self._lan.unplug(hub, goodbye=True)
        elif kind == "expire":
            self._lan.expire(hub)
        elif kind == "unplug":
            for known in self._lan.hubs:
                if known is not self._real and known.name == hub.name:
                    self._lan.unplug(known)

    async def _wait(self, act: Mapping[Any, Any]) -> None:
        number = act.get("seconds")
        place = number % len(SECONDS) if isinstance(number, int) else 0
        await self._house.tick(SECONDS[place])

    def _judge(self) -> Fault | None:
        hubs = self._house.home.runtime_data.hubs
        if len(hubs) > MAX_PROBED_HUBS:
            return Fault(f"watches {len(hubs)} hubs")
        for address in set(self._lan.probes):
            if (why := _why_not(address)) is not None:
                self._lan.probes.clear()
                return Fault(f"probes {why}: {address}")
        return None

    async def refresh(self) -> Fault | None:
        """Let the others leave, and the real hub announce itself as ever."""
        passed = self._house.hass.loop.time() - self._probed_from
        fault = self._judge() or self._judge_probes(passed)
        for known in self._lan.hubs:
            if known is not self._real:
                self._lan.unplug(known, goodbye=True)
        self._lan.hubs[:] = [self._real]
        self._lan.plug(self._real)
        await self._house.pass_time(RETURNS, 20)
        fault = fault or self._judge_home()
        self._lan.probes.clear()
        self._probed_from = self._house.hass.loop.time()
        return fault

    def _judge_probes(self, passed: float) -> Fault | None:
        rounds = passed / HUB_PROBE_INTERVAL + 2
        tries = 4 * (MAX_PROBED_HUBS * rounds + EARLY + NEW_ADDRESSES_OF_ALL[0].most)
        if len(self._lan.probes) > tries:
            return Fault(f"{len(self._lan.probes)} probes in {passed:.0f} s")
        return None

    def _judge_home(self) -> Fault | None:
        home, hass = self._house.home, self._house.hass
        if self._real.border_agent_id not in home.runtime_data.hubs:
            return Fault("the real hub is not watched")
        if (state := self._house.hub_online(self._real)) != "on":
            return Fault(f"the real hub is {state}")
        if _settings(self._house) != self._settings:
            return Fault("settings are changed")
        devices = dr.async_entries_for_config_entry(dr.async_get(hass), home.entry_id)
        if len(devices) > MOST_DEVICES:
            return Fault(f"{len(devices)} devices")
        issues = [x for x in ir.async_get(hass).issues.values() if x.active]
        if len(issues) > MOST_ISSUES:
            return Fault(f"{len(issues)} repairs")
        return None


def _act(kind: str, hub: FakeHub | None = None) -> dict[str, Any]:
    if hub is None:
        return {"act": kind, "seconds": 3}
    return {
        "act": kind,
        "name": hub.name,
        "host": hub.host,
        "addresses": list(hub.addresses),
        "txt": hub.txt(),
        "answers": True,
    }


class _Forged(FakeHub):
    """A border router whose TXT record is what was given."""

    text: dict[bytes, bytes]

    def txt(self) -> dict[bytes, bytes]:
        """Give the TXT record as it is."""
        return self.text


def _hub(act: Mapping[Any, Any]) -> FakeHub | None:
    """Return who announces it, as far as a packet can carry that."""
    name, host, txt = (act.get(key) for key in ("name", "host", "txt"))
    if not (isinstance(name, str) and isinstance(host, str) and isinstance(txt, dict)):
        return None
    made = _Forged(
        name=_label(name),
        host=_label(host),
        addresses=tuple(_addresses(act.get("addresses"))),
        plugged=act.get("answers") is True,
    )
    made.text = {
        key[:50]: value[:LONGEST_VALUE]
        for key, value in txt.items()
        if isinstance(key, bytes) and key and isinstance(value, bytes)
    }
    return made


def _label(text: str) -> str:
    return text.encode(errors="replace")[:LONGEST_LABEL].decode(errors="replace")


def _addresses(given: Any) -> Iterator[str]:
    for text in given[:20] if isinstance(given, list | tuple) else ():
        with suppress(ValueError):
            if isinstance(text, str):
                yield str(ip_address(text.partition("%")[0]))


def _why_not(address: str) -> str | None:
    """Return why an address may never be probed."""
    found = ip_address(address)
    for kind in ("is_link_local", "is_loopback", "is_multicast", "is_unspecified"):
        if getattr(found, kind):
            return f"an address that {kind}"
    return None if found.is_private else "an address that is not private"


def _settings(home: House) -> object:
    entry = home.home
    locks = {key: dict(item.data) for key, item in entry.subentries.items()}
    return dict(entry.data), dict(entry.options), locks


async def learn(home: House, real: FakeHub) -> Lan:
    """Let the home learn its hub, and give what happens then."""
    with Caught():
        await home.pass_time(RETURNS, 20)
    return Lan(home, real)
