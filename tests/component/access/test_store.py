"""What is kept of people and codes, apart from what it is used for."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.aqara_lock.access import AccessStore
from custom_components.aqara_lock.access.store import Learned, StoredAccess
from custom_components.aqara_lock.domain.access import AskFor, Grant, GrantKey
from custom_components.aqara_lock.store import NotKeptError

FRONT, ANEW = GrantKey("ann", "front"), GrantKey("ann", "anew")


def test_a_lock_that_was_added_again_takes_everything_along() -> None:
    memory = StoredAccess(
        grants={FRONT: Grant(key=FRONT)},
        asks={FRONT: AskFor.CODE},
        learned={"front": Learned(several_days=False)},
        noticed={"front": frozenset({4})},
        left_alone=frozenset({FRONT}),
    )
    memory.move_door("front", "anew")
    assert memory == StoredAccess(
        grants={ANEW: Grant(key=ANEW)},
        asks={ANEW: AskFor.CODE},
        learned={"anew": Learned(several_days=False)},
        noticed={"anew": frozenset({4})},
        left_alone=frozenset({ANEW}),
    )


async def test_what_comes_after_the_end_is_not_kept(hass: HomeAssistant) -> None:
    store = AccessStore(hass, "home")
    await store.async_load()
    await store.async_close()
    with pytest.raises(NotKeptError) as refused:
        await store.async_save()
    assert refused.value.reason == "reloaded_meanwhile"
