"""One home for all end-to-end tests, put right again after each of them.

What depends on the Matter server's manners runs with both kinds of server, one after the other.
"""

from collections.abc import AsyncIterator
import os
from pathlib import Path

import pytest
import pytest_asyncio

from tests.rig.paths import REPOSITORY
from tests.rig.requirements import requirements
from tests.rig.rig import COMMISSIONED, Rig
from tests.rig.software import DEFAULT_SOFTWARE, Software

from . import seconds
from .door import Door
from .shards import Group, Shard
from .why_watch import BESIDE

SHARD = Shard.from_environment()
LOGS = REPOSITORY / ".demo" / "logs-e2e" / str(SHARD)
SERVER_URL = os.environ.get("MATTER_SERVER_URL") or None


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Run all tests of this folder in one event loop, because they share a running home.

    A test that is marked with one kind of Matter server runs with that one only. Where a
    share of the tests is asked for, the others are left out.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    others = {item for item in items if _is_for_other_software(item)}
    wanted = SHARD.groups({_group(item) for item in items})
    others |= {item for item in items if _group(item) not in wanted}
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


def _group(item: pytest.Item) -> Group:
    """Return what a test has to stay together with."""
    software = None
    if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        software = item.callspec.params.get("software")
    return item.path.stem, software


def _is_for_other_software(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("software")
    if marker is None or not isinstance(item, pytest.Function):
        return False
    return item.callspec.params.get("software") not in (None, *marker.args)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a module once with each kind of Matter server that its `SOFTWARE` names."""
    if "software" not in metafunc.fixturenames:
        return
    named = getattr(metafunc.module, "SOFTWARE", ())
    kinds = named if named and SERVER_URL is None else (DEFAULT_SOFTWARE,)
    metafunc.parametrize("software", kinds, indirect=True, scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured."""
    for line in seconds.table():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def software(request: pytest.FixtureRequest, able: None) -> Software:
    """Return what the home's own Matter server runs on."""
    kind = Software(request.param)
    _need(requirements(server_url=SERVER_URL, software=kind))
    return kind


@pytest.fixture(scope="session")
def able() -> None:
    """Skip where the machine cannot carry the rig; in CI that is a failure."""
    _need(requirements(server_url=SERVER_URL))


def _need(missing: list[str]) -> None:
    if not missing:
        return
    text = "The rig cannot run here:\n" + "\n".join(missing)
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home(software: Software) -> AsyncIterator[Rig]:
    """Return the whole home with the integration installed and the lock added."""
    async with Rig(
        server_url=SERVER_URL,
        software=software,
        logs=LOGS / f"home-{software}",
        beside=BESIDE,
    ) as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="session")
async def rig(home: Rig) -> AsyncIterator[Rig]:
    """Return the whole home; afterwards every fault is undone."""
    yield home
    await home.repair()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def u200_home(software: Software) -> AsyncIterator[Rig]:
    """Return a whole home whose lock does not say who unlocked at the door."""
    async with Rig(
        "u200",
        server_url=SERVER_URL,
        software=software,
        logs=LOGS / f"u200-{software}",
        beside=BESIDE,
    ) as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="session")
async def door(rig: Rig) -> Door:
    """Return our lock in the whole home, showing what the lock is."""
    found = Door(rig)
    await found.ready()
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_path(able: None) -> AsyncIterator[Rig]:
    """Return a home without Home Assistant: hub, lock and a Matter server."""
    async with Rig(parts=COMMISSIONED, logs=LOGS / "path") as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="session")
async def path(shared_path: Rig) -> AsyncIterator[Rig]:
    """Return the home without Home Assistant; afterwards every fault is undone."""
    yield shared_path
    await shared_path.repair()
