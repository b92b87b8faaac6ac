"""The steps at the lock and in an app: done, it failed, where am I, and the glossary."""

from typing import Final

import pytest

from ..fake_lan import FakeHub
from ..flow_steps import Flow, add_lock, bind_lock
from ..house import House

WHERE_AM_I: Final = "where_am_i"


async def at(house: House, *steps: str) -> Flow:
    """Go to a step of the way of a new lock."""
    await house.start()
    return await bind_lock(house, *steps)


def place(flow: Flow) -> tuple[int, str]:
    """Give number and name of the place that the way shows, in words and in bold."""
    lines = flow.said["way"].splitlines()
    assert [line.split(".")[0] for line in lines] == [str(n) for n in range(1, 10)]
    here = [n for n, line in enumerate(lines, 1) if "**" in line]
    assert lines[here[0] - 1] == f"{here[0]}. **{flow.said['here']}**"
    assert len(here) == 1
    return here[0], flow.said["here"]


async def test_new_lock_needs_no_reset(house: House, hub: FakeHub) -> None:
    flow = await at(house, "new_lock")
    assert flow.step == "aqara_app"
    assert flow.choices == ["connect_hub", "missing", "aqara_app_failed", WHERE_AM_I]
    assert "Hub M100-A1B2 is in order" in flow.said["way"]
    await flow.choose("missing", "aqara_app", "connect_hub")
    assert flow.step == "connect_hub"
    flow.close()


async def test_used_lock_is_reset_first(house: House, hub: FakeHub) -> None:
    flow = await at(house, "used_lock")
    assert flow.choices == ["aqara_app", "reset_failed", WHERE_AM_I]
    await flow.choose("reset_failed", "reset", "reset_failed", "aqara_app")
    assert flow.step == "aqara_app"


@pytest.mark.parametrize(
    ("way", "onwards"),
    [
        (("used_lock", "reset_failed"), ["reset", "aqara_app"]),
        (
            ("new_lock", "aqara_app_failed"),
            ["aqara_app", "reset"],
        ),
        (
            ("in_aqara_app", "connect_hub_failed"),
            ["connect_hub", "reset", "calibrate"],
        ),
        (
            ("in_aqara_app", "connect_hub_failed", "calibrate", "calibrate_failed"),
            ["calibrate", "get_code"],
        ),
        (
            (
                "in_aqara_app",
                "connect_hub_failed",
                "calibrate",
                "get_code",
                "share_failed",
            ),
            ["get_code"],
        ),
        (("other_ecosystem", "share_other", "share_failed"), ["get_code"]),
    ],
)
async def test_what_failed_can_be_tried_again_or_left(
    house: House, hub: FakeHub, way: tuple[str, ...], onwards: list[str]
) -> None:
    flow = await at(house, *way)
    assert flow.choices == [*onwards, WHERE_AM_I]
    before = flow.step
    await flow.choose(onwards[0])
    assert before in flow.choices
    flow.close()


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (("used_lock",), (1, "Reset it, only if it was in use")),
        (("used_lock", "reset_failed"), (1, "Reset it, only if it was in use")),
        (("new_lock",), (2, "Add it to the Aqara Home app")),
        (("new_lock", "missing"), (2, "Add it to the Aqara Home app")),
        (("in_aqara_app",), (3, "Connect it to the hub")),
        (("in_aqara_app", "connect_hub_failed"), (3, "Connect it to the hub")),
        (
            ("in_aqara_app", "connect_hub_failed", "calibrate"),
            (4, "Calibrate the door"),
        ),
        (
            ("in_aqara_app", "connect_hub_failed", "calibrate", "get_code"),
            (5, "Get a code for Home Assistant"),
        ),
        (("other_ecosystem", "share_other"), (5, "Get a code for Home Assistant")),
    ],
)
async def test_where_am_i_marks_the_place_and_leads_back(
    house: House, hub: FakeHub, way: tuple[str, ...], expected: tuple[int, str]
) -> None:
    flow = await at(house, *way)
    left = flow.step
    await flow.choose(WHERE_AM_I)
    assert place(flow) == expected
    assert flow.choices == ["where", "glossary"]
    await flow.choose("back")
    assert flow.step == left
    flow.close()


async def test_where_am_i_lets_one_begin_elsewhere(house: House, hub: FakeHub) -> None:
    flow = await at(house, "new_lock", WHERE_AM_I, "where", "in_aqara_app")
    assert flow.step == "connect_hub"
    flow.close()


@pytest.mark.parametrize(
    ("way", "step"),
    [
        (None, "where"),
        (("tells",), "tells"),
        (("other_ecosystem",), "other_ecosystem"),
    ],
)
async def test_glossary_leads_back_to_where_one_was(
    house: House, hub: FakeHub, way: tuple[str, ...] | None, step: str
) -> None:
    await house.start()
    flow = await (add_lock(house) if way is None else bind_lock(house, *way))
    await flow.choose("glossary", "term_border_router", "glossary", "term_phone")
    assert flow.said["title"] == "How does my phone reach the lock?"
    await flow.choose("back")
    assert flow.step == "glossary"
    await flow.choose("back")
    assert flow.step == step


async def test_every_word_has_its_explanation(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "glossary")
    words = flow.choices
    explained = []
    for word in words:
        await flow.choose(word)
        assert flow.step == "term"
        explained.append((flow.said["title"], flow.said["text"]))
        await flow.choose("glossary")
    assert len(set(explained)) == len(words) == 10
    assert all(len(text) > 100 for _, text in explained)


async def test_glossary_from_where_am_i_leads_back_to_the_step(
    house: House, hub: FakeHub
) -> None:
    flow = await at(house, "new_lock", WHERE_AM_I, "glossary")
    await flow.choose("term_placement", "back", "back", "back")
    assert flow.step == "aqara_app"


async def test_tapping_a_word_does_not_stop_the_listening(
    house: House, hub: FakeHub
) -> None:
    flow = await at(house, "in_aqara_app")
    listening = list(house.lan.browsers)
    await flow.choose(WHERE_AM_I, "glossary", "back", "back")
    assert flow.step == "connect_hub"
    assert house.lan.browsers == listening
    flow.close()
