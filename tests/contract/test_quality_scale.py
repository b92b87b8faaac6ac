"""quality_scale.yaml: rule names and states, which hassfest does not check for custom integrations."""

from homeassistant.util.yaml import load_yaml_dict
import pytest

from .repository import INTEGRATION

RULES = frozenset(
    [
        "action-setup",
        "appropriate-polling",
        "brands",
        "common-modules",
        "config-flow",
        "config-flow-test-coverage",
        "dependency-transparency",
        "docs-actions",
        "docs-conditions",
        "docs-high-level-description",
        "docs-installation-instructions",
        "docs-removal-instructions",
        "docs-triggers",
        "entity-event-setup",
        "entity-unique-id",
        "has-entity-name",
        "runtime-data",
        "test-before-configure",
        "test-before-setup",
        "unique-config-entry",
        "action-exceptions",
        "config-entry-unloading",
        "docs-configuration-parameters",
        "docs-installation-parameters",
        "entity-unavailable",
        "integration-owner",
        "log-when-unavailable",
        "parallel-updates",
        "reauthentication-flow",
        "test-coverage",
        "devices",
        "diagnostics",
        "discovery",
        "discovery-update-info",
        "docs-data-update",
        "docs-examples",
        "docs-known-limitations",
        "docs-supported-devices",
        "docs-supported-functions",
        "docs-troubleshooting",
        "docs-use-cases",
        "dynamic-devices",
        "entity-category",
        "entity-device-class",
        "entity-disabled-by-default",
        "entity-translations",
        "exception-translations",
        "icon-translations",
        "reconfiguration-flow",
        "repair-issues",
        "stale-devices",
        "async-dependency",
        "inject-websession",
        "strict-typing",
    ]
)
"""The 54 rules of the Integration Quality Scale, bronze to platinum, as of 2026-08."""

STATUS = {"done", "todo", "exempt"}


def _rules() -> dict[str, object]:
    return dict(load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))["rules"])


def test_the_scale_has_54_rules() -> None:
    assert len(RULES) == 54


def test_every_rule_is_answered_and_no_other() -> None:
    assert set(_rules()) == RULES


def test_every_rule_has_a_status() -> None:
    for name, value in _rules().items():
        status = value["status"] if isinstance(value, dict) else value
        assert status in STATUS, name


def test_an_exemption_says_why() -> None:
    for name, value in _rules().items():
        if value == "exempt":
            pytest.fail(f"{name} is exempt without a comment")
        if isinstance(value, dict) and value["status"] == "exempt":
            assert value.get("comment"), name
