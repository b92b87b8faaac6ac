"""The steps at the lock and in an app: done, it failed, where am I, and the glossary."""

from typing import Final

import pytest

from ..fake_lan import FakeHub
from ..flow_steps import Flow, add_lock, bind_lock
from ..house import House

HERE: Final = "👉"
DONE: Final = "✅"
AHEAD: Final = "▫️"
WHERE_AM_I: Final = "where_am_i"


async def at(house: House, *steps: str) -> Flow:
    """Go to a step of the way of a new lock."""
    await house.start()
    return await bind_lock(house, "where", *steps)


def place(flow: Flow) -> tuple[int, str]:
    """Give number and name of the place that the way shows; all before it is done."""
    lines = flow.said["way"].splitlines()
    marks = [line.split(" ", 2)[1] for line in lines]
    here = marks.index(HERE)
    assert marks == [*[DONE] * here, HERE, *[AHEAD] * (len(lines) - here - 1)]
    assert [line.split(".")[0] for line in lines] == [str(n) for n in range(1, 11)]
    return here + 1, lines[here].split(" ", 2)[2]


async def test_new_lock_needs_no_reset(house: House, hub: FakeHub) -> None:
    flow = await at(house, "new_lock")
    assert flow.choices == ["prepare", "reset", WHERE_AM_I]
    await flow.choose("prepare", "aqara_app", "connect_hub")
    assert flow.step == "connect_hub"
    flow.close()


async def test_used_lock_is_reset_first(house: House, hub: FakeHub) -> None:
    flow = await at(house, "new_lock", "reset")
    assert flow.choices == ["prepare", "reset_failed", WHERE_AM_I]
    await flow.choose("reset_failed", "reset", "reset_failed", "prepare")
    assert flow.step == "prepare"


@pytest.mark.parametrize(
    ("way", "onwards"),
    [
        (("new_lock", "reset", "reset_failed"), ["reset", "prepare"]),
        (
            ("new_lock", "prepare", "aqara_app", "aqara_app_failed"),
            ["aqara_app", "reset"],
        ),
        (
            ("in_aqara_app", "connect_hub_failed"),
            ["connect_hub", "reset", "calibrate"],
        ),
        (
            ("in_aqara_app", "connect_hub_failed", "calibrate", "calibrate_failed"),
            ["calibrate", "share"],
        ),
        (
            (
                "in_aqara_app",
                "connect_hub_failed",
                "calibrate",
                "share",
                "share_failed",
            ),
            ["share", "code"],
        ),
        (("other_ecosystem", "share_other", "share_failed"), ["share_other", "code"]),
    ],
)
async def test_what_failed_can_be_tried_again_or_left(
    house: House, hub: FakeHub, way: tuple[str, ...], onwards: list[str]
) -> None:
    flow = await at(house, *way)
    assert flow.choices == [*onwards, WHERE_AM_I]
    await flow.choose(onwards[0])
    assert flow.step == onwards[0]
    assert way[-1] in flow.choices
    flow.close()


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (("new_lock",), (1, "Reset, only if it was in use")),
        (("new_lock", "reset"), (1, "Reset, only if it was in use")),
        (("new_lock", "reset", "reset_failed"), (1, "Reset, only if it was in use")),
        (("new_lock", "prepare"), (2, "Door open, key in hand")),
        (("new_lock", "prepare", "aqara_app"), (3, "Aqara Home app, by Bluetooth")),
        (("in_aqara_app",), (4, "Connect it to the hub")),
        (("in_aqara_app", "connect_hub_failed"), (4, "Connect it to the hub")),
        (
            ("in_aqara_app", "connect_hub_failed", "calibrate"),
            (5, "Calibrate the door"),
        ),
        (
            ("in_aqara_app", "connect_hub_failed", "calibrate", "share"),
            (6, "Get a code for Home Assistant"),
        ),
        (("other_ecosystem",), (6, "Get a code for Home Assistant")),
        (("other_ecosystem", "share_other"), (6, "Get a code for Home Assistant")),
    ],
)
async def test_where_am_i_marks_the_place_and_leads_back(
    house: House, hub: FakeHub, way: tuple[str, ...], expected: tuple[int, str]
) -> None:
    flow = await at(house, *way)
    left = flow.step
    await flow.choose(WHERE_AM_I)
    assert place(flow) == expected
    assert flow.choices == ["term_back", "where", "glossary"]
    await flow.choose("term_back")
    assert flow.step == left
    flow.close()


async def test_where_am_i_lets_one_begin_elsewhere(house: House, hub: FakeHub) -> None:
    flow = await at(house, "new_lock", WHERE_AM_I, "where", "in_aqara_app")
    assert flow.step == "connect_hub"
    flow.close()


@pytest.mark.parametrize(
    ("way", "step"),
    [
        (None, "user"),
        ((), "tells"),
        (("where",), "where"),
        (("where", "other_ecosystem"), "other_ecosystem"),
    ],
)
async def test_glossary_leads_back_to_where_one_was(
    house: House, hub: FakeHub, way: tuple[str, ...] | None, step: str
) -> None:
    await house.start()
    flow = await (add_lock(house) if way is None else bind_lock(house, *way))
    await flow.choose("glossary", "term_border_router", "glossary", "term_phone")
    assert flow.said["title"] == "How does my phone reach the lock?"
    await flow.choose("term_back")
    assert flow.step == step


async def test_every_word_has_its_explanation(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "glossary")
    words = [step for step in flow.choices if step != "term_back"]
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
    flow = await at(house, "new_lock", "prepare", WHERE_AM_I, "glossary")
    await flow.choose("term_placement", "term_back")
    assert flow.step == "prepare"


async def test_tapping_a_word_does_not_stop_the_listening(
    house: House, hub: FakeHub
) -> None:
    flow = await at(house, "in_aqara_app")
    listening = list(house.lan.browsers)
    await flow.choose(WHERE_AM_I, "glossary", "term_back")
    assert flow.step == "connect_hub"
    assert house.lan.browsers == listening
    flow.close()
