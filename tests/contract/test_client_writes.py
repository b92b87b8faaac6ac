"""How core's client shows that a request is not written yet: by the names of what waits."""

import asyncio
from typing import Any
from unittest.mock import Mock

from aiohttp.base_protocol import BaseProtocol
from chip.clusters import Objects as clusters
from matter_server.client import MatterClient
import pytest

from custom_components.aqara_lock.matter.commands import _is_being_written


class _Socket:
    """A websocket that waits before or after it has written."""

    closed = False

    def __init__(self, protocol: BaseProtocol | None) -> None:
        self._protocol = protocol

    async def send_json(self, *_args: Any, **_more: Any) -> None:
        if self._protocol is None:
            await asyncio.Event().wait()
        else:
            await self._protocol._drain_helper()


@pytest.mark.parametrize("is_in_buffer", [False, True])
async def test_client_waits_where_it_is_looked_for(is_in_buffer: bool) -> None:
    """A frame that waits for its turn may be dropped; one in the buffer goes out."""
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.connection_made(Mock(spec=asyncio.Transport))
    protocol.pause_writing()
    client = MatterClient("ws://emulated/ws", Mock())
    client._loop = loop
    client.connection.server_info = Mock(schema_version=12)
    client.connection._ws_client = _Socket(protocol if is_in_buffer else None)
    request = client.send_device_command(1, 1, clusters.DoorLock.Commands.LockDoor())
    task = asyncio.ensure_future(request)
    await asyncio.sleep(0)
    assert _is_being_written(request) is not is_in_buffer
    task.cancel()
    await asyncio.wait({task})
