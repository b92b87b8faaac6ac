"""The steps of the flow of a lock, and where each leads: drawn in docs/architecture.md."""

from collections.abc import Mapping
from typing import Final

from .glossary import GLOSSARY_STEPS
from .hub_search import HubSearchSteps
from .lock_app import AppSteps
from .lock_arrival import ArrivalSteps
from .lock_commission import CommissionSteps
from .lock_found import FoundLockSteps
from .lock_rebind import LockRebindSteps
from .lock_settings import LockSettingsFlow
from .lock_start import StartSteps
from .lock_verify import VerifySteps
from .lock_who import WhoSteps
from .steps import Step, StepKind

LOCK_STEPS: Final[Mapping[str, Step]] = {
    # Which lock, and where it is now.
    "user": Step(
        StartSteps.async_step_user,
        StepKind.MENU,
        ("found", "glossary", "pick_up", "which"),
    ),
    "pick_up": Step(StartSteps.async_step_pick_up, StepKind.PASSED, ("commission",)),
    "which": Step(StartSteps.async_step_which, StepKind.FORM, ("tells",)),
    "tells": Step(
        StartSteps.async_step_tells,
        StepKind.MENU,
        ("glossary", "where", "which", "zigbee"),
    ),
    "zigbee": Step(
        StartSteps.async_step_zigbee,
        StepKind.MENU,
        ("already", "bridge_code", "glossary"),
    ),
    "bridge_code": Step(StartSteps.async_step_bridge_code, StepKind.PASSED, ("code",)),
    "where": Step(
        StartSteps.async_step_where,
        StepKind.MENU,
        (
            "already",
            "glossary",
            "in_aqara_app",
            "new_lock",
            "on_hub",
            "other_ecosystem",
        ),
    ),
    "already": Step(
        StartSteps.async_step_already,
        StepKind.MENU,
        ("already", "found", "share", "share_other", "where", "zigbee"),
    ),
    "nothing_found": Step(
        StartSteps.async_step_nothing_found, StepKind.PASSED, ("already",)
    ),
    "new_lock": Step(
        StartSteps.async_step_new_lock, StepKind.PASSED, ("search", "unpacked")
    ),
    "in_aqara_app": Step(
        StartSteps.async_step_in_aqara_app, StepKind.PASSED, ("connect_hub", "search")
    ),
    "on_hub": Step(StartSteps.async_step_on_hub, StepKind.PASSED, ("listen", "search")),
    "other_ecosystem": Step(
        StartSteps.async_step_other_ecosystem,
        StepKind.MENU,
        ("glossary", "redo", "share_other", "where_am_i"),
    ),
    "redo": Step(
        StartSteps.async_step_redo, StepKind.MENU, ("other_ecosystem", "redo_hub_first")
    ),
    "redo_hub_first": Step(
        StartSteps.async_step_redo_hub_first, StepKind.PASSED, ("reset", "search")
    ),
    # A lock that Matter has.
    "found": Step(
        FoundLockSteps.async_step_found, StepKind.FORM, ("already", "replace")
    ),
    "replace": Step(
        FoundLockSteps.async_step_replace, StepKind.FORM, ("add", "create")
    ),
    "create": Step(FoundLockSteps.async_step_create, StepKind.END),
    # The hub next to the door.
    "search": Step(
        HubSearchSteps.async_step_search, StepKind.PROGRESS, ("hub", "no_hub")
    ),
    "hub": Step(
        HubSearchSteps.async_step_hub,
        StepKind.FORM,
        ("connect_hub", "hub_chosen", "listen", "reset", "unpacked"),
    ),
    "no_hub": Step(
        HubSearchSteps.async_step_no_hub,
        StepKind.MENU,
        ("glossary", "search", "without_hub"),
    ),
    "without_hub": Step(
        HubSearchSteps.async_step_without_hub,
        StepKind.PASSED,
        ("connect_hub", "hub_chosen", "listen", "reset", "unpacked"),
    ),
    # What is done at the lock and in an app.
    "unpacked": Step(
        AppSteps.async_step_unpacked, StepKind.MENU, ("prepare", "reset", "where_am_i")
    ),
    "reset": Step(
        AppSteps.async_step_reset,
        StepKind.MENU,
        ("prepare", "reset_failed", "where_am_i"),
    ),
    "reset_failed": Step(
        AppSteps.async_step_reset_failed,
        StepKind.MENU,
        ("prepare", "reset", "where_am_i"),
    ),
    "prepare": Step(
        AppSteps.async_step_prepare, StepKind.MENU, ("aqara_app", "where_am_i")
    ),
    "aqara_app": Step(
        AppSteps.async_step_aqara_app,
        StepKind.MENU,
        ("aqara_app_failed", "connect_hub", "where_am_i"),
    ),
    "aqara_app_failed": Step(
        AppSteps.async_step_aqara_app_failed,
        StepKind.MENU,
        ("aqara_app", "reset", "where_am_i"),
    ),
    "connect_hub_failed": Step(
        AppSteps.async_step_connect_hub_failed,
        StepKind.MENU,
        ("calibrate", "connect_hub", "reset", "where_am_i"),
    ),
    "calibrate": Step(
        AppSteps.async_step_calibrate,
        StepKind.MENU,
        ("calibrate_failed", "share", "where_am_i"),
    ),
    "calibrate_failed": Step(
        AppSteps.async_step_calibrate_failed,
        StepKind.MENU,
        ("calibrate", "share", "where_am_i"),
    ),
    "share": Step(
        AppSteps.async_step_share, StepKind.MENU, ("code", "share_failed", "where_am_i")
    ),
    "share_other": Step(
        AppSteps.async_step_share_other,
        StepKind.MENU,
        ("code", "share_failed", "where_am_i"),
    ),
    "share_failed": Step(
        AppSteps.async_step_share_failed,
        StepKind.MENU,
        ("code", "share", "share_other", "where_am_i", "zigbee"),
    ),
    "where_am_i": Step(
        AppSteps.async_step_where_am_i,
        StepKind.MENU,
        ("glossary", "term_back", "where"),
    ),
    # The lock comes onto the hub's network.
    "connect_hub": Step(
        ArrivalSteps.async_step_connect_hub,
        StepKind.MENU,
        ("connect_hub_failed", "watch", "where_am_i"),
    ),
    "watch": Step(
        ArrivalSteps.async_step_watch,
        StepKind.PROGRESS,
        ("arrived", "arrived_elsewhere", "arrived_unknown", "not_arrived"),
    ),
    "listen": Step(
        ArrivalSteps.async_step_listen,
        StepKind.PROGRESS,
        ("arrived", "arrived_elsewhere", "arrived_unknown", "not_arrived"),
    ),
    "arrived": Step(
        ArrivalSteps.async_step_arrived,
        StepKind.MENU,
        ("calibrate", "share", "where_am_i"),
    ),
    "arrived_elsewhere": Step(
        ArrivalSteps.async_step_arrived_elsewhere,
        StepKind.MENU,
        ("calibrate", "connect_hub", "watch", "where_am_i"),
    ),
    "arrived_unknown": Step(
        ArrivalSteps.async_step_arrived_unknown,
        StepKind.MENU,
        ("calibrate", "connect_hub", "watch", "where_am_i"),
    ),
    "not_arrived": Step(
        ArrivalSteps.async_step_not_arrived,
        StepKind.MENU,
        ("calibrate", "connect_hub_failed", "watch", "where_am_i"),
    ),
    # The code, and the way into Matter.
    "code": Step(
        CommissionSteps.async_step_code,
        StepKind.FORM,
        ("commission", "share", "share_other", "zigbee"),
    ),
    "commission": Step(
        CommissionSteps.async_step_commission,
        StepKind.PROGRESS,
        ("code", "commission_failed", "commissioned"),
    ),
    "commissioned": Step(
        CommissionSteps.async_step_commissioned,
        StepKind.PASSED,
        ("found", "replace", "verify"),
    ),
    "add": Step(CommissionSteps.async_step_add, StepKind.PASSED, ("verify",)),
    "commission_failed": Step(
        CommissionSteps.async_step_commission_failed,
        StepKind.MENU,
        (
            "code",
            "connect_hub",
            "found",
            "share",
            "share_other",
            "verify",
            "where_am_i",
            "zigbee",
        ),
    ),
    # The report, and Apple Home.
    "verify": Step(VerifySteps.async_step_verify, StepKind.PROGRESS, ("report",)),
    "report": Step(
        VerifySteps.async_step_report,
        StepKind.MENU,
        (
            "apple_home",
            "check_binding",
            "rebind",
            "reconfigure",
            "save",
            "verify",
            "where_am_i",
            "who",
        ),
    ),
    "apple_home": Step(
        VerifySteps.async_step_apple_home,
        StepKind.MENU,
        ("apple_home_failed", "where_am_i", "who"),
    ),
    "apple_home_failed": Step(
        VerifySteps.async_step_apple_home_failed,
        StepKind.MENU,
        ("apple_home", "where_am_i", "who"),
    ),
    # Who is who.
    "who": Step(
        WhoSteps.async_step_who, StepKind.MENU, ("finish", "where_am_i", "who_is_it")
    ),
    "who_is_it": Step(WhoSteps.async_step_who_is_it, StepKind.FORM, ("who_touch",)),
    "who_touch": Step(
        WhoSteps.async_step_who_touch,
        StepKind.PROGRESS,
        ("who_nothing", "who_seen", "who_silent"),
    ),
    "who_seen": Step(
        WhoSteps.async_step_who_seen,
        StepKind.MENU,
        ("where_am_i", "who_take", "who_touch"),
    ),
    "who_take": Step(WhoSteps.async_step_who_take, StepKind.PASSED, ("who",)),
    "who_silent": Step(
        WhoSteps.async_step_who_silent,
        StepKind.MENU,
        ("where_am_i", "who", "who_keep", "who_touch"),
    ),
    "who_nothing": Step(
        WhoSteps.async_step_who_nothing,
        StepKind.MENU,
        ("where_am_i", "who", "who_keep", "who_touch"),
    ),
    "who_keep": Step(WhoSteps.async_step_who_keep, StepKind.PASSED, ("who",)),
    "finish": Step(WhoSteps.async_step_finish, StepKind.END),
    # A lock of the home is bound anew.
    "check_binding": Step(
        LockRebindSteps.async_step_check_binding, StepKind.PASSED, ("verify",)
    ),
    "rebind": Step(
        LockRebindSteps.async_step_rebind,
        StepKind.MENU,
        ("connect_hub", "glossary", "other_hub", "share", "where_am_i"),
    ),
    "other_hub": Step(
        LockRebindSteps.async_step_other_hub, StepKind.PASSED, ("search",)
    ),
    "hub_chosen": Step(
        LockRebindSteps.async_step_hub_chosen, StepKind.PASSED, ("connect_hub",)
    ),
    "replaced_hub": Step(
        LockRebindSteps.async_step_replaced_hub, StepKind.PASSED, ("check_binding",)
    ),
    "save": Step(LockRebindSteps.async_step_save, StepKind.END),
    # Settings of a lock.
    "reconfigure": Step(
        LockSettingsFlow.async_step_reconfigure,
        StepKind.MENU,
        (
            "add_observer",
            "check_binding",
            "entity",
            "glossary",
            "rebind",
            "remove_observers",
            "replaced_hub",
        ),
    ),
    "add_observer": Step(LockSettingsFlow.async_step_add_observer, StepKind.FORM),
    "remove_observers": Step(
        LockSettingsFlow.async_step_remove_observers, StepKind.FORM
    ),
    "entity": Step(LockSettingsFlow.async_step_entity, StepKind.FORM),
    # The words of Thread and Matter.
    **GLOSSARY_STEPS,
}
