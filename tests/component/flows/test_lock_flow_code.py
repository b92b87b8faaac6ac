"""The sharing code: what is no code is told apart, and none of it is ever kept or shown."""

from collections.abc import Iterator
import json
import logging
from typing import Any, Final
from unittest.mock import patch

import pytest

from ..fake_lan import FakeHub
from ..fake_matter import Refusal
from ..flow_steps import CODE, Flow, add_lock, bind_lock
from ..house import House
from ..nodes import U400_NODE, u400

QR_OF_ANOTHER_MAKER: Final = "MT:Y.K90AFN004-JZ59600"
MISTYPED: Final = "34970112333"
HEARING: Final = "custom_components.aqara_lock.commissioning.attempt.HEARING_SECONDS"


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """What is heard is heard at once."""
    with patch(HEARING, 0):
        yield


async def asked(house: House, model: str = "u400") -> Flow:
    """Be asked for the code of a lock that another app has."""
    await house.start()
    ways = ("other_ecosystem", "share_other")
    return await bind_lock(house, *ways, model=model)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("hello", "not_a_code"),
        ("3497011233", "not_a_code"),
        ("MT:", "not_a_code"),
        (MISTYPED, "mistyped"),
        (QR_OF_ANOTHER_MAKER, "other_vendor"),
    ],
)
async def test_what_is_no_code_is_told_and_can_be_corrected(
    house: House, typed: str, error: str
) -> None:
    flow = await asked(house)
    await flow.fill(code=typed)
    assert (flow.step, flow.errors) == ("share_other", {"code": error})
    assert flow.preset("code") == ""
    assert house.matter.codes == []
    house.matter.new_devices[U400_NODE] = u400()
    await flow.fill(code=CODE)
    assert (flow.waits, flow.step) == (True, "commission")
    await flow.wait()
    assert flow.step == "door"


@pytest.mark.parametrize("typed", ["", "   ", None])
async def test_missing_code_is_asked_for(house: House, typed: str | None) -> None:
    flow = await asked(house)
    await flow.fill(code=typed)
    assert (flow.step, flow.errors) == ("share_other", {"code": "code_missing"})
    assert house.matter.codes == []


async def test_code_is_left_alone_where_another_way_is_chosen(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    steps = ("in_aqara_app", "connect_hub_failed", "calibrate", "get_code")
    flow = await bind_lock(house, *steps)
    assert (flow.said["lock"], flow.said["hub"]) == ("Aqara U400", "Hub M100-A1B2")
    await flow.fill(code=CODE, next="share_failed")
    await flow.choose("get_code")
    assert (flow.step, flow.preset("code")) == ("share", "")
    assert house.matter.codes == []


async def test_lock_of_another_make_may_have_any_code(house: House) -> None:
    flow = await asked(house, "other_matter")
    house.matter.new_devices[U400_NODE] = u400()
    await flow.fill(code=QR_OF_ANOTHER_MAKER)
    await flow.wait()
    assert flow.step == "door"
    assert house.matter.codes == [QR_OF_ANOTHER_MAKER]


async def test_dashes_and_spaces_do_not_matter(house: House) -> None:
    flow = await asked(house)
    house.matter.new_devices[U400_NODE] = u400()
    await flow.fill(code=" 3497-011-2332 ")
    await flow.wait()
    assert house.matter.codes == [CODE]


def traces(house: House, flow: Flow) -> str:
    """Give everything that is kept or shown while a lock is added."""
    runtime = house.home.runtime_data
    shown: dict[str, Any] = dict(flow.shown)
    shown["data_schema"] = str(shown.get("data_schema"))
    kept = [
        {**entry.data, "options": dict(entry.options)}
        for entry in house.hass.config_entries.async_entries()
    ]
    subentries = [dict(item.data) for item in house.home.subentries.values()]
    running = flow.manager._progress.get(shown["flow_id"])
    inside = repr({k: v for k, v in vars(running).items() if k != "hass"})
    said = repr((shown, runtime.commissioning.outcome, vars(runtime.commissioning)))
    return said + inside + json.dumps([kept, subentries], default=str)


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [Refusal(1, text=f"The setup code {CODE} is wrong")],
        [Refusal(1, text=f"Commission with code failed: {CODE}")],
    ],
)
async def test_code_is_in_no_text_log_or_store(
    house: House,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    answers: list[Refusal],
) -> None:
    caplog.set_level(logging.DEBUG)
    flow = await asked(house)
    house.matter.new_devices[U400_NODE] = u400()
    house.matter.fail("commission_with_code", *answers)
    await flow.fill(code=MISTYPED)
    pages = [traces(house, flow)]
    await flow.fill(code=CODE)
    assert flow.waits
    pages.append(traces(house, flow))
    await flow.wait()
    assert flow.step == ("commission_failed" if answers else "door")
    pages.append(traces(house, flow))
    assert house.matter.codes or answers
    await house.pass_time(60, 10)
    pages += [json.dumps(hass_storage, default=str), caplog.text]
    for secret in (CODE, MISTYPED, CODE[:-1]):
        assert [page for page in pages if secret in page] == []


async def test_code_that_is_handed_over_is_let_go(house: House) -> None:
    flow = await asked(house)
    house.matter.hold("commission_with_code")
    await flow.fill(code=CODE)
    await house.wait_for(lambda: house.matter.held)
    other = await add_lock(house)
    other.in_haste = True
    await other.choose("pick_up")
    assert CODE not in traces(house, other)
    house.matter.new_devices[U400_NODE] = u400()
    house.matter.release()
    await flow.wait()
    assert flow.step == "door"
