"""The demo's folder and its state file, which tells others how to reach it."""

from dataclasses import asdict, dataclass
import json
import os
from pathlib import Path

from tests.rig.paths import REPOSITORY

FOLDER = REPOSITORY / ".demo"
LOGS = FOLDER / "logs"
FILE = FOLDER / "state.json"


@dataclass(frozen=True)
class DemoState:
    """What is needed to use the running demo."""

    url: str
    username: str
    password: str
    token: str
    lock_control: dict[str, str]
    """Control socket by the lock's name."""
    namespace: str | None
    """Network namespace of Home Assistant; None where its name means nothing outside."""
    profile: str
    pid: int
    control: str
    """Socket that takes the scenes."""

    def write(self) -> None:
        """Publish the state at once, readable by the owner only, because it holds a token."""
        FOLDER.mkdir(exist_ok=True)
        new = FILE.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(asdict(self), indent=2) + "\n")
        new.replace(FILE)

    @classmethod
    def read(cls) -> DemoState | None:
        """Return the state of the running demo; None when there is none."""
        if not FILE.exists():
            return None
        state = cls(**json.loads(FILE.read_text()))
        return state if state.alive else None

    @property
    def alive(self) -> bool:
        """Tell whether the demo's process lives."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return Path(self.control).exists()


def forget() -> None:
    """Remove the state file."""
    FILE.unlink(missing_ok=True)
