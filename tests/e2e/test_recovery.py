"""After the fault: how soon all is well again, and what is never said meanwhile.

Three homes go through their rows at the same time; the seconds stand in a table at the end.
"""

from collections.abc import AsyncIterator
import os

import pytest
import pytest_asyncio

from tests.rig.rig import Rig
from tests.rig.software import Software

from .conftest import LOGS, SERVER_URL
from .recovery_rows import (
    commands_without_a_hub,
    flaps,
    four_faults,
    jam,
    kill_after_unlock,
    radio_off,
)
from .why_lanes import Lanes, Row, row_id
from .why_watch import BESIDE

SOFTWARE = tuple(Software)
pytestmark = pytest.mark.timeout(900)

MISSED_SOON = {"max_interval": 30}
"""What makes a lock that is gone be missed sooner than in a home, in seconds.

The server's own grace stays: by that a lock that is gone is told from one that restarts.
"""
FIRST: dict[str, Row] = {
    "four faults": four_faults,
    "commands with the hub gone": commands_without_a_hub,
}
SECOND: dict[str, Row] = {"eight flaps and a blip": flaps}
THIRD: dict[str, Row] = {
    "a jam lasts until it is cleared": jam,
    "a kill after a named unlock": kill_after_unlock,
    "the lock's radio is off": radio_off,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lanes(
    request: pytest.FixtureRequest, software: Software, home: Rig, u200_home: Rig
) -> AsyncIterator[Lanes]:
    """Start the rows that are asked for; each home goes through its own."""
    running = Lanes.asked_for(request, software)
    running.start(home, FIRST)
    running.start(u200_home, SECOND)
    spare = Rig(
        server_url=SERVER_URL,
        software=software,
        logs=LOGS / f"recovery-{software}",
        beside=BESIDE,
        **({} if os.environ.get("AQARA_LOCK_PATIENT") else MISSED_SOON),
    )
    async with running.beside(spare, THIRD):
        yield running
        await running.stop()
    for rig in (home, u200_home):
        await rig.repair()


@pytest.mark.parametrize("name", [*FIRST, *SECOND, *THIRD], ids=row_id)
async def test_the_recovery(lanes: Lanes, name: str) -> None:
    await lanes.result(name)
