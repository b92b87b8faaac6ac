"""What of a lock's table a change is about."""

from collections.abc import Mapping
from typing import Final

from ..doorlock import CredentialType, LockDataType

_CREDENTIAL_TYPES: Final[Mapping[LockDataType, CredentialType]] = {
    LockDataType.PROGRAMMING_CODE: CredentialType.PROGRAMMING_PIN,
    LockDataType.PIN: CredentialType.PIN,
    LockDataType.RFID: CredentialType.RFID,
    LockDataType.FINGERPRINT: CredentialType.FINGERPRINT,
    LockDataType.FINGER_VEIN: CredentialType.FINGER_VEIN,
    LockDataType.FACE: CredentialType.FACE,
    LockDataType.ALIRO_CREDENTIAL_ISSUER_KEY: (
        CredentialType.ALIRO_CREDENTIAL_ISSUER_KEY
    ),
    LockDataType.ALIRO_EVICTABLE_ENDPOINT_KEY: (
        CredentialType.ALIRO_EVICTABLE_ENDPOINT_KEY
    ),
    LockDataType.ALIRO_NON_EVICTABLE_ENDPOINT_KEY: (
        CredentialType.ALIRO_NON_EVICTABLE_ENDPOINT_KEY
    ),
}

SCHEDULES: Final = frozenset(
    {
        LockDataType.WEEK_DAY_SCHEDULE,
        LockDataType.YEAR_DAY_SCHEDULE,
        LockDataType.HOLIDAY_SCHEDULE,
    }
)


def credential_type_of(data_type: LockDataType | None) -> CredentialType | None:
    """Give the type of the credentials that changed; None for anything else."""
    return _CREDENTIAL_TYPES.get(data_type) if data_type is not None else None
