"""The virtual lock and what a person can do at its door."""

from dataclasses import dataclass
import json
from pathlib import Path
import shutil
from typing import Any

import aiohttp

from . import paths
from .network import Network
from .process import Process, Program
from .thread_network import HOME, HUB, BorderRouter, ThreadNetwork
from .waiting import wait_until

INTERFACE = "wpan0"


@dataclass(frozen=True)
class Place:
    """What makes one lock of a home this lock."""

    name: str
    """The name of its namespace."""
    serial: str | None = None
    """None is the profile's own."""
    passcode: int = 20202021
    discriminator: int = 3840
    extended_address: str = "1122334455667788"


FIRST = Place("lock")
SECOND = Place("lock2", "54EF441000D9F002", 20202029, 3842, "1122334455667799")


class ControlFailed(RuntimeError):
    """The lock's control channel refused an action."""

    def __init__(self, action: str, status: int, answer: str) -> None:
        """Keep what the lock said, without its wrapping."""
        super().__init__(f"{action}: {status} {answer}")
        try:
            self.said = str(json.loads(answer)["error"])
        except ValueError, KeyError, TypeError:
            self.said = answer


class LockControl:
    """What can be made to happen at the lock, over its control socket."""

    def __init__(self, socket: Path) -> None:
        """Take the path of the control socket."""
        self.socket = socket

    async def act(self, action: str, **body: Any) -> Any:
        """Ask for an action; raises ControlFailed with the lock's own words."""
        connector = aiohttp.UnixConnector(str(self.socket))
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.post(f"http://lock/{action}", json=body) as answer,
        ):
            if answer.status != 200:
                raise ControlFailed(action, answer.status, await answer.text())
            return await answer.json()

    async def unlock(self, **how: Any) -> None:
        """Unlock: `finger=2`, `pin=1`, `tag=3`, `aliro=4`, `face=2` (user index), `hand=True`."""
        await self.act("unlock", **operation(how))

    async def lock(self, **how: Any) -> None:
        """Lock: `hand=True`, `auto=True`, `button=True`, `pin=1`."""
        await self.act("lock", **operation(how))

    async def unlatch(self, **how: Any) -> None:
        """Pull the latch; arguments as for `unlock`."""
        await self.act("unlatch", **operation(how))

    async def denied(self, error: str = "invalid_credential", **how: Any) -> None:
        """Turn somebody away: `denied("disabled_user", pin=2)`."""
        await self.act("denied", error=error, **operation(how))

    async def wrong_code(self, times: int = 1) -> None:
        """Enter a wrong code."""
        await self.act("wrong_code", times=times)

    async def alarm(self, code: str) -> None:
        """Raise an alarm by its name, such as `forced_open`."""
        await self.act("alarm", code=code)

    async def duress(self, **how: Any) -> None:
        """Unlock under duress."""
        await self.act("duress", **operation(how))

    async def user_change(self, **change: Any) -> None:
        """Report a change of a user or credential; the table stays as it is."""
        await self.act("user_change", **change)

    async def set_user(self, index: int, name: str, **more: Any) -> None:
        """Add or change a user as the Aqara app does, with the lock's own events."""
        await self.act("set_user", index=index, name=name, **more)

    async def clear_user(self, index: int) -> None:
        """Remove a user and its credentials as the Aqara app does."""
        await self.act("clear_user", index=index)

    async def code(self, digits: str, at: str | None = None) -> str:
        """Type a code at the keypad and return what came of it.

        `at` is the true wall clock of the lock's time zone, such as `2026-12-24T18:00`; now
        without it. Returns `opens`, `duress`, `reports`, `invalid_credential`,
        `disabled_user`, `restricted`, `locked_out` or `jammed`.
        """
        return str((await self.typed(digits, at))["result"])

    async def typed(self, digits: str, at: str | None = None) -> dict[str, Any]:
        """Type a code; returns `result` and the index of the `user` whom the lock names."""
        when = {} if at is None else {"at": at}
        return dict(await self.act("code", code=digits, **when))

    async def admits(self, at: str | None = None) -> list[int]:
        """Return who could open by a code at a wall clock, by index; nothing changes."""
        when = {} if at is None else {"at": at}
        return list((await self.act("admits", **when))["users"])

    async def personality(self, **how: Any) -> None:
        """Set where the lock departs from the specification: `names="alphanumeric"`, `asleep="codes"`.

        What there is stands in lock/access/personality.mjs.
        """
        await self.act("personality", **how)

    async def touch_keypad(self) -> None:
        """Wake the keypad."""
        await self.act("touch_keypad")

    async def clock(self, **how: Any) -> None:
        """Set the lock's own clock: `ahead=3600`, `shows="2026-12-24T18:00"`, `unset=True`, `zone=…`."""
        await self.act("clock", **how)

    async def fill(self, left: int = 0) -> None:
        """Let users of the vendor's app take every place but the last ones."""
        await self.act("fill", left=left)

    async def people(self) -> dict[str, Any]:
        """Return users and schedules without codes, the personality and the clock."""
        return dict(await self.act("people"))

    async def reset_people(self, **personality: Any) -> None:
        """Clear all users and schedules without an event, and set clock and keypad right.

        The lock is by the book then, except for the personality that is given.
        """
        await self.act("reset_people", **personality)

    async def jam(self, on: bool = True) -> None:
        """Let the bolt jam, or free it."""
        await self.act("jam", on=on)

    async def manners(self, **how: Any) -> None:
        """Set how positions are reported: `open_as="not_fully_locked"`, `latch_ms=800`."""
        await self.act("manners", **how)

    async def door(self, state: str) -> None:
        """Open or close the door: `open`, `closed`, `ajar`."""
        await self.act("door", state=state)

    async def battery(self, percent: int) -> None:
        """Set the battery's charge in percent."""
        await self.act("battery", percent=percent)

    async def hear_parent(self, **how: int) -> None:
        """Set how the radio hears its parent: `rssi=-92, lqi=1, frame_error_rate=30`."""
        await self.act("link", **how)

    async def counted(self, **counts: int) -> None:
        """Set what the lock counted: `requested`, `acknowledged`, `detached`, `aged` seconds."""
        await self.act("counted", **counts)

    async def silence(self, on: bool) -> None:
        """Let the lock say nothing of its own accord, or speak again."""
        await self.act("silence", on=on)

    async def state(self) -> dict[str, Any]:
        """Return what the lock knows of itself."""
        return dict(await self.act("state"))

    async def events(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the lock's own log of every event that it emitted."""
        return list((await self.act("events", since=since))["events"])

    async def message_counts(self) -> dict[str, Any]:
        """Return how many messages the lock received, by kind, since its start or a reset."""
        return dict(await self.act("counts"))


class VirtualLock(LockControl):
    """The lock's program, in the namespace behind the hub."""

    def __init__(
        self,
        wires: Network,
        profile: str,
        folder: Path,
        logs: Path,
        resolver: Path,
        max_interval: int | None = None,
        place: Place = FIRST,
    ) -> None:
        """Take the place; nothing runs yet.

        `max_interval` are the seconds after which the lock reports at the latest.
        """
        super().__init__(folder / f"{place.name}.sock")
        self._max_interval = max_interval
        self._place = place
        self.namespace = wires.hosts[place.name]
        self.profile = profile
        self.network = HOME
        self._wires = wires
        self._store = folder / f"{place.name}-store"
        self._log, self._resolver = logs / f"{place.name}.log", resolver
        self._process = self._program(HUB)
        self._ready: dict[str, Any] = {}

    @property
    def pairing_code(self) -> str:
        """Return the manual pairing code that the lock printed when it was ready."""
        return str(self._ready["manualPairingCode"])

    @property
    def qr_code(self) -> str:
        """Return the QR payload that is printed on the lock."""
        return str(self._ready["qrPairingCode"])

    @property
    def serial(self) -> str:
        """Return the serial number that Matter tells of the running lock."""
        return str(self._ready["serial"])

    @property
    def running(self) -> bool:
        """Tell whether the lock is switched on."""
        return self._process.running

    async def start(self) -> None:
        """Switch the lock on and wait until it answers."""
        await self.radio_on()
        await self._boot()

    async def join(
        self, network: ThreadNetwork = HOME, parent: BorderRouter = HUB
    ) -> None:
        """Bring the lock into a Thread network, as an app does over Bluetooth; fabrics stay.

        A border router of that network has to be there. Returns when the lock has an address.
        """
        await self.stop()
        await self.radio_off()
        self.network = network
        await self._wires.attach(self._place.name, "mesh", network.bridge)
        self._process = self._program(parent)
        await self.start()
        await wait_until(f"address of the lock on {network.name}", self.address)

    async def leave(self) -> None:
        """Reset the lock to its state in the box: no fabric, no Thread network."""
        await self.stop()
        await self.radio_off()
        shutil.rmtree(self._store, ignore_errors=True)

    async def join_ecosystem(self, vendor_id: int, label: str = "Home") -> None:
        """Add an ecosystem to the fabric table by its vendor; nobody is behind it."""
        await self.act("join_ecosystem", vendor=vendor_id, label=label)

    async def stop(self) -> None:
        """End the lock's program."""
        await self._process.stop()

    async def power_cycle(self) -> None:
        """Take the battery out and put it in again."""
        await self._process.kill()
        await self._boot()

    async def reboot(self) -> None:
        """Let the lock restart by itself, as after an update."""
        await self.act("reboot")

    async def factory_reset(self) -> None:
        """Let the lock forget its fabrics."""
        await self.act("factory_reset")

    async def radio_off(self) -> None:
        """Switch the lock's radio off; the lock itself goes on."""
        await self.namespace.ip("link", "set", INTERFACE, "down")

    async def radio_on(self) -> None:
        """Switch the radio on; the address comes with the hub's next announcement."""
        await self.namespace.sysctl(net__ipv6__conf__wpan0__accept_ra=1)
        await self.namespace.ip("link", "set", INTERFACE, "up")
        await self.namespace.solicit_routers(INTERFACE)

    def _program(self, parent: BorderRouter) -> Process:
        """Describe the lock's program on its Thread network."""
        network, place = self.network, self._place
        command: tuple[str, ...] = (
            *("node", str(paths.LOCK_SCRIPT), "--control", str(self.socket)),
            *("--store", str(self._store), "--iface", INTERFACE, "--no-ipv4"),
            *("--profile", self.profile, "--parent", parent.extended_address),
            *("--xpan", network.extended_pan_id, "--network-name", network.name),
            *("--passcode", str(place.passcode)),
            *("--discriminator", str(place.discriminator)),
            *("--ext-address", place.extended_address),
        )
        if place.serial is not None:
            command = (*command, "--serial", place.serial)
        if self._max_interval is not None:
            command = (*command, "--max-interval", str(self._max_interval))
        program = Program(place.name, self.namespace, command, self._log)
        return Process(program, self._resolver)

    async def _boot(self) -> None:
        await self._process.start()
        line = await self._process.wait_for_line("^READY ", timeout=60)
        self._ready = json.loads(line.removeprefix("READY "))

    async def address(self) -> str | None:
        """Return the lock's address behind the hub, or None while it has none."""
        text = await self.namespace.ip(
            "-o", "-6", "addr", "show", INTERFACE, "scope", "global"
        )
        return text.split()[3].partition("/")[0] if text else None

    async def repair(self) -> None:
        """Bring the lock back to the state of a healthy one: locked, radio on, no fault."""
        if self.network is not HOME:
            await self.join()
        await self.radio_on()
        await self.manners(open_as="unlocked", latch_ms=0)
        state = await self.state()
        if state["jammed"]:
            await self.jam(False)
        elif state["lock_state"] != "locked":
            await self.lock(hand=True)


def operation(how: dict[str, Any]) -> dict[str, Any]:
    """Turn `finger=2, index=5` into method, user and the rest as the lock takes them."""
    rest = dict(how)
    method = next(iter(rest))
    user = rest.pop(method)
    body = {"method": method, **rest}
    if user is not True:
        body["user"] = user
    return body
