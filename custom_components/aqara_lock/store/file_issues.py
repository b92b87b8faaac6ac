"""Repairs of files that could not be read or written."""

from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

NOT_WRITTEN: Final = "not_written"
DAMAGED: Final = "damaged"
FAILING: HassKey[set[str]] = HassKey(f"{DOMAIN}_failing_files")


@callback
def not_written(hass: HomeAssistant, key: str) -> None:
    """Raise the repair of a disk that takes nothing; one for all files."""
    hass.data.setdefault(FAILING, set()).add(key)
    ir.async_create_issue(
        hass,
        DOMAIN,
        NOT_WRITTEN,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=NOT_WRITTEN,
    )


@callback
def written(hass: HomeAssistant, key: str) -> None:
    """Take the repair back once every file was written again."""
    failing = hass.data.get(FAILING)
    if not failing or key not in failing:
        return
    failing.discard(key)
    if not failing:
        ir.async_delete_issue(hass, DOMAIN, NOT_WRITTEN)


@callback
def read_problem(
    hass: HomeAssistant, key: str, problem: str, kept_as: str | None
) -> None:
    """Raise the repair of a file that could not be used; one that was set aside stays shown."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"file_{problem}_{key}",
        is_fixable=kept_as is not None,
        is_persistent=kept_as is not None,
        severity=ir.IssueSeverity.ERROR,
        translation_key=_text(hass, key, problem),
        translation_placeholders={
            "of": _title(hass, key),
            "file": key,
            "kept": kept_as or "–",
        },
    )


@callback
def file_is_sound(hass: HomeAssistant, key: str) -> None:
    """Take the repairs back of a file that stayed as it was and is read now."""
    for problem in ("newer", "unreadable"):
        ir.async_delete_issue(hass, DOMAIN, f"file_{problem}_{key}")


@callback
def forget_kept(hass: HomeAssistant, key: str) -> None:
    """Take the repair back of a file that was set aside, and is deleted now."""
    ir.async_delete_issue(hass, DOMAIN, f"file_{DAMAGED}_{key}")


@callback
def forget_file(hass: HomeAssistant, key: str) -> None:
    """Take every repair of a file back."""
    file_is_sound(hass, key)
    forget_kept(hass, key)


def _text(hass: HomeAssistant, key: str, problem: str) -> str:
    """Return the key of the text; what a damaged file of the home costs is another thing."""
    is_of_home = any(map(partial(_is_file_of, key), _entries(hass)))
    return (
        f"file_{problem}_home"
        if problem == DAMAGED and is_of_home
        else f"file_{problem}"
    )


def _entries(hass: HomeAssistant) -> list[ConfigEntry]:
    return hass.config_entries.async_entries(DOMAIN)


def _is_file_of(key: str, entry: ConfigEntry) -> bool:
    """Return whether a file holds what is known of the home itself."""
    return key == f"{DOMAIN}.{entry.entry_id}"


def _title(hass: HomeAssistant, key: str) -> str:
    """Return the name that the user gave to the lock or home of a file."""
    for entry in _entries(hass):
        if _is_file_of(key, entry):
            return entry.title
        for subentry in entry.subentries.values():
            if key.startswith(f"{DOMAIN}.lock.{subentry.subentry_id}"):
                return subentry.title
    return key
