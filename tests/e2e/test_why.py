"""Why a lock stopped answering: every fault of the way to it, made for real and repaired.

Three homes, one with a U200 and two with a U400, go through their rows at the same time.
"""

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from tests.rig.rig import Rig
from tests.rig.software import Software

from .conftest import LOGS, SERVER_URL
from .door import Door
from .why_faults import FAULTS, Fault
from .why_lanes import Lanes, Row, row_id
from .why_notices import others_on_the_lock, weak_link
from .why_rows import long_outage, multicast_lost, noise, second_router
from .why_watch import BESIDE, OK, Watch, begin_again

SOFTWARE = tuple(Software)
pytestmark = pytest.mark.timeout(600)

TWIN_ROW = "others on the lock"


async def _named(fault: Fault, door: Door) -> None:
    """Let it happen, hear the one right cause, see its repair, mend it, see all well."""
    if fault.begin_again:
        await begin_again(door)
    watch = await Watch.begin(door)
    await fault.act(door)
    told = await watch.told("unresponsive")
    named = watch.seconds
    assert told.attributes["cause"] == fault.cause
    assert told.attributes["message"]
    await watch.says(watch.problem, fault.cause)
    if fault.in_home:
        await watch.says(watch.network, fault.cause)
    may_be_said = {OK, fault.cause} | fault.passing
    assert watch.said(watch.problem) <= may_be_said
    await watch.repaired_by(fault.cause)
    begun = watch.seconds
    await fault.mend(door)
    await watch.told("recovered", told)
    await watch.well_again()
    print(f"{fault.cause}: named {named:.1f} s, well {watch.seconds - begun:.1f} s")
    assert watch.said(watch.network) <= may_be_said
    assert watch.notices == ["unresponsive", "recovered"]


def _of(*names: str) -> dict[str, Row]:
    return {name: partial(_named, FAULTS[name]) for name in names}


U400: dict[str, Row] = {
    **_of(
        "route refused",
        "announcements blocked",
        "no usable source address",
        "ipv6 disabled",
        "thread off",
    ),
    "second border router takes over": second_router,
    "noise is no fault": noise,
}
U200: dict[str, Row] = {
    **_of("lock off while the hub lives", "lock on another thread network"),
    "mdns blocked while the hub lives": multicast_lost,
    **_of(
        "home network down",
        "hub in another subnet",
        "hub unplugged",
        "hub unplugged with goodbye",
        "hub reboots",
    ),
}
if SERVER_URL is None:
    # The twin takes the data of the rig's own server.
    U200[TWIN_ROW] = others_on_the_lock
SPARE: dict[str, Row] = {
    "weak link": weak_link,
    "hub unplugged for long": long_outage,
}
"""A second U400, which has the time for what lasts."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lanes(
    request: pytest.FixtureRequest, software: Software, home: Rig, u200_home: Rig
) -> AsyncIterator[Lanes]:
    """Start the rows that are asked for; each home goes through its own."""
    running = Lanes.asked_for(request, software)
    running.start(home, U400)
    running.start(u200_home, U200)
    spare = Rig(
        server_url=SERVER_URL,
        software=software,
        logs=LOGS / f"spare-{software}",
        beside=BESIDE,
    )
    async with running.beside(spare, SPARE):
        yield running
        await running.stop()
    for rig in (home, u200_home):
        await rig.repair()


PYTHON_ONLY = {
    # A twin is there of python-matter-server only.
    TWIN_ROW,
    # After a restart of the lock or the hub the other server may send on a dead session,
    # and a command fails after 50 s: that is no quiet hour.
    "noise is no fault",
}


def _parameter(name: str) -> object:
    """Return a row, for one kind of Matter server or for both."""
    only = [pytest.mark.software(Software.PYTHON)] if name in PYTHON_ONLY else ()
    return pytest.param(name, id=row_id(name), marks=only)


@pytest.mark.parametrize("name", map(_parameter, (*U400, *U200, *SPARE)))
async def test_the_diagnosis(lanes: Lanes, name: str) -> None:
    await lanes.result(name)
