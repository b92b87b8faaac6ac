"""The tour: scenes one after the other, with a word on what there is to see."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .control import play
from .furnish import DASHBOARD, GUEST_CODE


@dataclass(frozen=True)
class Stop:
    """A scene, what to say of it, and the seconds to look at it."""

    caption: str
    scene: str
    arguments: dict[str, Any]
    seconds: float


TOUR = (
    Stop(
        "Ben comes home. The card names him, and how: a finger.",
        "unlock",
        {"method": "finger", "user": 2},
        9,
    ),
    Stop("He locks behind him.", "lock", {"method": "hand"}, 6),
    Stop(
        "Tom, a guest, types his code for the first time. The lock itself keeps his days.",
        "code",
        {"code": GUEST_CODE},
        9,
    ),
    Stop("The door locks by itself.", "lock", {"method": "auto"}, 6),
    Stop(
        "Somebody tries codes. The attempts are one folded line, not four.",
        "wrong-code",
        {"times": 4},
        9,
    ),
    Stop(
        "The hub's plug is pulled. The path turns red and says why; then the lock's state is unknown.",
        "hub",
        {"on": False},
        45,
    ),
    Stop(
        "It is plugged in again. The lock answers, and what happened meanwhile is read.",
        "hub",
        {"on": True},
        25,
    ),
)


async def tour(control: Path, url: str) -> None:
    """Play the scenes; raises SceneFailed."""
    print(f"Look at {url}/{DASHBOARD}\n", flush=True)
    await asyncio.sleep(3)
    for number, stop in enumerate(TOUR, 1):
        print(f"{number}/{len(TOUR)}  {stop.caption}", flush=True)
        await play(control, stop.scene, stop.arguments)
        await asyncio.sleep(stop.seconds)
    print("\nThat is the tour. scripts/demo --help lists every scene.", flush=True)
