"""What was changed at core's entities is put back though our own file is lost."""

from collections.abc import Callable
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.aqara_lock.const import CONF_UNDER_HUB

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

pytestmark = pytest.mark.usefixtures("files")

SETTLED = 6.0
INTEGRATION = er.RegistryEntryHider.INTEGRATION


def lose(path: Path) -> None:
    """Delete a file."""
    path.unlink(missing_ok=True)


def damage(path: Path) -> None:
    """Leave something in a file that nobody can read."""
    path.write_text("{")


def damage_part(path: Path) -> None:
    """Leave something else in the place of what is to be undone."""
    path.write_text(path.read_text().replace('"undo"', '"x"'))


async def start(house: House) -> None:
    """Start the home again."""
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()


async def without_file(
    house: House, files: Path, spoil: Callable[[Path], None]
) -> None:
    """Stop the home and take its file away."""
    house.expects_errors = True
    await house.stop()
    spoil(files / f"aqara_lock.{house.home.entry_id}")


@pytest.mark.parametrize("starts", [0, 1, 2])
@pytest.mark.parametrize("spoil", [lose, damage, damage_part])
async def test_core_lock_is_shown_again_after_the_home_is_removed(
    hass: HomeAssistant,
    files: Path,
    house: House,
    u400_lock: FakeLock,
    spoil: Callable[[Path], None],
    starts: int,
) -> None:
    """Core's entity stayed hidden for ever: only the file said that it was our doing."""
    await house.start(u400_lock)
    assert house.core_lock(u400_lock).hidden_by is INTEGRATION
    await without_file(house, files, spoil)
    for _ in range(starts):
        await start(house)
        await house.stop()
    await hass.config_entries.async_remove(house.home.entry_id)
    # The id goes back in the turn after ours has left it.
    await house.settle()
    core = house.core_lock(u400_lock)
    assert core.hidden_by is None
    assert "aqara_lock" not in core.options


@pytest.mark.parametrize("spoil", [lose, damage, damage_part])
async def test_lock_stands_for_itself_again_though_the_file_forgot_its_place(
    hass: HomeAssistant,
    files: Path,
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    spoil: Callable[[Path], None],
) -> None:
    """The device stayed under the hub for ever, and Matter's own menu hidden."""
    await house.start(u400_lock)
    await house.tick(SETTLED)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    await without_file(house, files, spoil)
    house.lan.unplug(hub)
    await start(house)
    settings = house.home.subentries[house.subentry_id()]
    hass.config_entries.async_update_subentry(
        house.home, settings, data={**settings.data, CONF_UNDER_HUB: False}
    )
    await house.settle()
    assert house.device_of(u400_lock).via_device_id is None


@pytest.mark.parametrize("is_running", [True, False])
async def test_core_lock_is_shown_again_after_the_lock_is_removed(
    hass: HomeAssistant,
    files: Path,
    house: House,
    u400_lock: FakeLock,
    is_running: bool,
) -> None:
    await house.start(u400_lock)
    await without_file(house, files, lose)
    if is_running:
        await start(house)
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    if not is_running:
        await start(house)
    assert house.core_lock(u400_lock).hidden_by is None


async def test_core_lock_that_the_user_shows_again_is_not_hidden_anew(
    hass: HomeAssistant, files: Path, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    core = house.core_lock(u400_lock)
    er.async_get(hass).async_update_entity(core.entity_id, hidden_by=None)
    await without_file(house, files, lose)
    await start(house)
    assert house.core_lock(u400_lock).hidden_by is None


async def test_core_lock_that_a_group_hid_stays_hidden(
    hass: HomeAssistant, files: Path, house: House, u400_lock: FakeLock
) -> None:
    """A group hides its members in the same way: that is not ours to undo."""
    await house.start_matter()
    core = house.core_lock(u400_lock)
    er.async_get(hass).async_update_entity(core.entity_id, hidden_by=INTEGRATION)
    await house.start(u400_lock, matter=False)
    await without_file(house, files, lose)
    await start(house)
    await hass.config_entries.async_remove(house.home.entry_id)
    assert house.core_lock(u400_lock).hidden_by is INTEGRATION


async def test_lock_that_an_earlier_version_hid_is_marked(
    hass: HomeAssistant, files: Path, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.stop()
    core = house.core_lock(u400_lock)
    er.async_get(hass).async_update_entity_options(core.entity_id, "aqara_lock", None)
    await start(house)
    await without_file(house, files, lose)
    await hass.config_entries.async_remove(house.home.entry_id)
    assert house.core_lock(u400_lock).hidden_by is None


@pytest.mark.parametrize("spoil", [lose, damage, damage_part])
@pytest.mark.parametrize("is_running", [True, False])
async def test_lock_that_was_removed_hangs_under_no_hub(
    hass: HomeAssistant,
    files: Path,
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    spoil: Callable[[Path], None],
    is_running: bool,
) -> None:
    """Its hub stays a device of the home, so that nobody else would take it away."""
    await house.start(u400_lock)
    await house.tick(SETTLED)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    await without_file(house, files, spoil)
    if is_running:
        await start(house)
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    if not is_running:
        await start(house)
    await house.tick(SETTLED)
    assert house.device_of(u400_lock).via_device_id is None
