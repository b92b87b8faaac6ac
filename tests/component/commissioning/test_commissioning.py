"""Adding a lock to Matter as a task of the home, over the emulated server and network."""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
import logging
import traceback
from typing import Any, Final
from unittest.mock import patch

from homeassistant.helpers import device_registry as dr
from matter_server.client.exceptions import (
    ConnectionClosed,
    NotConnected,
    ServerVersionTooOld,
)
import pytest

from custom_components.aqara_lock.commissioning.attempt import (
    MOST_ASKED,
    MOST_FABRICS,
    MOST_WINDOWS,
)
from custom_components.aqara_lock.commissioning.session import (
    Commissioning,
    CommissioningNotStarted,
)
from custom_components.aqara_lock.domain.commissioning.outcome import (
    Commissioned,
    CommissioningFailure as Failure,
    CommissioningOutcome,
    Failed,
)
from custom_components.aqara_lock.domain.commissioning.setup_codes import (
    parse_setup_code,
)
from custom_components.aqara_lock.domain.diagnosis.evidence import HostEvidence
from custom_components.aqara_lock.domain.thread.routing import RouteChoice, RouteState
from custom_components.aqara_lock.matter.commissioning import (
    CommissionRefused,
    async_commission,
)
from custom_components.aqara_lock.matter.devices import find_locks

from ..fake_lan import COMMISSIONABLE, FakeHub, FakeService
from ..fake_matter import COMPRESSED_FABRIC, FakeLock, Refusal
from ..house import House
from ..nodes import U200_NODE, U400_NODE, u200, u400

QR: Final = parse_setup_code("MT:Y.K90AFN004-JZ59600", vendor_id=None)
ATTEMPT: Final = "custom_components.aqara_lock.commissioning.attempt"
COMMISSION: Final = "commission_with_code"
NO_REASON: Final = Refusal(1, text="Commission with code failed for node 5.")
THEIR_ROOT: Final = bytes.fromhex(
    "044a9f42b1ca4840d37292bbc7f6a7e11e22200c976fc900dbc98a7a383a641cb8"
    "254a2e56d4e295a847943b4e3897c4a773e930277b4d9fbede8a052686bfacfa"
)
THEIR_FABRIC: Final = 0x87E1B004E235A130
"""The example of the Matter specification: this root with fabric 0x2906C908D115D362."""


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Nobody has to be waited for: what is heard is heard at once."""
    with patch(f"{ATTEMPT}.HEARING_SECONDS", 0):
        yield


def commissioning(house: House) -> Commissioning:
    """The home's own."""
    found: Commissioning = house.home.runtime_data.commissioning
    return found


def window(**more: Any) -> FakeService:
    """An open window that fits the code."""
    text = {
        b"D": str(QR.discriminator).encode(),
        b"CM": b"2",
        b"VP": b"4447+10244",
        b"DT": b"10",
        **more.pop("text", {}),
    }
    return FakeService("A1B2C3D4E5F60718", COMMISSIONABLE, text=text, **more)


def on_fabric(fabric: int, node: int = 77, **more: Any) -> FakeService:
    """The lock's name on a fabric."""
    return FakeService(f"{fabric:016X}-{node:016X}", **more)


async def outcome(house: House) -> CommissioningOutcome:
    """Try, and give what became of it."""
    commissioning(house).start(QR)
    return await commissioning(house).wait()


async def failure(house: House) -> Failed:
    """Try, and give how it failed."""
    found = await outcome(house)
    assert isinstance(found, Failed)
    return found


def host_way(way: RouteState) -> Any:
    """Let the kernel choose a way for every address."""

    async def read(_hass: object, addresses: Any, _url: object) -> HostEvidence:
        return HostEvidence(choices={a: RouteChoice(way=way) for a in addresses})

    return patch(f"{ATTEMPT}.async_read_host", read)


def echo(answers: bool | None) -> Any:
    """Let the lock answer an echo, or not."""

    async def asked(_address: str, _timeout: float) -> bool | None:
        return answers

    return patch(f"{ATTEMPT}.answers_echo", asked)


async def test_a_lock_is_added_and_found(house: House) -> None:
    await house.start()
    house.matter.new_devices[U400_NODE] = u400()
    done = await outcome(house)
    assert isinstance(done, Commissioned)
    assert done.lock in [lock.identity for lock in find_locks(house.hass)]
    assert house.matter.codes == [QR.text]
    assert await commissioning(house).wait() == done
    assert not commissioning(house).is_running


async def test_the_outcome_stays_until_it_is_forgotten(house: House) -> None:
    await house.start()
    house.matter.new_devices[U400_NODE] = u400()
    done = await outcome(house)
    assert commissioning(house).outcome is done
    commissioning(house).forget()
    assert commissioning(house).outcome is None
    with pytest.raises(CommissioningNotStarted):
        await commissioning(house).wait()


async def test_a_closed_dialog_loses_nothing(house: House) -> None:
    await house.start()
    house.matter.new_devices[U400_NODE] = u400()
    house.matter.hold(COMMISSION)
    task = commissioning(house)
    task.start(QR)
    first = asyncio.create_task(task.wait())
    await house.wait_for(lambda: house.matter.held)
    first.cancel()
    await asyncio.wait([first])
    assert first.cancelled()
    assert task.is_running
    second = asyncio.create_task(task.wait())
    third = asyncio.create_task(task.wait())
    house.matter.release()
    results = await asyncio.gather(second, third)
    assert results == [task.outcome] * 2
    assert isinstance(task.outcome, Commissioned)


async def test_a_second_start_attaches_to_the_first(house: House) -> None:
    await house.start()
    house.matter.new_devices[U400_NODE] = u400()
    house.matter.hold(COMMISSION)
    task = commissioning(house)
    task.start(QR)
    await house.wait_for(lambda: house.matter.held)
    task.start(parse_setup_code("34970112332", vendor_id=None))
    task.forget()
    assert task.is_running
    house.matter.release()
    await house.settle()
    assert house.matter.codes == [QR.text]


async def test_an_unloaded_home_ends_the_task(house: House) -> None:
    await house.start()
    house.matter.hold(COMMISSION)
    task = commissioning(house)
    task.start(QR)
    waiting = asyncio.create_task(task.wait())
    await house.wait_for(lambda: house.matter.held)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    with pytest.raises(CommissioningNotStarted):
        await waiting
    assert not task.is_running
    assert house.lan.browsers == []


async def test_a_failure_can_be_tried_again(house: House) -> None:
    await house.start()
    house.matter.fail(COMMISSION, NO_REASON)
    assert (await failure(house)).failure is Failure.NOT_FOUND
    house.matter.new_devices[U400_NODE] = u400()
    assert isinstance(await outcome(house), Commissioned)


async def test_the_device_may_come_later_than_the_node(house: House) -> None:
    await house.start()
    house.matter.new_devices[U400_NODE] = u400()
    with patch(
        "homeassistant.components.matter.adapter.MatterAdapter._setup_node"
    ) as made:
        commissioning(house).start(QR)
        await house.wait_for(lambda: made.called)
    assert commissioning(house).is_running
    adapter = house.matter_entry.runtime_data.adapter
    adapter._setup_node(adapter.matter_client.get_node(U400_NODE))
    await house.settle()
    assert isinstance(commissioning(house).outcome, Commissioned)


async def test_a_device_that_is_no_lock_is_told(house: House) -> None:
    await house.start()
    attributes = u400()
    lamp = {
        key: value for key, value in attributes.items() if not key.startswith("1/257/")
    }
    house.matter.new_devices[5] = lamp
    with patch("custom_components.aqara_lock.matter.commissioning.DEVICE_TIMEOUT", 0):
        assert (await failure(house)).failure is Failure.NOT_A_LOCK


async def test_a_lock_whose_device_never_comes_was_not_read(house: House) -> None:
    await house.start()
    house.matter.new_devices[U400_NODE] = u400()
    with (
        patch("custom_components.aqara_lock.matter.commissioning.DEVICE_TIMEOUT", 0),
        patch(
            "custom_components.aqara_lock.matter.commissioning.find_locks",
            lambda _hass: [],
        ),
        patch(f"{ATTEMPT}.is_other_device", lambda _hass, _node: False),
    ):
        assert (await failure(house)).failure is Failure.INTERVIEW_FAILED


async def test_matter_is_not_running(house: House) -> None:
    house.matter.stop()
    await house.start()
    assert (await failure(house)).failure is Failure.MATTER_UNAVAILABLE


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ServerVersionTooOld("too old"), Failure.SERVER_TOO_OLD),
        (NotConnected(), Failure.MATTER_UNAVAILABLE),
        (Refusal(2), Failure.INTERVIEW_FAILED),
        (Refusal(4), Failure.INTERVIEW_FAILED),
        (
            Refusal(1, text="Commission failed: Device attestation produced 1 finding"),
            Failure.ATTESTATION,
        ),
        (
            Refusal(1, text="This device uses a test/development certificate."),
            Failure.ATTESTATION,
        ),
        (
            Refusal(1, text="Commission failed: PAA not found in trust store for 78"),
            Failure.ATTESTATION,
        ),
        (
            Refusal(1, text="Commission failed: DAC notBefore (2) is after PAI (1)"),
            Failure.ATTESTATION,
        ),
        (
            Refusal(1, text="Certification Declaration signature is not valid"),
            Failure.ATTESTATION,
        ),
        (
            Refusal(1, text="Commissioned fabrics (5) exceed supported fabrics (5)."),
            Failure.FABRIC_TABLE_FULL,
        ),
        (
            Refusal(1, text="This device reached the maximum number of fabrics"),
            Failure.FABRIC_TABLE_FULL,
        ),
        (
            Refusal(1, text="device is already commissioned into this fabric"),
            Failure.ALREADY_COMMISSIONED,
        ),
        (
            Refusal(1, text="Operative reconnection with device failed"),
            Failure.UNREACHABLE,
        ),
        (
            Refusal(1, text="failed: No commissionable device was discovered"),
            Failure.NOT_FOUND,
        ),
        (NO_REASON, Failure.NOT_FOUND),
    ],
)
async def test_what_the_server_answers_is_understood(
    house: House, answer: Any, expected: Failure
) -> None:
    await house.start()
    house.matter.fail(COMMISSION, answer)
    assert (await failure(house)).failure is expected


async def test_the_server_breaks_away_in_the_middle(house: House) -> None:
    await house.start()
    house.matter.hold(COMMISSION)
    commissioning(house).start(QR)
    await house.wait_for(lambda: house.matter.held)
    house.matter.stop()
    await house.settle()
    assert commissioning(house).outcome == Failed(failure=Failure.SERVER_GONE)


async def test_nobody_opened_the_window_of_a_lock_behind_the_hub(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    house.lan.show(on_fabric(THEIR_FABRIC))
    house.matter.fail(COMMISSION, NO_REASON)
    assert (await failure(house)).failure is Failure.WINDOW_CLOSED


async def test_a_window_for_another_code_is_not_this_one(house: House) -> None:
    await house.start()
    house.lan.show(window(text={b"D": b"1"}))
    house.matter.fail(COMMISSION, NO_REASON)
    assert (await failure(house)).failure is Failure.WINDOW_CLOSED


async def test_the_window_closes_while_the_server_searches(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    opened = house.lan.show(window())
    house.matter.hold(COMMISSION)
    house.matter.fail(COMMISSION, NO_REASON)
    commissioning(house).start(QR)
    await house.wait_for(lambda: house.matter.held)
    house.lan.withdraw(opened)
    house.matter.release()
    found = await commissioning(house).wait()
    assert isinstance(found, Failed)
    assert found.failure is Failure.WINDOW_CLOSED
    assert found.hubs == (hub.border_agent_id,)
    assert found.network == hub.extended_pan_id


async def test_a_window_that_closes_after_many_tries_refused_the_code(
    house: House,
) -> None:
    await house.start()
    opened = house.lan.show(window())
    house.lan.show(on_fabric(THEIR_FABRIC))
    house.matter.hold(COMMISSION)
    house.matter.fail(COMMISSION, NO_REASON)
    commissioning(house).start(QR)
    await house.wait_for(lambda: house.matter.held)
    for _ in range(4):
        asked = house.lan.queries
        house.clock.tick(4)
        await house.wait_for(lambda asked=asked: house.lan.queries > asked)
    house.lan.withdraw(opened)
    house.matter.release()
    found = await commissioning(house).wait()
    assert isinstance(found, Failed)
    assert found.failure is Failure.CODE_REFUSED
    assert found.fabrics == 1


async def test_a_cached_record_is_no_open_window(house: House) -> None:
    await house.start()
    cached = house.lan.show(window())
    house.matter.hold(COMMISSION)
    house.matter.fail(COMMISSION, Refusal(1, text="1 attempt failed"))
    commissioning(house).start(QR)
    await house.wait_for(lambda: house.matter.held)
    cached.answers = False
    house.matter.release()
    found = await commissioning(house).wait()
    assert isinstance(found, Failed)
    assert found.failure is Failure.WINDOW_CLOSED


@pytest.mark.parametrize(
    ("way", "answers", "expected"),
    [
        (RouteState.ROUTED, True, Failure.CODE_REFUSED),
        (RouteState.ROUTED, None, Failure.CODE_REFUSED),
        (RouteState.ROUTED, False, Failure.UNREACHABLE),
        (RouteState.NO_ROUTE, True, Failure.WRONG_THREAD_NETWORK),
        (RouteState.NO_SOURCE, True, Failure.UNREACHABLE),
    ],
)
async def test_a_lock_that_is_heard_is_judged_by_the_way_to_it(
    house: House, way: RouteState, answers: bool | None, expected: Failure
) -> None:
    await house.start()
    house.lan.show(window())
    house.matter.fail(
        COMMISSION,
        Refusal(1, text="failed (1 of 1 started attempt(s) failed, 1 discovered)"),
    )
    with host_way(way), echo(answers):
        assert (await failure(house)).failure is expected


async def test_a_missing_route_to_the_own_hub_is_the_hosts_trouble(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    house.lan.show(window())
    house.matter.fail(COMMISSION, NO_REASON)
    with host_way(RouteState.NO_ROUTE):
        assert (await failure(house)).failure is Failure.UNREACHABLE


async def test_the_meant_hub_decides_which_network_is_the_wrong_one(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    house.lan.show(window())
    house.matter.fail(COMMISSION, NO_REASON, NO_REASON)
    meant = house.home.runtime_data.hubs[hub.border_agent_id].router
    other = replace(meant, record=replace(meant.record, extended_pan_id="ff" * 8))
    for router, expected in (
        (meant, Failure.UNREACHABLE),
        (other, Failure.WRONG_THREAD_NETWORK),
    ):
        with host_way(RouteState.NO_ROUTE):
            commissioning(house).start(QR, router)
            found = await commissioning(house).wait()
        assert isinstance(found, Failed)
        assert found.failure is expected
        assert found.network_name == hub.network_name


async def test_a_server_that_breaks_its_protocol_is_gone(house: House) -> None:
    await house.start()
    house.matter.fail(COMMISSION, ConnectionClosed("closed"))
    assert (await failure(house)).failure is Failure.SERVER_GONE


async def test_a_server_elsewhere_has_its_own_way(house: House) -> None:
    await house.start()
    house.lan.show(window())
    house.matter.fail(COMMISSION, NO_REASON)

    async def read(_hass: object, addresses: Any, _url: object) -> HostEvidence:
        choices = {a: RouteChoice(way=RouteState.NO_ROUTE) for a in addresses}
        return HostEvidence(choices=choices, matter_server_elsewhere=True)

    with patch(f"{ATTEMPT}.async_read_host", read):
        assert (await failure(house)).failure is Failure.ATTESTATION


async def test_a_full_table_names_the_ecosystems_that_other_devices_know(
    house: House,
) -> None:
    attributes = u200()
    attributes["0/62/1"] = [
        {
            "1": b64encode(THEIR_ROOT).decode(),
            "2": 0x1349,
            "3": 0x2906C908D115D362,
            "4": 5,
            "5": "",
            "254": 3,
        },
        {"1": "", "2": 0x6006, "3": 5, "4": 5, "5": "", "254": 4},
        {"1": "", "2": None, "3": None, "4": 5, "5": "", "254": 5},
    ]
    house.matter.add(U200_NODE, attributes)
    await house.start()
    house.lan.show(window())
    for fabric in (THEIR_FABRIC, 1, 2, 3, 4):
        house.lan.show(on_fabric(fabric))
    house.matter.fail(COMMISSION, NO_REASON)
    found = await failure(house)
    assert found.failure is Failure.FABRIC_TABLE_FULL
    assert found.ecosystems == ("Apple Home",)
    assert found.fabrics == 5


async def test_a_fabric_that_left_meanwhile_does_not_count(house: House) -> None:
    await house.start()
    house.lan.show(window())
    for fabric in range(1, 6):
        house.lan.show(on_fabric(fabric))
    house.matter.hold(COMMISSION)
    house.matter.fail(COMMISSION, NO_REASON)
    commissioning(house).start(QR)
    await house.wait_for(lambda: house.matter.held)
    house.lan.services[-1].answers = False
    house.lan.withdraw(house.lan.services[-2])
    house.matter.release()
    found = await commissioning(house).wait()
    assert isinstance(found, Failed)
    assert found.fabrics == 3
    assert found.failure is not Failure.FABRIC_TABLE_FULL


async def test_a_device_of_the_same_kind_tells_how_many_fabrics_there_may_be(
    house: House,
) -> None:
    attributes = u400()
    attributes["0/40/4"] = 10244
    attributes["0/62/2"] = 16
    house.matter.add(U400_NODE, attributes)
    await house.start()
    house.lan.show(window())
    for fabric in range(1, 6):
        house.lan.show(on_fabric(fabric))
    house.matter.fail(COMMISSION, NO_REASON)
    found = await failure(house)
    assert found.failure is not Failure.FABRIC_TABLE_FULL
    assert found.fabrics == 5


async def test_a_lock_that_home_assistant_has_is_given(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    house.lan.show(window())
    house.lan.show(on_fabric(COMPRESSED_FABRIC, U400_NODE))
    house.matter.fail(COMMISSION, NO_REASON)
    found = await failure(house)
    assert found.failure is Failure.ALREADY_COMMISSIONED
    (known,) = find_locks(house.hass)
    assert found.lock == known.identity


async def test_a_name_on_our_fabric_that_nobody_has_is_no_lock_of_ours(
    house: House,
) -> None:
    await house.start()
    house.lan.show(window())
    house.lan.show(on_fabric(COMPRESSED_FABRIC, 99))
    house.matter.fail(COMMISSION, NO_REASON)
    found = await failure(house)
    assert found.failure is not Failure.ALREADY_COMMISSIONED
    assert found.lock is None


async def test_an_unexpected_error_is_told_without_its_text(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.start()
    house.expects_errors = True
    with patch(f"{ATTEMPT}.async_commission", side_effect=RuntimeError(QR.text)):
        assert (await failure(house)).failure is Failure.UNKNOWN
    assert "RuntimeError" in caplog.text
    assert QR.text not in caplog.text


@pytest.mark.parametrize(
    "answer", [None, Refusal(1, text=f"bad code {QR.text}"), RuntimeError(QR.text)]
)
async def test_the_code_is_in_no_log_and_no_outcome(
    house: House, caplog: pytest.LogCaptureFixture, answer: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    await house.start()
    house.expects_errors = True
    house.matter.new_devices[U400_NODE] = u400()
    if answer is not None:
        house.matter.fail(COMMISSION, answer)
    found = await outcome(house)
    assert QR.text not in caplog.text
    assert QR.text not in repr(found)


async def test_a_refusal_does_not_carry_the_servers_text_along(house: House) -> None:
    await house.start()
    house.matter.fail(COMMISSION, Refusal(1, text=f"bad code {QR.text}"))
    with pytest.raises(CommissionRefused) as caught:
        await async_commission(house.hass, QR.text)
    assert QR.text not in "".join(traceback.format_exception(caught.value))


async def test_nothing_is_browsed_before_and_after(house: House) -> None:
    await house.start()
    before = list(house.lan.browsers)
    house.matter.fail(COMMISSION, NO_REASON)
    await failure(house)
    assert house.lan.browsers == before


async def test_the_waiting_for_a_device_leaves_no_listener(house: House) -> None:
    await house.start()
    listeners = house.hass.bus.async_listeners()[dr.EVENT_DEVICE_REGISTRY_UPDATED]
    house.matter.new_devices[U400_NODE] = u400()
    await outcome(house)
    now = house.hass.bus.async_listeners()[dr.EVENT_DEVICE_REGISTRY_UPDATED]
    assert now == listeners


async def test_any_number_of_forged_windows_makes_few_questions(house: House) -> None:
    """Anybody on the home network can announce windows for any code, and any fabrics."""
    await house.start()
    for number in range(100):
        forged = window(host=f"e{number}.local.", addresses=(f"fd20::{number + 1:x}",))
        forged.name = f"{number:016X}"
        house.lan.show(forged)
        house.lan.show(on_fabric(number + 1, host="e0.local.", addresses=("fd20::1",)))
    house.matter.fail(COMMISSION, NO_REASON)
    before = house.lan.queries
    found = await failure(house)
    assert house.lan.queries - before <= 10 * (MOST_ASKED + MOST_WINDOWS) + MOST_FABRICS
    assert found.fabrics <= MOST_FABRICS
