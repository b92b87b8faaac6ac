"""Which border router a discovered mDNS service is, from its bytes in zeroconf's cache."""

from typing import Final

from homeassistant.components import zeroconf
from homeassistant.core import HomeAssistant
from zeroconf.asyncio import AsyncServiceInfo

from ...domain.thread import BorderRouter
from .border_routers import SERVICE_TYPE, router_of

TIMEOUT_MS: Final = 1000


async def async_find_router(hass: HomeAssistant, instance: str) -> BorderRouter | None:
    """Give the border router of a service; None where its record does not tell its id.

    Home Assistant's own discovery turns binary TXT values into text and loses them.
    """
    shared = await zeroconf.async_get_async_instance(hass)
    info = AsyncServiceInfo(SERVICE_TYPE, instance)
    await info.async_request(shared.zeroconf, TIMEOUT_MS)
    return router_of(instance, info)
