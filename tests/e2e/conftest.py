"""One home for all end-to-end tests, put right again after each of them."""

from collections.abc import AsyncIterator
import os
from pathlib import Path

import pytest
import pytest_asyncio

from tests.rig.paths import REPOSITORY
from tests.rig.requirements import requirements
from tests.rig.rig import COMMISSIONED, Rig

from .door import Door
from .why_watch import BESIDE

LOGS = REPOSITORY / ".demo" / "logs-e2e"
SERVER_URL = os.environ.get("MATTER_SERVER_URL") or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all tests of this folder in one event loop, because they share a running home."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def able() -> None:
    """Skip where the machine cannot carry the rig; in CI that is a failure."""
    missing = requirements(server_url=SERVER_URL)
    if not missing:
        return
    text = "The rig cannot run here:\n" + "\n".join(missing)
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home(able: None) -> AsyncIterator[Rig]:
    """Return the whole home with the integration installed and the lock added."""
    async with Rig(server_url=SERVER_URL, logs=LOGS / "home", beside=BESIDE) as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="session")
async def rig(home: Rig) -> AsyncIterator[Rig]:
    """Return the whole home; afterwards every fault is undone."""
    yield home
    await home.repair()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def u200_home(able: None) -> AsyncIterator[Rig]:
    """Return a whole home whose lock does not say who unlocked at the door."""
    logs = LOGS / "u200"
    async with Rig("u200", server_url=SERVER_URL, logs=logs, beside=BESIDE) as rig:
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
