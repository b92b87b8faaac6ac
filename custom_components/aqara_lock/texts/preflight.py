"""The preflight in words: a line for each check, the hubs to choose from, why there is none."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectOptionDict

from ..domain.diagnosis import (
    Check,
    CheckId,
    Finding,
    HubChoice,
    Survey,
    Verdict,
    group_hubs,
    preflight,
)
from .findings import parameter_text, title_and_remedy
from .translations import message

VERDICTS: Final = {
    Verdict.OK: "preflight_verdict_ok",
    Verdict.WARNING: "preflight_verdict_warning",
    Verdict.FAILED: "preflight_verdict_failed",
    Verdict.NOT_CHECKABLE: "preflight_verdict_not_checkable",
}
KEEPS_HUBS_UNSEEN: Final = (CheckId.HUB_ON_LAN, CheckId.MDNS, CheckId.HOST_IPV6)


def lines(hass: HomeAssistant, checks: Iterable[Check]) -> str:
    """Give a markdown list: what was checked, what came out and what to do."""
    return "\n".join(_line(hass, check) for check in checks)


def hub_options(hass: HomeAssistant, survey: Survey) -> list[SelectOptionDict]:
    """Give the hubs for a select field; the first one is the best to propose."""
    choices = group_hubs(survey.evidence)
    networks = {(x.network_name, x.extended_pan_id) for x in choices}
    names = Counter(name for name, _ in networks)
    key = "hub_option" if len(networks) == 1 else "hub_option_network"
    return [
        SelectOptionDict(
            value=choice.id,
            label=message(
                hass,
                key,
                name=choice.name,
                network=_network(choice, names),
                health=message(hass, f"hub_health_{choice.health}"),
            ),
        )
        for choice in choices
    ]


def why_no_hub(hass: HomeAssistant, survey: Survey) -> str:
    """Say why no hub is visible, as far as it can be known, and what to do."""
    causes = _causes(survey)
    told = [f"- {' '.join(_told(hass, cause))}" for cause in causes]
    if not told:
        told = [message(hass, "no_hub_what_to_do")]
    return "\n\n".join([message(hass, "no_hub_heard"), "\n".join(told)])


def _causes(survey: Survey) -> list[Finding]:
    checks = preflight(survey.evidence, None, survey.at)
    found = {check.id: check.finding for check in checks}
    return [cause for key in KEEPS_HUBS_UNSEEN if (cause := found[key]) is not None]


def _network(choice: HubChoice, names: Counter[str | None]) -> str:
    """Name a network; two of one name are told apart by their ids."""
    if choice.network_name is None:
        return choice.extended_pan_id
    if names[choice.network_name] > 1:
        return f"{choice.network_name} ({choice.extended_pan_id})"
    return choice.network_name


def _line(hass: HomeAssistant, check: Check) -> str:
    name = message(hass, f"preflight_check_{check.id}")
    verdict = message(hass, VERDICTS[check.verdict])
    return f"- **{name}** ({verdict}): {_result(hass, check)}"


def _result(hass: HomeAssistant, check: Check) -> str:
    if check.finding is not None:
        return " ".join(_told(hass, check.finding))
    told = {k: parameter_text(hass, value) for k, value in check.parameters.items()}
    return message(hass, f"preflight_says_{check.saying}", **told)


def _told(hass: HomeAssistant, finding: Finding) -> tuple[str, str]:
    lock = message(hass, "the_new_lock")
    title, remedy = title_and_remedy(hass, finding, lock=lock, locks=lock)
    return f"{title}.", remedy
