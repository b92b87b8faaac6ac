"""A Matter device that announces itself on `_matterc._udp`, decoded from its raw TXT record."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

SHORT_DISCRIMINATOR_SHIFT: Final = 8
"""A manual code carries the upper 4 of the 12 bits (Matter 1.6 §5.1.4.1)."""
LARGEST_DISCRIMINATOR: Final = 0xFFF


class WindowMode(IntEnum):
    """TXT `CM`: whether a commissioning window is open (Matter 1.6 §4.3.1.7)."""

    CLOSED = 0
    BASIC = 1
    ENHANCED = 2
    JOINT_FABRIC = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Commissionable:
    """What a device says of itself while it can be found; absent keys are None."""

    discriminator: int
    mode: WindowMode
    vendor_id: int | None = None
    product_id: int | None = None
    device_type: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether its commissioning window is open."""
        return self.mode is not WindowMode.CLOSED

    def fits(self, discriminator: int, *, is_short: bool) -> bool:
        """Tell whether a code with this discriminator can be meant for the device."""
        own = self.discriminator
        return (own >> SHORT_DISCRIMINATOR_SHIFT if is_short else own) == discriminator


def parse_commissionable(
    properties: Mapping[bytes, bytes | None],
) -> Commissionable | None:
    """Decode a TXT record (Matter 1.6 §4.3.1); None without a discriminator."""
    discriminator = _number(properties.get(b"D"))
    if discriminator is None or discriminator > LARGEST_DISCRIMINATOR:
        return None
    vendor, _, product = (properties.get(b"VP") or b"").partition(b"+")
    return Commissionable(
        discriminator=discriminator,
        mode=_mode(properties.get(b"CM")),
        vendor_id=_number(vendor),
        product_id=_number(product),
        device_type=_number(properties.get(b"DT")),
    )


def _mode(raw: bytes | None) -> WindowMode:
    """A mode that came later than this list is an open window all the same."""
    value = _number(raw) or 0
    try:
        return WindowMode(value)
    except ValueError:
        return WindowMode.ENHANCED


def _number(raw: bytes | None) -> int | None:
    return int(raw) if raw and raw.isdigit() else None
