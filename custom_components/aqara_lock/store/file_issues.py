"""Repairs of files that could not be read or written."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

NOT_WRITTEN: Final = "not_written"
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
        translation_key=f"file_{problem}",
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
def forget_file(hass: HomeAssistant, key: str) -> None:
    """Take every repair of a file back."""
    file_is_sound(hass, key)
    ir.async_delete_issue(hass, DOMAIN, f"file_damaged_{key}")


def _title(hass: HomeAssistant, key: str) -> str:
    """Return the name that the user gave to the lock or home of a file."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if key == f"{DOMAIN}.{entry.entry_id}":
            return entry.title
        for subentry in entry.subentries.values():
            if key.startswith(f"{DOMAIN}.lock.{subentry.subentry_id}"):
                return subentry.title
    return key
