"""The report of a check in words: three answers in short, and every line explained."""

from collections.abc import Iterable, Iterator
from typing import Final

from homeassistant.core import HomeAssistant

from ..domain.access import Ecosystem
from ..domain.commissioning import Ability, BindingReport, Hangs
from ..domain.connectivity import Advice
from ..domain.foreign_names import foreign_name
from .connection_check import check_text
from .translations import message, moment_text

UNNAMED: Final = "–"
SHOWN_ALWAYS: Final = (
    Ecosystem.AQARA_HOME,
    Ecosystem.APPLE_HOME,
    Ecosystem.HOME_ASSISTANT,
)


def report_in_short(hass: HomeAssistant, told: BindingReport) -> str:
    """Answer what everybody asks: is it on the hub, does it answer, does it say who."""
    answers = [
        message(hass, f"short_hub_{told.hangs}", **_names(told)),
        message(hass, _answers_well(told), **_times(told)),
        message(hass, f"short_who_{told.reports_who}"),
    ]
    more = [
        message(
            hass, "short_apps", apps=_listed(sorted(map(foreign_name, told.ecosystems)))
        ),
        *_room_and_battery(hass, told),
    ]
    listed = "\n".join(f"- {answer}" for answer in answers)
    return f"{listed}\n\n{' · '.join(more)}"


def _answers_well(told: BindingReport) -> str:
    """Name the sentence on how the lock answers, as far as its pings can be believed."""
    check = told.check
    if check is None or check.advice is Advice.NOT_SENT:
        return "short_answers_not_known"
    if check.advice is Advice.NO_ANSWER and check.proves_nothing:
        return "short_answers_not_known"
    if check.advice is Advice.NO_ANSWER:
        return "short_answers_no"
    if told.is_bridged:
        return "short_answers_bridge"
    if check.masked or check.average is None:
        return "short_answers_untimed"
    return (
        "short_answers_well" if check.advice is Advice.GOOD else "short_answers_badly"
    )


def _times(told: BindingReport) -> dict[str, str]:
    check = told.check
    if check is None or check.average is None:
        return {}
    return {
        "average": f"{check.average:.0f}",
        "answered": str(check.answered),
        "sent": str(check.sent),
    }


def _room_and_battery(hass: HomeAssistant, told: BindingReport) -> Iterator[str]:
    if told.fabrics_free is not None:
        yield message(hass, "short_room", free=str(told.fabrics_free))
    if told.battery_percent is not None:
        yield message(hass, "short_battery", percent=f"{told.battery_percent:g}")


def report(hass: HomeAssistant, told: BindingReport) -> str:
    """Give the whole report as markdown, for a step of a flow."""
    return "\n\n".join(_paragraphs(hass, told))


def _paragraphs(hass: HomeAssistant, told: BindingReport) -> Iterator[str]:
    names = _names(told)
    yield _titled(hass, "binding_title_hangs", _hangs(hass, told), **names)
    yield _titled(hass, "binding_title_need", _need(hass, told), **names)
    yield _titled(hass, "binding_title_apps", _apps(hass, told))
    yield _titled(hass, "binding_title_check", _check(hass, told))
    yield _titled(hass, "binding_title_tells", _tells(hass, told))
    yield message(hass, "binding_checked_at", when=moment_text(hass, told.at))


def _titled(hass: HomeAssistant, title: str, text: str, **names: str) -> str:
    return f"**{message(hass, title, **names)}** {text}"


def _names(told: BindingReport) -> dict[str, str]:
    others = [hub for hub in told.routers if hub.id != told.meant_hub]
    return {
        "lock": told.lock_name,
        "hub": foreign_name(told.meant_hub_name or UNNAMED),
        "network": foreign_name(told.network_name or told.network or UNNAMED),
        "hub_network": foreign_name(
            told.meant_network_name or told.meant_network or UNNAMED
        ),
        "served_by": foreign_name(told.served_by_name or UNNAMED),
        "routers": _listed(foreign_name(hub.name) for hub in told.routers),
        "others": _listed(foreign_name(hub.name) for hub in others if hub.is_live),
    }


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or UNNAMED


def _hangs(hass: HomeAssistant, told: BindingReport) -> str:
    names = _names(told)
    said = [message(hass, f"binding_hangs_{told.hangs}", **names)]
    if not told.is_bridged:
        said.append(message(hass, f"binding_served_{told.path_evidence}", **names))
    if told.hangs is Hangs.YES and _is_aqara(told):
        said.append(message(hass, "binding_child_devices", **names))
    return " ".join(said)


def _is_aqara(told: BindingReport) -> bool:
    return any(hub.is_aqara and hub.id == told.meant_hub for hub in told.routers)


def _need(hass: HomeAssistant, told: BindingReport) -> str:
    first = message(hass, f"binding_need_{told.need}", **_names(told))
    if told.is_bridged:
        return first
    wants = [
        message(hass, "binding_aqara_needs"),
        message(hass, "binding_apple_needs"),
        message(hass, "binding_home_assistant_needs"),
        message(hass, "binding_distance"),
    ]
    return "\n".join([first, "", *(f"- {want}" for want in wants)])


def _apps(hass: HomeAssistant, told: BindingReport) -> str:
    said = [_connected(hass, told)]
    if told.fabrics_free is not None:
        free = str(told.fabrics_free)
        said.append(message(hass, "binding_apps_free", free=free))
    return " ".join(said)


def _connected(hass: HomeAssistant, told: BindingReport) -> str:
    """List the apps; that one is missing is only known once the list was read."""
    if not told.ecosystems:
        used = UNNAMED if told.fabrics_used is None else str(told.fabrics_used)
        return message(hass, "binding_apps_not_read", used=used)
    here = set(told.ecosystems)
    marked = [
        message(hass, "binding_app_yes" if name in here else "binding_app_no", app=name)
        for name in SHOWN_ALWAYS
    ]
    others = sorted(map(foreign_name, here - set(SHOWN_ALWAYS)))
    more = (message(hass, "binding_app_yes", app=name) for name in others)
    return " · ".join([*marked, *more]) + "."


def _check(hass: HomeAssistant, told: BindingReport) -> str:
    said = [_series(hass, told)]
    if told.battery_percent is not None:
        percent = f"{told.battery_percent:g}"
        said.append(message(hass, "binding_battery", percent=percent))
    return " ".join(said)


def _series(hass: HomeAssistant, told: BindingReport) -> str:
    check = told.check
    if check is None:
        return message(hass, "binding_not_asked")
    said = check_text(hass, told.lock_name, check, bridged=told.is_bridged)
    if check.average is None or check.worst is None:
        return said
    times = message(
        hass,
        "binding_times",
        average=f"{check.average:.0f}",
        worst=f"{check.worst:.0f}",
    )
    return f"{said} {times}"


def _tells(hass: HomeAssistant, told: BindingReport) -> str:
    who = message(hass, f"binding_who_{told.reports_who}")
    if told.features is None:
        return message(hass, "binding_tells_unknown")
    can = _abilities(hass, told, offered=True)
    cannot = _abilities(hass, told, offered=False)
    listed = message(hass, "binding_tells", can=can, cannot=cannot)
    return f"{listed} {who}"


def _abilities(hass: HomeAssistant, told: BindingReport, *, offered: bool) -> str:
    found = (x for x in Ability if told.can(x) is offered)
    return _listed(message(hass, f"binding_can_{ability}") for ability in found)
