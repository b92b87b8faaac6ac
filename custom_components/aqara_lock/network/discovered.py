"""Which border router a discovered mDNS service is, from its bytes in zeroconf's cache."""

from typing import Final

from homeassistant.components import zeroconf
from homeassistant.core import HomeAssistant
from zeroconf.asyncio import AsyncServiceInfo

from ..domain.meshcop import parse_txt
from .border_routers import SERVICE_TYPE

TIMEOUT_MS: Final = 1000


async def find_border_agent_id(hass: HomeAssistant, instance: str) -> str | None:
    """Give the border agent id of a service; None where its record does not say.

    Home Assistant's own discovery turns binary TXT values into text and loses them.
    """
    shared = await zeroconf.async_get_async_instance(hass)
    info = AsyncServiceInfo(SERVICE_TYPE, instance)
    await info.async_request(shared.zeroconf, TIMEOUT_MS)
    record = parse_txt(info.properties)
    return record.border_agent_id if record else None
