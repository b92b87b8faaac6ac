"""The compressed fabric id by which mDNS names a fabric (Matter 1.6 §4.3.2.2)."""

from base64 import b64decode
from hashlib import sha256
import hmac
from typing import Final

UNCOMPRESSED_POINT: Final = 0x04
POINT_OCTETS: Final = 65
INFO: Final = b"CompressedFabric"
ID_OCTETS: Final = 8


def compressed_fabric_id(root_public_key: bytes, fabric_id: int) -> int | None:
    """Derive the id of a fabric; None for what is no uncompressed public key."""
    if len(root_public_key) != POINT_OCTETS or root_public_key[0] != UNCOMPRESSED_POINT:
        return None
    salt = fabric_id.to_bytes(ID_OCTETS)
    secret = hmac.digest(salt, root_public_key[1:], sha256)
    # One round of HKDF-Expand (RFC 5869 §2.3) gives 32 octets, of which 8 are wanted.
    return int.from_bytes(hmac.digest(secret, INFO + b"\x01", sha256)[:ID_OCTETS])


def decode_public_key(text: object) -> bytes:
    """Read a key as Matter servers write it, in base 64; empty for anything else."""
    if not isinstance(text, str):
        return b""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""
