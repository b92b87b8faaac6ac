"""Pytest plugin: the test harness on a Home Assistant that is newer than the one it pins.

Load it with `-p harness_next`, so that it comes before the harness: Home Assistant has to be
imported before httpx, and the harness still asks for a name that has moved.
"""

import homeassistant.const  # noqa: F401  # isort: skip
from homeassistant.components import logger


def _clear_nothing(_: object) -> None:
    """Stand in for the helper that Home Assistant 2026.11 no longer has here."""


if not hasattr(logger, "_clear_logger_overwrites"):
    logger._clear_logger_overwrites = _clear_nothing  # type: ignore[attr-defined]  # noqa: SLF001
