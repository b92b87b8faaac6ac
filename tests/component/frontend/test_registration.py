"""The module of the card: on every page, as a resource, and gone with the home."""

from http import HTTPStatus
from typing import Any
from unittest.mock import patch

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, DATA_PANELS
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceStorageCollection
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.component.callers import options
from tests.component.fake_matter import FakeLock
from tests.component.house import House

MODULE = "/aqara_lock/aqara-lock.js"
REQUIRE_PIN = 0x33


@pytest.fixture
async def frontend(hass: HomeAssistant) -> None:
    """Set up the frontend with dashboards that are stored."""
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, "lovelace", {})


@pytest.fixture
async def frontend_in_yaml(hass: HomeAssistant) -> None:
    """Set up the frontend with resources in YAML."""
    config = {"lovelace": {"resource_mode": "yaml"}}
    assert await async_setup_component(hass, "lovelace", config)
    assert await async_setup_component(hass, "frontend", config)


def extra_modules(hass: HomeAssistant) -> list[str]:
    """Return our modules that every page loads."""
    return [x for x in hass.data[DATA_EXTRA_MODULE_URL].urls if x.startswith(MODULE)]


async def resources(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return our resources of the dashboards."""
    found = hass.data[LOVELACE_DATA].resources
    await found.async_get_info()
    return [x for x in found.async_items() if x["url"].startswith(MODULE)]


async def test_without_a_frontend_the_home_is_set_up(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    await house.start(u400_lock)
    assert house.lock.state == "locked"
    assert "frontend" not in hass.config.components
    assert await hass.config_entries.async_remove(house.home.entry_id)


@pytest.mark.usefixtures("frontend")
async def test_module_comes_by_both_ways_with_one_address(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    await house.start(u400_lock)
    (address,) = extra_modules(hass)
    (resource,) = await resources(hass)
    assert resource["url"] == address
    assert resource["type"] == "module"
    assert address.startswith(f"{MODULE}?v=0.1.0-")


@pytest.mark.usefixtures("frontend")
async def test_module_is_served_and_kept_by_browsers(
    house: House,
    u400_lock: FakeLock,
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    await house.start(u400_lock)
    # aiohttp cannot write its access log by a clock that stands still.
    house.expects_errors = True
    client = await hass_client_no_auth()
    answer = await client.get(extra_modules(hass)[0])
    assert answer.status == HTTPStatus.OK
    assert "javascript" in answer.headers["Content-Type"]
    assert "max-age" in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("frontend")
async def test_a_reload_makes_no_second_one(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    await house.start(u400_lock)
    await house.reload()
    assert len(extra_modules(hass)) == 1
    assert len(await resources(hass)) == 1


@pytest.mark.usefixtures("frontend")
async def test_an_older_version_is_replaced_and_doubles_go(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    stored = hass.data[LOVELACE_DATA].resources
    for version in ("0.0.1-aa", "0.0.2-bb"):
        await stored.async_create_item(
            {"res_type": "module", "url": f"{MODULE}?v={version}"}
        )
    other = {"res_type": "module", "url": "/local/other.js"}
    await stored.async_create_item(other)
    await house.start(u400_lock)
    assert [x["url"] for x in await resources(hass)] == extra_modules(hass)
    assert len(stored.async_items()) == 2


@pytest.mark.usefixtures("frontend")
async def test_removal_leaves_nothing_and_a_new_home_has_it_again(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    await house.start(u400_lock)
    await hass.config_entries.async_remove(house.home.entry_id)
    assert extra_modules(hass) == []
    assert await resources(hass) == []
    await house.start(u400_lock, matter=False)
    assert len(extra_modules(hass)) == len(await resources(hass)) == 1


@pytest.mark.usefixtures("frontend")
async def test_page_is_for_administrators_and_in_no_sidebar_by_itself(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    await house.start(u400_lock)
    page = hass.data[DATA_PANELS]["aqara-lock"]
    assert page.require_admin is True
    assert page.sidebar_default_visible is False
    # The gear of the integration leads to the options of the home.
    assert page.config_panel_domain is None
    assert page.config["_panel_custom"]["module_url"] == extra_modules(hass)[0]
    await house.reload()
    assert "aqara-lock" in hass.data[DATA_PANELS]
    await hass.config_entries.async_remove(house.home.entry_id)
    assert "aqara-lock" not in hass.data[DATA_PANELS]


MORE_INFO = "custom_ui_more_info"


@pytest.mark.usefixtures("frontend")
async def test_dialog_shows_ours_only_where_it_is_wanted(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    assert MORE_INFO not in house.lock.attributes
    options(house, card_in_dialog=True)
    await house.settle()
    assert house.lock.attributes[MORE_INFO] == "aqara-lock-more-info"
    await house.reload()
    assert house.lock.attributes[MORE_INFO] == "aqara-lock-more-info"
    options(house, card_in_dialog=False)
    await house.settle()
    assert MORE_INFO not in house.lock.attributes


async def test_dialog_is_that_of_home_assistant_without_the_module(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    options(house, card_in_dialog=True)
    await house.settle()
    assert MORE_INFO not in house.lock.attributes


@pytest.mark.usefixtures("frontend")
async def test_dialog_is_that_of_home_assistant_in_safe_mode(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    hass.config.safe_mode = True
    await house.start(u400_lock)
    options(house, card_in_dialog=True)
    await house.settle()
    assert MORE_INFO not in house.lock.attributes


@pytest.mark.usefixtures("frontend")
async def test_a_lock_that_wants_a_code_keeps_the_dialog_that_takes_it(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.attributes[u400_lock.path(REQUIRE_PIN)] = True
    await house.start(u400_lock)
    options(house, card_in_dialog=True)
    await house.settle()
    assert house.lock.attributes["code_format"]
    assert MORE_INFO not in house.lock.attributes


@pytest.mark.usefixtures("frontend_in_yaml")
async def test_resources_in_yaml_are_left_alone(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    await house.start(u400_lock)
    assert len(extra_modules(hass)) == 1
    assert await resources(hass) == []
    assert await hass.config_entries.async_remove(house.home.entry_id)
    assert extra_modules(hass) == []


@pytest.mark.usefixtures("frontend")
async def test_resources_that_take_nothing_stop_nothing(
    house: House,
    u400_lock: FakeLock,
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The card comes by the other way, and the log says what is missing."""
    house.expects_errors = True
    with refused("async_create_item"):
        await house.start(u400_lock)
    assert house.lock.state == "locked"
    assert len(extra_modules(hass)) == 1
    assert "aqara-lock" in hass.data[DATA_PANELS]
    assert await resources(hass) == []
    assert "The card is no resource of the dashboards: the disk is full" in caplog.text
    await house.reload()
    assert [x["url"] for x in await resources(hass)] == extra_modules(hass)


@pytest.mark.usefixtures("frontend")
async def test_an_older_version_that_cannot_be_replaced_is_said(
    house: House,
    u400_lock: FakeLock,
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    house.expects_errors = True
    old = {"res_type": "module", "url": f"{MODULE}?v=0.0.1-aa"}
    await hass.data[LOVELACE_DATA].resources.async_create_item(old)
    with refused("async_update_item"):
        await house.start(u400_lock)
    assert [x["url"] for x in await resources(hass)] == [old["url"]]
    assert "The card is no resource of the dashboards" in caplog.text
    assert len(extra_modules(hass)) == 1


@pytest.mark.usefixtures("frontend")
async def test_a_resource_that_stays_keeps_no_home_from_being_removed(
    house: House,
    u400_lock: FakeLock,
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await house.start(u400_lock)
    house.expects_errors = True
    with refused("async_delete_item"):
        assert await hass.config_entries.async_remove(house.home.entry_id)
    assert hass.config_entries.async_entries("aqara_lock") == []
    assert extra_modules(hass) == []
    assert "aqara-lock" not in hass.data[DATA_PANELS]
    assert len(await resources(hass)) == 1
    assert "The card stays a resource of the dashboards: the disk is full" in (
        caplog.text
    )


async def test_a_frontend_without_dashboards_has_module_and_page(
    house: House, u400_lock: FakeLock, hass: HomeAssistant
) -> None:
    assert await async_setup_component(hass, "frontend", {})
    dashboards = hass.data.pop(LOVELACE_DATA, None)
    await house.start(u400_lock)
    assert len(extra_modules(hass)) == 1
    assert "aqara-lock" in hass.data[DATA_PANELS]
    assert await hass.config_entries.async_remove(house.home.entry_id)
    assert extra_modules(hass) == []
    if dashboards is not None:
        hass.data[LOVELACE_DATA] = dashboards


def refused(method: str) -> Any:
    """Have the resources of the dashboards refuse something."""
    return patch.object(
        ResourceStorageCollection,
        method,
        side_effect=HomeAssistantError("the disk is full"),
    )
