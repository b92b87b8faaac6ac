"""The manifest, by the rules that hassfest and HACS apply to custom integrations."""

from pathlib import Path

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant.components import ping as ping_integration
from homeassistant.loader import Manifest
from packaging.requirements import Requirement
import pytest

from .repository import DOMAIN, INTEGRATION, URL, load

NOT_YET_ACCEPTED = {"categories", "connectivity"}
"""Keys of core's manifests that hassfest may refuse in custom ones."""

EXPECTED = {
    "after_dependencies": ["frontend", "lovelace", "recorder", "thread"],
    "codeowners": ["@aqara-lock"],
    "config_flow": True,
    "dependencies": ["http", "matter", "network", "websocket_api", "zeroconf"],
    "documentation": URL,
    "domain": DOMAIN,
    "iot_class": "local_push",
    "issue_tracker": f"{URL}/issues",
    "name": "Aqara Lock",
    "single_config_entry": True,
    "zeroconf": [
        {"type": "_meshcop._udp.local.", "properties": {"vn": "aqara*"}},
        {"type": "_meshcop._udp.local.", "properties": {"nn": "aqarahome-*"}},
    ],
}


@pytest.mark.parametrize("key", EXPECTED)
def test_value(key: str) -> None:
    assert load(INTEGRATION / "manifest.json").get(key) == EXPECTED[key]


def test_keys_are_known_and_sorted() -> None:
    keys = list(load(INTEGRATION / "manifest.json"))
    assert set(keys) <= set(Manifest.__annotations__) - NOT_YET_ACCEPTED
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


def test_requirements_are_what_no_dependency_brings() -> None:
    """Core pins the Matter client and icmplib; a second pin would fight with it."""
    declared = load(INTEGRATION / "manifest.json")["requirements"]
    parsed = [Requirement(text) for text in declared]
    assert [requirement.name for requirement in parsed] == ["icmplib"]
    ping = Path(ping_integration.__file__).with_name("manifest.json")
    [pinned] = load(ping)["requirements"]
    assert Requirement(pinned).name == "icmplib"
    [pin] = Requirement(pinned).specifier
    assert pin.operator == "=="
    assert pin.version in parsed[0].specifier
    assert all(x.operator == ">=" for x in parsed[0].specifier)


def test_version_is_one_that_home_assistant_accepts() -> None:
    version = AwesomeVersion(load(INTEGRATION / "manifest.json")["version"])
    assert version.strategy is AwesomeVersionStrategy.SEMVER


def test_discovery_properties_are_lower_case() -> None:
    for matcher in load(INTEGRATION / "manifest.json")["zeroconf"]:
        for value in matcher["properties"].values():
            assert value == value.lower()
