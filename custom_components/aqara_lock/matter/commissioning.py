"""Adding a device to Matter by its code, and what other devices tell of the ecosystems.

The code is handed to core's client and to nobody else. The client writes requests to its
log only in verbose mode (environment variable MATTER_VERBOSE_LOGGING at debug level).
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
import re
from typing import Final

from homeassistant.components.matter.const import DOMAIN as MATTER_DOMAIN
from homeassistant.core import HomeAssistant, callback
from matter_server.client import MatterClient
from matter_server.client.exceptions import (
    CannotConnect,
    InvalidState,
    MatterClientException,
    NotConnected,
    ServerVersionTooOld,
)
from matter_server.client.models.node import MatterNode
from matter_server.common.errors import (
    MatterError,
    NodeInterviewFailed,
    NodeNotReady,
    NodeNotResolving,
)

from ..domain.access import parse_fabric
from ..domain.commissioning import ServerWord, compressed_fabric_id, decode_public_key
from ..domain.identity import LockIdentity
from .changes import follow_core
from .devices import find_locks

FABRICS: Final = "0/62/1"
SUPPORTED_FABRICS: Final = "0/62/2"
VENDOR: Final = "0/40/2"
PRODUCT: Final = "0/40/4"
ROOT_PUBLIC_KEY: Final = "1"
DEVICE_TIMEOUT: Final = 30.0
"""Seconds until core has made the device of a new node."""

_WORDS: Final = (
    (re.compile("no commissionable device", re.IGNORECASE), ServerWord.NOT_DISCOVERED),
    (
        # The certificates of the chain by their short names: PAA, PAI, DAC, and the CD.
        re.compile(
            r"(?i:attestation|(?:test|development) certificate|trust store"
            r"|certification declaration)|\b(?:PAA|PAI|DAC|CD)\b"
        ),
        ServerWord.ATTESTATION,
    ),
    (
        re.compile("supported fabrics|maximum number of fabrics", re.IGNORECASE),
        ServerWord.TABLE_FULL,
    ),
    (
        re.compile("already commissioned into this fabric", re.IGNORECASE),
        ServerWord.SAME_FABRIC,
    ),
    (re.compile("operative reconnection", re.IGNORECASE), ServerWord.OPERATIONAL),
    (re.compile("attempt.* failed", re.IGNORECASE), ServerWord.PAIRING_FAILED),
    (
        re.compile(r"^\s*commission with code failed for node", re.IGNORECASE),
        ServerWord.NO_REASON,
    ),
)
"""How the OHF server words its reasons; python-matter-server gives none."""


class CommissionRefused(Exception):
    """The server did not add the device; its text is not kept, it may hold the code."""

    def __init__(self, word: ServerWord) -> None:
        """Keep only what the answer says for sure."""
        super().__init__(word.value)
        self.word = word


async def async_commission(hass: HomeAssistant, code_text: str) -> int:
    """Have a device added that is on the network already; gives its node id.

    Raises CommissionRefused.
    """
    with _translated():
        if (client := _loaded_client(hass)) is None:
            raise CommissionRefused(ServerWord.UNAVAILABLE)
        node = await client.commission_with_code(code_text, network_only=True)
        return int(node.node_id)


async def async_wait_for_lock(hass: HomeAssistant, node_id: int) -> LockIdentity | None:
    """Wait until core has made the new lock's device; None when there is none in time."""
    changed = asyncio.Event()

    @callback
    def note(_what: object) -> None:
        changed.set()

    stops = follow_core(hass, note, note)
    try:
        async with asyncio.timeout(DEVICE_TIMEOUT):
            while (found := find_lock_of_node(hass, node_id)) is None:
                changed.clear()
                await changed.wait()
            return found
    except TimeoutError:
        return None
    finally:
        for stop in stops:
            stop()


@callback
def find_lock_of_node(hass: HomeAssistant, node_id: int) -> LockIdentity | None:
    """Find a lock by its node id on our fabric."""
    every = (lock.identity for lock in find_locks(hass))
    return next((item for item in every if item.address.node_id == node_id), None)


@callback
def is_other_device(hass: HomeAssistant, node_id: int) -> bool:
    """Tell whether a node is known and complete, and has no door lock."""
    node = next((n for n in _nodes(hass) if n.node_id == node_id), None)
    return node is not None and find_lock_of_node(hass, node_id) is None


@callback
def own_fabrics(hass: HomeAssistant) -> frozenset[int]:
    """Give the compressed ids of Home Assistant's own fabrics."""
    infos = (client.server_info for client in _clients(hass))
    return frozenset(info.compressed_fabric_id for info in infos if info)


@callback
def fabric_names(hass: HomeAssistant) -> dict[int, str]:
    """Name ecosystems by compressed fabric id, as far as any device of ours carries them."""
    found: dict[int, str] = {}
    for node in _nodes(hass):
        found |= dict(_named(node.node_data.attributes.get(FABRICS) or ()))
    return found


@callback
def supported_fabrics(
    hass: HomeAssistant, vendor_id: int | None, product_id: int | None
) -> int | None:
    """Tell how many fabrics a product carries, if a device of the same kind is known."""
    for node in _nodes(hass):
        attributes = node.node_data.attributes
        if (attributes.get(VENDOR), attributes.get(PRODUCT)) == (vendor_id, product_id):
            number = attributes.get(SUPPORTED_FABRICS)
            return number if isinstance(number, int) else None
    return None


def _named(entries: Iterable[object]) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if not isinstance(entry, Mapping) or (fabric := parse_fabric(entry)) is None:
            continue
        key = decode_public_key(entry.get(ROOT_PUBLIC_KEY))
        if (number := compressed_fabric_id(key, fabric.fabric_id)) is not None:
            yield number, fabric.ecosystem


def _clients(hass: HomeAssistant) -> list[MatterClient]:
    loaded = hass.config_entries.async_loaded_entries(MATTER_DOMAIN)
    return [entry.runtime_data.adapter.matter_client for entry in loaded]


def _loaded_client(hass: HomeAssistant) -> MatterClient | None:
    return next(iter(_clients(hass)), None)


def _nodes(hass: HomeAssistant) -> list[MatterNode]:
    return [node for client in _clients(hass) for node in client.get_nodes()]


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what the client raises into a word, without the text and its cause."""
    word: ServerWord | None = None
    try:
        yield
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) is None or task.cancelling():
            raise
        # The client cancels what waits for an answer when its connection breaks.
        word = ServerWord.GONE
    except ServerVersionTooOld:
        word = ServerWord.TOO_OLD
    except NotConnected, CannotConnect, InvalidState:
        word = ServerWord.UNAVAILABLE
    except MatterClientException:
        word = ServerWord.GONE
    except NodeInterviewFailed, NodeNotReady, NodeNotResolving:
        word = ServerWord.INTERVIEW
    except MatterError as err:
        word = _word(f"{getattr(err, 'reason', None) or ''} {err}")
    if word is not None:
        raise CommissionRefused(word) from None


def _word(text: str) -> ServerWord:
    """Find a known reason in the server's text."""
    found = (word for pattern, word in _WORDS if pattern.search(text))
    return next(found, ServerWord.NOTHING)
