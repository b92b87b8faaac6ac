"""A front door and a garage whose locks do what the specification says."""

import pytest

from tests.component.fake_matter import FakeLock, FakeMatterServer
from tests.component.house import House

from .doors import add_person, door


@pytest.fixture
def front(matter: FakeMatterServer) -> FakeLock:
    """Commission the lock of the front door."""
    return door(matter, 21, "FRONT")


@pytest.fixture
def garage(matter: FakeMatterServer) -> FakeLock:
    """Commission the lock of the garage."""
    return door(matter, 22, "GARAGE")


@pytest.fixture
async def home(house: House, front: FakeLock, garage: FakeLock) -> House:
    """Set a home up with both doors, with Ann and with a guest."""
    await house.start(front, garage)
    await add_person(house, "ann", "Ann")
    await add_person(house, "ben", "Ben")
    return house
