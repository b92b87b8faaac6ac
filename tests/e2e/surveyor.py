"""The product's look before a lock is bound, by a small Home Assistant on the host of the rig.

`python -m tests.e2e.surveyor <folder>`: a line with a border agent id (or nothing) in, a
line of JSON out: the verdict of each check, the rules behind them, and the texts. The
line `begin` stands for a new dialog, which has not seen anything yet.
"""

import asyncio
import json
from pathlib import Path
import sys
from typing import Any, Final

from homeassistant import bootstrap, loader
from homeassistant.auth import auth_manager_from_config
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components.aqara_lock.domain.diagnosis.readiness import Survey, preflight
from custom_components.aqara_lock.domain.thread.border_router import BorderRouter
from custom_components.aqara_lock.preflight.readiness import async_survey
from custom_components.aqara_lock.texts.preflight import hub_options, lines, why_no_hub
from tests.rig.paths import REPOSITORY

BEGIN: Final = "begin"
WEB: Final = {"http": {"server_host": "127.0.0.1", "server_port": 48123}}
"""Not the usual port: another Home Assistant may run on the machine."""


async def start(folder: Path) -> HomeAssistant:
    """Start what a config flow finds: mDNS and registries, but no home and no Matter."""
    (folder / "custom_components").symlink_to(REPOSITORY / "custom_components")
    hass = HomeAssistant(str(folder))
    loader.async_setup(hass)
    hass.config_entries = ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.auth = await auth_manager_from_config(hass, [], [])
    for domain in ("homeassistant", "http", "zeroconf"):
        assert await async_setup_component(hass, domain, WEB), domain
    return hass


def told(hass: HomeAssistant, survey: Survey, hub_id: str | None) -> dict[str, Any]:
    """Say what a look shows."""
    checks = preflight(survey.evidence, hub_id, survey.at)
    return {
        "verdicts": {check.id: check.verdict for check in checks},
        "rules": {x.id: x.finding.id for x in checks if x.finding is not None},
        "lines": lines(hass, checks),
        "options": hub_options(hass, survey),
        "why": why_no_hub(hass, survey),
    }


async def main() -> None:
    """Look as often as it is asked to, and keep what a dialog keeps between two looks."""
    hass = await start(Path(sys.argv[1]))
    seen: tuple[BorderRouter, ...] = ()
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = line.strip()
        if asked == BEGIN:
            seen = ()
            continue
        survey = await async_survey(hass, seen)
        seen = survey.routers
        print(json.dumps(told(hass, survey, asked or None)), flush=True)
    await hass.async_stop(force=True)


if __name__ == "__main__":
    asyncio.run(main())
