"""Where the rig finds its tools; each place can be overridden by an environment variable."""

import os
from pathlib import Path
import sys

REPOSITORY = Path(__file__).resolve().parents[2]
RIG = Path(__file__).resolve().parent


def _place(variable: str, default: Path) -> Path:
    """Return the path that `variable` names, else the default."""
    return Path(os.environ.get(variable) or default)


HASS = _place("AQARA_LOCK_HASS", REPOSITORY / ".venv/ha/bin/hass")
MATTER_SERVER = _place(
    "AQARA_LOCK_MATTER_SERVER", REPOSITORY / ".venv/matter-server/bin/matter-server"
)
LOCK_DIR = _place("AQARA_LOCK_VIRTUAL_LOCK", RIG / "lock")
CONTROLLER_DIR = _place("AQARA_LOCK_CONTROLLER", RIG / "controller")
CONTROLLER_SCRIPT = CONTROLLER_DIR / "controller.mjs"
LOCK_SCRIPT = LOCK_DIR / "lock.mjs"
BRIDGE_SCRIPT = LOCK_DIR / "bridge.mjs"
NODE_MODULES = LOCK_DIR / "node_modules"
CONTROLLER_MODULES = CONTROLLER_DIR / "node_modules"
PRODUCT = REPOSITORY / "custom_components/aqara_lock"
PYTHON = Path(sys.executable)
