"""Names that several modules share."""

from typing import Final

DOMAIN: Final = "aqara_lock"

SUBENTRY_LOCK: Final = "lock"
SUBENTRY_PERSON: Final = "person"
FLOW_GUEST: Final = "guest"
"""A way to add a person: what it adds is one."""
SAVED: Final = "reconfigure_successful"
"""Given by name, the end of a flow is told in our words and not in the framework's."""

CONF_DEVICE_IDENTIFIER: Final = "device_identifier"
CONF_ENDPOINT_ID: Final = "endpoint_id"
CONF_SERIAL: Final = "serial"
CONF_HUB: Final = "hub"
"""Border agent id of the hub that is meant to serve a lock."""
CONF_REPLACE_CORE_LOCK: Final = "replace_core_lock"
CONF_CORE_LOCK_OFF: Final = "core_lock_off"
CONF_UNDER_HUB: Final = "under_hub"
CONF_KEEP_LAST_STATE: Final = "keep_last_state"
CONF_OBSERVATIONS: Final = "observations"

CONF_NAME: Final = "name"
CONF_PERSON_ID: Final = "person_id"
CONF_PERSON_ENTITY: Final = "person_entity"
CONF_PERSON_KIND: Final = "kind"

CONF_NAMES_VISIBLE_TO: Final = "names_visible_to"
CONF_MAY_ASSIGN: Final = "may_assign"
CONF_JOURNAL_LINES: Final = "journal_lines"
CONF_JOURNAL_DAYS: Final = "journal_days"
CONF_CONTROLLERS: Final = "controllers"
CONF_HUB_SWITCHES: Final = "hub_switches"
CONF_LLM_TOOL: Final = "llm_tool"
CONF_CARD_IN_DIALOG: Final = "card_in_dialog"
CONF_TELL_WHEN: Final = "tell_when"
CONF_TELL_HERE: Final = "tell_here"
"""Whether Home Assistant's own notifications show it."""
CONF_TELL_ENTITIES: Final = "tell_entities"
ASSIGN_ADMINS: Final = "admins"
ASSIGN_CONTROLLERS: Final = "controllers"
"""Everybody who may control a lock and sees names."""
NAMES_EVERYONE: Final = "everyone"
NAMES_ADMINS: Final = "admins"

EVENT_ACTIVITY: Final = "aqara_lock_activity"
EVENT_CONNECTION: Final = "aqara_lock_connection"

RELOAD_TAKES: Final = 60.0
"""Seconds at most; a home that was away for longer does not know what came meanwhile."""
