"""What the kernel tells: the host is read anew at once, and not more often than needed."""

import asyncio
from collections.abc import Iterator
import socket
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
import pytest

from custom_components.aqara_lock.domain.thread.routing import RouteState
from custom_components.aqara_lock.network.host import kernel_monitor
from custom_components.aqara_lock.network.host.kernel_monitor import KernelMonitor

from ..fake_host import FakeHost, publish
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

OPEN = "custom_components.aqara_lock.network.host.kernel_monitor.open_socket"


@pytest.fixture
def kernel(socket_enabled: None) -> Iterator[socket.socket]:
    """Give the other end of the watch's socket."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.setblocking(False)
    with theirs, patch(OPEN, return_value=ours):
        yield theirs


async def turn() -> None:
    """Let the event loop look at its sockets."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_burst_of_messages_is_one_change(kernel: socket.socket) -> None:
    changes: list[None] = []
    watch = KernelMonitor(lambda: changes.append(None))
    watch.start()
    for _ in range(5):
        kernel.send(b"route")
    await turn()
    assert len(changes) == 1
    kernel.send(b"address")
    await turn()
    assert len(changes) == 2
    watch.stop()
    watch.stop()


async def test_overrun_is_a_change(kernel: socket.socket) -> None:
    changes: list[None] = []
    watch = KernelMonitor(lambda: changes.append(None))
    watch.start()
    with patch.object(watch, "_socket") as broken:
        broken.recv.side_effect = OSError("No buffer space available")
        watch._readable()
    assert len(changes) == 1
    watch.stop()


async def test_no_netlink_is_no_error() -> None:
    watch = KernelMonitor(lambda: None)
    with patch(OPEN, side_effect=OSError("not here")):
        watch.start()
    watch.stop()


async def test_changes_of_routes_and_addresses_are_subscribed(
    socket_enabled: None,
) -> None:
    opened = kernel_monitor.open_socket()
    assert opened.getsockname()[1] == kernel_monitor.CHANGES
    opened.close()


async def test_socket_that_may_not_listen_is_closed(socket_enabled: None) -> None:
    with patch.object(kernel_monitor.socket, "socket") as made:
        made.return_value.bind.side_effect = PermissionError
        with pytest.raises(PermissionError):
            kernel_monitor.open_socket()
    assert made.return_value.close.called


async def test_look_that_is_due_ends_with_the_integration(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    house.home.runtime_data.diagnosis.kernel_changed()
    await house.hass.config_entries.async_unload(house.home.entry_id)
    await house.tick(10)
    assert house.home.state is ConfigEntryState.NOT_LOADED


async def test_lost_route_is_seen_before_the_next_tick(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    await house.tick(1)
    u400_lock.answers_ping = False
    host.way = RouteState.NO_ROUTE
    house.home.runtime_data.diagnosis.kernel_changed()
    house.home.runtime_data.diagnosis.kernel_changed()
    await house.tick(4)
    await house.tick(15)
    await house.tick(1)
    assert house.problem.state == "no_route_to_mesh"
    assert house.fired("connection")[0]["cause"] == "no_route_to_mesh"
