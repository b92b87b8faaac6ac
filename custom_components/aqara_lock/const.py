"""Names that several modules share."""

from typing import Final

DOMAIN: Final = "aqara_lock"
MANUFACTURER_AQARA: Final = "Aqara"

SUBENTRY_LOCK: Final = "lock"

CONF_DEVICE_IDENTIFIER: Final = "device_identifier"
CONF_ENDPOINT_ID: Final = "endpoint_id"
CONF_SERIAL: Final = "serial"
CONF_REPLACE_CORE_LOCK: Final = "replace_core_lock"
