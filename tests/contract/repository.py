"""The files that the contracts are about."""

import json
from pathlib import Path
from typing import Any

DOMAIN = "aqara_lock"
REPOSITORY = Path(__file__).resolve().parents[2]
INTEGRATION = REPOSITORY / "custom_components" / DOMAIN
URL = "https://github.com/aqara-lock/aqara-lock"


def load(path: Path) -> dict[str, Any]:
    """Read a JSON object; raises when a key stands in it twice."""
    content = json.loads(path.read_text(), object_pairs_hook=_without_duplicates)
    assert isinstance(content, dict)
    return content


def optional(path: Path) -> dict[str, Any]:
    """Read a JSON object that may be missing."""
    return load(path) if path.exists() else {}


def translations() -> dict[str, Any]:
    """Return the English texts, which all others come from."""
    return load(INTEGRATION / "translations" / "en.json")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"twice in one object: {sorted(twice)}"
    return dict(pairs)
