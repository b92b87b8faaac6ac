"""How a lock was operated, from the source and the credentials that it reports."""

from collections.abc import Mapping
from typing import Final

from ..access import Directory
from ..doorlock import Actor, CredentialType, OperationSource
from .model import Method

METHOD_OF_CREDENTIAL: Final[Mapping[CredentialType, Method]] = {
    CredentialType.PROGRAMMING_PIN: Method.PIN,
    CredentialType.PIN: Method.PIN,
    CredentialType.RFID: Method.TAG,
    CredentialType.FINGERPRINT: Method.FINGERPRINT,
    CredentialType.FINGER_VEIN: Method.FINGER_VEIN,
    CredentialType.FACE: Method.FACE,
    CredentialType.ALIRO_CREDENTIAL_ISSUER_KEY: Method.DIGITAL_KEY,
    CredentialType.ALIRO_EVICTABLE_ENDPOINT_KEY: Method.DIGITAL_KEY,
    CredentialType.ALIRO_NON_EVICTABLE_ENDPOINT_KEY: Method.DIGITAL_KEY,
}

METHOD_OF_SOURCE: Final[Mapping[OperationSource, Method]] = {
    OperationSource.MANUAL: Method.MANUAL,
    OperationSource.PROPRIETARY_REMOTE: Method.APP,
    OperationSource.KEYPAD: Method.PIN,
    OperationSource.AUTO: Method.AUTO,
    OperationSource.BUTTON: Method.BUTTON,
    OperationSource.SCHEDULE: Method.SCHEDULE,
    OperationSource.REMOTE: Method.REMOTE,
    OperationSource.RFID: Method.TAG,
    OperationSource.ALIRO: Method.DIGITAL_KEY,
}

BIOMETRICS: Final = (Method.FINGERPRINT, Method.FINGER_VEIN, Method.FACE)


def method_of(actor: Actor, directory: Directory) -> Method:
    """Name the method; `directory` tells what kinds of biometrics the users have."""
    if actor.source is OperationSource.BIOMETRIC:
        return _biometric(actor, directory)
    if actor.source not in (None, OperationSource.UNSPECIFIED):
        return METHOD_OF_SOURCE[actor.source]
    return next(iter(_credential_methods(actor)), Method.UNKNOWN)


def _biometric(actor: Actor, directory: Directory) -> Method:
    """Name the kind of biometric; where the lock does not tell, the only one it has."""
    told = [item for item in _credential_methods(actor) if item in BIOMETRICS]
    if told:
        return told[0]
    held = {
        METHOD_OF_CREDENTIAL[slot.type]
        for user in directory.users.values()
        for slot in user.credentials
    }
    kinds = held.intersection(BIOMETRICS) or {Method.FINGERPRINT}
    return next(iter(kinds)) if len(kinds) == 1 else Method.UNKNOWN


def _credential_methods(actor: Actor) -> list[Method]:
    return [
        METHOD_OF_CREDENTIAL[item.type]
        for item in actor.credentials
        if item.type is not None
    ]
