"""A damaged, newer or unreadable file costs what stands in it, and nothing else."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
import json
import logging
import os
from pathlib import Path
import random
import shutil
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.aqara_lock.locks.state.store import LockStore
from custom_components.aqara_lock.store.file import LARGEST

from ..callers import activity
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..flow_steps import bind
from ..house import House
from ..locks.activity.test_gap_entries import gaps, unlock

pytestmark = pytest.mark.usefixtures("files")

SEED: Final = 12_014


def rewrite(**changes: Any) -> Callable[[Path], None]:
    """Change what stands around the data."""

    def damage(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return damage


def text(content: str | bytes) -> Callable[[Path], None]:
    """Put something else into the file."""

    def damage(path: Path) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return damage


def cut_off(path: Path) -> None:
    """End in the middle, as a file system after a power cut."""
    path.write_bytes(path.read_bytes()[:-20])


def without_data(path: Path) -> None:
    """Leave the data out."""
    path.write_text('{"version": 1, "minor_version": 1, "key": "x"}')


def be_a_folder(path: Path) -> None:
    """Stand as a folder in the place of the file."""
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("kept")


def be_no_readable_file(path: Path) -> None:
    """Stand as something that nobody can open, root neither."""
    path.unlink()
    path.symlink_to(path.name)


def be_huge(path: Path) -> None:
    """Be larger than anything that was ever written."""
    os.truncate(path, LARGEST + 1)


DAMAGES: Final = {
    "cut off": cut_off,
    "empty": text(""),
    "zeros": text(b"\0" * 500),
    "not UTF-8": text(b'{"version": 1, "data": {"node": "\xff\xfe"}}'),
    "nested": text("[" * 100_000),
    "list": text("[]"),
    "number": text("5"),
    "word": text('"x"'),
    "nothing in it": text('{"a": 1}'),
    "without data": without_data,
    "data a list": rewrite(data=[1]),
    "data a number": rewrite(data=5),
    "version a word": rewrite(version="one"),
    "version a list": rewrite(version=[]),
    "older": rewrite(version=0),
    "newer": rewrite(version=99),
    "newer in small": rewrite(minor_version=99),
    "small version a word": rewrite(minor_version="x"),
    "folder": be_a_folder,
    "unreadable": be_no_readable_file,
    "huge": be_huge,
}
STAYS: Final = {"newer", "folder", "unreadable", "huge"}
"""What is neither read nor moved away."""
HARMLESS: Final = {"newer in small", "small version a word"}


def file_of(house: House, files: Path, which: str) -> Path:
    """Name a file of the home or of its first lock."""
    names = {
        "home": f"aqara_lock.{house.home.entry_id}",
        "lock": f"aqara_lock.lock.{house.subentry_id()}",
        "told": f"aqara_lock.lock.{house.subentry_id()}.told",
    }
    return files / names[which]


def kept_as(path: Path) -> list[Path]:
    """Find where a file was set aside."""
    return [
        *path.parent.glob(f"{path.name}.damaged.*"),
        *path.parent.glob(f"{path.name}.corrupt.*"),
    ]


async def begin(house: House, *locks: FakeLock) -> None:
    """Let a home with locks write all of its files, and stop."""
    house.expects_errors = True
    await house.start(*locks)
    await bind(house, "Mara", 2)
    for lock in locks:
        await unlock(house, lock, 1)
    await house.tick(30)
    await house.stop()
    house.matter.recent_events.clear()


async def start(house: House) -> None:
    """Start the home again; it has to."""
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.home.state is ConfigEntryState.LOADED


async def lines_of(house: House, number: int) -> list[dict[str, Any]]:
    """Give what is known to have happened at one of the locks."""
    target = {"entity_id": house.entity_id("event", "activity", number)}
    answer = await house.hass.services.async_call(
        "aqara_lock",
        "get_activity",
        {},
        blocking=True,
        target=target,
        return_response=True,
    )
    assert answer is not None
    found: Any = answer["lines"]
    return [line for line in found if line["kind"] == "event"]


def snapshot(path: Path) -> object:
    """Give what stands at a path."""
    if path.is_symlink():
        return path.readlink()
    if path.is_dir():
        return sorted(x.name for x in path.iterdir())
    return path.stat().st_size if path.stat().st_size > LARGEST else path.read_bytes()


@pytest.mark.parametrize("which", ["home", "lock", "told"])
@pytest.mark.parametrize("damage", DAMAGES)
async def test_file_costs_only_what_stands_in_it(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    u200_lock: FakeLock,
    files: Path,
    which: str,
    damage: str,
) -> None:
    await begin(house, u400_lock, u200_lock)
    path = file_of(house, files, which)
    DAMAGES[damage](path)
    before = snapshot(path)
    await start(house)
    assert [line["type"] for line in await lines_of(house, 1)] == ["unlocked", "locked"]
    if which != "lock":
        assert len(await lines_of(house, 0)) == 2
    await unlock(house, u400_lock, 2)
    assert house.types()[-1] == "unlocked"
    await house.pass_time(40, 10)
    await house.stop()
    if damage in STAYS:
        assert snapshot(path) == before
        assert kept_as(path) == []
    elif damage not in HARMLESS:
        assert before in [snapshot(kept) for kept in kept_as(path)]
    issues = ir.async_get(hass).issues.values()
    keys = [x.translation_key for x in issues if path.name in x.issue_id]
    assert len(keys) == (damage not in HARMLESS), keys


async def test_what_is_kept_of_a_lock_goes_with_its_activity_and_with_the_lock(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """What was set aside holds names, too."""
    await begin(house, u400_lock)
    path = file_of(house, files, "lock")
    content = json.loads(path.read_text())
    content["data"]["fabrics"] = 7
    path.write_text(json.dumps(content))
    await start(house)
    (kept,) = kept_as(path)
    assert '"person"' in kept.read_text()
    repair = f"file_damaged_{path.name}"
    assert ir.async_get(house.hass).async_get_issue("aqara_lock", repair) is not None
    await house.hass.services.async_call(
        "aqara_lock",
        "erase_activity",
        {},
        blocking=True,
        target={"entity_id": house.entity_id("event", "activity")},
    )
    assert kept_as(path) == []
    assert ir.async_get(house.hass).async_get_issue("aqara_lock", repair) is None


@pytest.mark.parametrize(
    ("which", "part", "text"),
    [("home", "router", "file_damaged_home"), ("lock", "fabrics", "file_damaged")],
)
async def test_repair_says_what_a_damaged_file_costs(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    files: Path,
    which: str,
    part: str,
    text: str,
) -> None:
    """Users of a lock and its activity do not stand in the file of the home."""
    await begin(house, u400_lock)
    path = file_of(house, files, which)
    content = json.loads(path.read_text())
    content["data"][part] = 7
    path.write_text(json.dumps(content))
    await start(house)
    repair = ir.async_get(hass).async_get_issue(
        "aqara_lock", f"file_damaged_{path.name}"
    )
    assert repair is not None
    assert repair.translation_key == text


async def test_home_that_is_removed_leaves_nothing_that_was_set_aside(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    await begin(house, u400_lock)
    for which in ("home", "lock", "told"):
        cut_off(file_of(house, files, which))
    await start(house)
    assert list(files.glob("aqara_lock.*.corrupt.*"))
    await house.hass.config_entries.async_remove(house.home.entry_id)
    await house.settle()
    assert list(files.glob("aqara_lock.*")) == []


async def test_part_of_a_newer_version_keeps_the_file_as_it_is(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, files: Path
) -> None:
    """Somebody went back to an older version, and will come back."""
    await begin(house, u400_lock)
    path = file_of(house, files, "lock")
    content = json.loads(path.read_text())
    content["data"]["journal"]["version"] = 2
    path.write_text(json.dumps(content))
    before = path.read_bytes()
    await start(house)
    await unlock(house, u400_lock, 1)
    await house.pass_time(40, 10)
    await house.stop()
    assert path.read_bytes() == before
    issue_id = f"file_newer_{path.name}"
    assert ir.async_get(hass).async_get_issue("aqara_lock", issue_id) is not None
    content["data"]["journal"]["version"] = 1
    path.write_text(json.dumps(content))
    await start(house)
    assert len(await lines_of(house, 0)) == 4, "and what was told meanwhile is there"
    assert ir.async_get(hass).async_get_issue("aqara_lock", issue_id) is None


@pytest.mark.parametrize(
    "part", ["last_event_number", "event_source", "watched_until", "journal", "node"]
)
async def test_nobody_is_named_on_the_strength_of_what_could_not_be_read(
    house: House, u400_lock: FakeLock, files: Path, part: str
) -> None:
    """Whether the slot changed hands meanwhile stood there: it is read again first."""
    await begin(house, u400_lock)
    path = file_of(house, files, "lock")
    content = json.loads(path.read_text())
    content["data"][part] = {"x": []}
    path.write_text(json.dumps(content))
    await start(house)
    u400_lock.users[2].name = "Somebody else"
    u400_lock.requests.clear()
    await house.tick(300)
    await unlock(house, u400_lock, 2)
    assert "GetUser" in u400_lock.asked
    assert house.changed_by != "Mara"


async def two_unlocks(house: House, lock: FakeLock) -> list[str]:
    """Let two persons unlock an hour apart, and stop; return when each event was."""
    house.expects_errors = True
    await house.start(lock)
    await bind(house, "Mara", 2)
    for user in (1, 2):
        await unlock(house, lock, user)
        await house.tick(3600)
    await house.stop()
    house.matter.recent_events.clear()
    await start(house)
    when = [line["occurred_at"] for line in reversed(await lines_of(house, 0))]
    await house.stop()
    return when


def events_in(content: dict[str, Any]) -> list[Any]:
    """Return the events of the only epoch."""
    (epoch,) = content["data"]["journal"]["epochs"]
    events: list[Any] = epoch["events"]
    return events


EVENT_DAMAGES: Final[dict[str, Callable[[list[Any]], None]]] = {
    "no data": lambda events: events[1].pop("data"),
    "data a word": lambda events: events[1].update(data="x"),
    "who is odd": lambda events: events[1].update(who=[5]),
    "number a word": lambda events: events[1].update(number="x"),
    "no time": lambda events: events[1].update(received="yesterday"),
    "a number": lambda events: events.__setitem__(1, 5),
}


@pytest.mark.parametrize("damage", EVENT_DAMAGES)
async def test_damaged_entry_costs_itself_and_shows_a_gap(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, files: Path, damage: str
) -> None:
    """One entry that could not be read took the whole journal with it."""
    when = await two_unlocks(house, u400_lock)
    path = file_of(house, files, "lock")
    content = json.loads(path.read_text())
    EVENT_DAMAGES[damage](events_in(content))
    path.write_text(json.dumps(content))
    before = path.read_bytes()
    await start(house)
    found = await lines_of(house, 0)
    assert [line["occurred_at"] for line in reversed(found)] == [when[0], *when[2:]]
    (gap,) = [x for x in await gaps(house) if x["gap_reason"] == "file_damaged"]
    first, lost, after = (datetime.fromisoformat(x) for x in when[:3])
    start_of_gap = datetime.fromisoformat(gap["occurred_at"])
    end_of_gap = datetime.fromisoformat(gap["until"])
    # What the lock dates has no microseconds.
    assert first <= start_of_gap <= lost + timedelta(milliseconds=1)
    assert lost <= end_of_gap <= after + timedelta(milliseconds=1)
    assert [kept.read_bytes() for kept in kept_as(path)] == [before]
    issues = ir.async_get(hass).issues.values()
    assert [x for x in issues if path.name in x.issue_id]
    await house.reload()
    again = [x for x in await gaps(house) if x["gap_reason"] == "file_damaged"]
    assert again == [gap]
    assert await lines_of(house, 0) == found


LIST_DAMAGES: Final[dict[str, Callable[[dict[str, Any]], object]]] = {
    "a user": lambda data: data["directory"]["users"].append({"index": "x"}),
    "a binding": lambda data: data["directory"]["bindings"].append(5),
    "a verified slot": lambda data: data["directory"]["verified"].append("x"),
    "a touched slot": lambda data: data["directory"]["touched"].append("x"),
    "the name of the lock": lambda data: data["directory"].update(lock_id=5),
    "a gap": lambda data: data["journal"]["gaps"].append({"id": 5}),
    "an attempt": lambda data: data["journal"]["attempts"].append({"id": "c1"}),
    "a state": lambda data: data["journal"]["unexplained"].append([]),
    "an epoch": lambda data: data["journal"]["epochs"].append({"node": "x"}),
    "the next id": lambda data: data["journal"].update(next_id="x"),
    "a clock": lambda data: data["journal"]["distrusted"].append("x"),
    "epochs": lambda data: data["journal"]["epochs"][0].pop("floor"),
    "an app": lambda data: data["fabrics"]["spans"].append({"fabric": []}),
    "an own node": lambda data: data["fabrics"]["own_nodes"].append("x"),
}


@pytest.mark.parametrize("damage", LIST_DAMAGES)
async def test_damaged_item_costs_no_other_one(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, files: Path, damage: str
) -> None:
    when = await two_unlocks(house, u400_lock)
    path = file_of(house, files, "lock")
    content = json.loads(path.read_text())
    LIST_DAMAGES[damage](content["data"])
    path.write_text(json.dumps(content))
    u400_lock.requests.clear()
    await start(house)
    assert len(await lines_of(house, 0)) == len(when)
    assert kept_as(path)
    assert not [
        x for x in ir.async_get(hass).issues.values() if x.translation_key == "new_app"
    ]
    await unlock(house, u400_lock, 2)
    assert house.changed_by == "Mara"
    assert "GetUser" in u400_lock.asked, "nobody is named before the slot was read"


def paths_in(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every place in plain data; of a list only the first item."""
    yield here
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths_in(item, (*here, key))
    elif isinstance(value, list) and value:
        yield from paths_in(value[0], (*here, 0))


def replaced(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Give a copy with another value in one place."""
    if not place:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[place[0]] = replaced(data[place[0]], place[1:], value)
    return copy


ODD: Final = [
    None,
    5,
    -1,
    1.5,
    True,
    "x",
    "",
    [],
    {},
    [5],
    {"x": 5},
    2**63,
    "9999-12-31T23:59:59+00:00",
]


async def test_wrong_value_in_any_place_of_a_lock_is_read_all_the_same(
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
    house: House,
    u400_lock: FakeLock,
    files: Path,
) -> None:
    await begin(house, u400_lock)
    caplog.set_level(logging.CRITICAL)
    for which in ("lock", "told"):
        path = file_of(house, files, which)
        if which == "told":
            content = json.loads(file_of(house, files, "lock").read_text())
            journal = content["data"]["journal"]
            at = content["data"]["watched_until"]
            content["data"] = {"journal": journal, "at": at, "last_event_number": 5}
        else:
            content = json.loads(path.read_text())
        for place in list(paths_in(content["data"])):
            for value in ODD:
                damaged = replaced(content["data"], place, value)
                path.write_text(json.dumps(content | {"data": damaged}))
                await LockStore(hass, house.subentry_id()).async_load()
                for kept in kept_as(path):
                    kept.unlink()


async def test_home_starts_with_any_wrong_value(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    """Not only is it read: what it is handed on to does not fail either."""
    await begin(house, u400_lock)
    good = files.with_name("good")
    shutil.copytree(files, good)
    chance = random.Random(SEED)
    sources = [file_of(house, files, which) for which in ("home", "lock")]
    contents = {path: json.loads(path.read_text()) for path in sources}
    places = [(path, x) for path in sources for x in paths_in(contents[path]["data"])]
    for path, place in chance.sample(places, 40):
        shutil.rmtree(files)
        shutil.copytree(good, files)
        damaged = replaced(contents[path]["data"], place, chance.choice(ODD))
        path.write_text(json.dumps(contents[path] | {"data": damaged}))
        await start(house)
        await house.tick(1)
        await unlock(house, u400_lock, 1)
        assert house.types()[-1] == "unlocked", place
        await house.stop()


@pytest.mark.parametrize("method", ["arp", "icmp", "tcp_443", 5, None])
@pytest.mark.parametrize("subnet", [None, "x", 5])
async def test_home_starts_with_any_router(
    house: House, u400_lock: FakeLock, files: Path, method: object, subnet: object
) -> None:
    await begin(house, u400_lock)
    path = file_of(house, files, "home")
    content = json.loads(path.read_text())
    content["data"]["router"] = {
        "address": "192.168.1.1",
        "subnet": subnet,
        "mac": None,
        "method": method,
    }
    path.write_text(json.dumps(content))
    await start(house)


async def test_temporary_files_that_a_kill_left_are_deleted(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """They hold names, and nobody else ever deletes them."""
    await begin(house, u400_lock)
    whole = file_of(house, files, "lock").read_text()
    for name, content in (("tmpab1", whole), ("tmpab2", whole[:200])):
        (files / name).write_text(content)
    others = {
        "tmpcore": '{"version": 1, "minor_version": 1, "key": "core.x", "data": {}}',
        "tmpempty": "",
        "another": whole,
    }
    for name, content in others.items():
        (files / name).write_text(content)
    (files / "tmpfolder").mkdir()
    await start(house)
    left = {x.name for x in files.iterdir() if not x.name.startswith("aqara_lock")}
    assert left >= {*others, "tmpfolder"}
    assert not left & {"tmpab1", "tmpab2"}
    assert await activity(house)
