"""The socket by which another process plays a scene: one JSON line there, one back."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.rig.rig import Rig
from tests.rig.virtual_lock import ControlFailed

from .scenes import SCENES, NotPlayed


class SceneFailed(RuntimeError):
    """A scene could not be played; the text says why."""


class Control:
    """Plays scenes for those who connect."""

    def __init__(self, rig: Rig) -> None:
        """Take the home in which the scenes play."""
        self._rig = rig
        self.path = rig.folder / "scenes.sock"

    async def listen(self) -> None:
        """Open the socket."""
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    def close(self) -> None:
        """Close the socket."""
        self._server.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        asked = json.loads(await reader.readline())
        writer.write(json.dumps(await self._play(asked)).encode() + b"\n")
        await writer.drain()
        writer.close()

    async def _play(self, asked: dict[str, Any]) -> dict[str, str]:
        """Play one scene; whatever goes wrong is told to the one who asked."""
        try:
            return {"said": await SCENES[asked["scene"]](self._rig, asked["arguments"])}
        except (ControlFailed, NotPlayed) as err:
            return {"failed": getattr(err, "said", str(err))}
        except Exception as err:  # noqa: BLE001
            return {"failed": f"{type(err).__name__}: {err}"}


async def play(path: Path, scene: str, arguments: dict[str, Any]) -> str:
    """Ask the running demo for a scene; raises SceneFailed."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(json.dumps({"scene": scene, "arguments": arguments}).encode() + b"\n")
    answer = json.loads(await reader.readline())
    writer.close()
    if "failed" in answer:
        raise SceneFailed(answer["failed"])
    return str(answer["said"])
