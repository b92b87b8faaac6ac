"""What the tests saw a lock say, for the table in docs/attribution.md."""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any

from tests.rig.paths import REPOSITORY
from tests.rig.software import Software

FOLDER = REPOSITORY / ".demo"


def file_of(software: Software, profile: str) -> Path:
    """Return the file that holds what a lock of this profile said to this server."""
    return FOLDER / f"seen-{software}-{profile}.json"


def begin(software: Software, profile: str) -> None:
    """Forget what was seen in an earlier run."""
    FOLDER.mkdir(exist_ok=True)
    file_of(software, profile).write_text("{}\n")


def note(software: Software, profile: str, label: str, line: Mapping[str, Any]) -> None:
    """Add a row."""
    file = file_of(software, profile)
    rows = json.loads(file.read_text())
    rows[label] = {
        "who": line.get("person") or line.get("ecosystem") or "not reported",
        "method": line.get("method", "unknown"),
        "confidence": line.get("confidence", "unknown"),
    }
    file.write_text(json.dumps(rows, indent=1) + "\n")


def load(software: Software, profile: str) -> dict[str, dict[str, str]]:
    """Return the rows by label; raises FileNotFoundError before the first run."""
    return dict(json.loads(file_of(software, profile).read_text()))
