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
from .steps import Step, StepFlow, StepKind

LOCK_STEPS: Final[Mapping[str, Step]] = {
    # Which lock, and where it is now.
    "user": Step(
        StartSteps.async_step_user,
        StepKind.FORM,
        (
            "found",
            "glossary",
            "pick_up",
            "resume",
            "where",
        ),
    ),
    "pick_up": Step(StartSteps.async_step_pick_up, StepKind.PASSED, ("commission",)),
    "resume": Step(
        StartSteps.async_step_resume,
        StepKind.PASSED,
        (
            "apple_home",
            "apple_home_failed",
            "aqara_app",
            "aqara_app_failed",
            "arrived",
            "arrived_unknown",
            "calibrate",
            "calibrate_failed",
            "checked",
            "connect_hub",
            "connect_hub_failed",
            "get_code",
            "missing",
            "other_ecosystem",
            "rebind",
            "report",
            "reset",
            "reset_failed",
            "share",
            "share_failed",
            "share_other",
            "where",
            "who",
        ),
    ),
    "where": Step(
        StartSteps.async_step_where,
        StepKind.FORM,
        (
            "already",
            "glossary",
            "in_aqara_app",
            "new_lock",
            "on_hub",
            "other_ecosystem",
            "tells",
            "used_lock",
            "zigbee",
        ),
    ),
    "tells": Step(
        StartSteps.async_step_tells,
        StepKind.CHOICE,
        (
            "glossary",
            "where",
        ),
    ),
    "already": Step(
        StartSteps.async_step_already,
        StepKind.PASSED,
        (
            "found",
            "nothing_found",
        ),
    ),
    "nothing_found": Step(
        StartSteps.async_step_nothing_found,
        StepKind.CHOICE,
        (
            "already",
            "get_code",
            "where",
        ),
    ),
    "new_lock": Step(
        StartSteps.async_step_new_lock,
        StepKind.PASSED,
        (
            "check",
            "search",
        ),
    ),
    "used_lock": Step(
        StartSteps.async_step_used_lock,
        StepKind.PASSED,
        (
            "check",
            "search",
        ),
    ),
    "in_aqara_app": Step(
        StartSteps.async_step_in_aqara_app,
        StepKind.PASSED,
        (
            "check",
            "search",
        ),
    ),
    "on_hub": Step(
        StartSteps.async_step_on_hub,
        StepKind.PASSED,
        (
            "listen",
            "search",
        ),
    ),
    "other_ecosystem": Step(
        StartSteps.async_step_other_ecosystem,
        StepKind.CHOICE,
        (
            "glossary",
            "redo",
            "share_other",
        ),
    ),
    "redo": Step(
        StartSteps.async_step_redo,
        StepKind.CHOICE,
        (
            "other_ecosystem",
            "redo_hub_first",
        ),
    ),
    "redo_hub_first": Step(
        StartSteps.async_step_redo_hub_first,
        StepKind.PASSED,
        (
            "check",
            "search",
        ),
    ),
    # A lock that Matter has.
    "found": Step(
        FoundLockSteps.async_step_found,
        StepKind.FORM,
        (
            "already",
            "door",
        ),
    ),
    "door": Step(FoundLockSteps.async_step_door, StepKind.FORM, ("add",)),
    # The hub next to the door, and the way to it.
    "search": Step(
        HubSearchSteps.async_step_search,
        StepKind.PROGRESS,
        (
            "hub",
            "no_hub",
        ),
    ),
    "hub": Step(
        HubSearchSteps.async_step_hub,
        StepKind.FORM,
        (
            "glossary",
            "hub_taken",
            "search",
        ),
    ),
    "hub_taken": Step(
        HubSearchSteps.async_step_hub_taken,
        StepKind.PASSED,
        (
            "check",
            "hub_chosen",
            "listen",
        ),
    ),
    "no_hub": Step(
        HubSearchSteps.async_step_no_hub,
        StepKind.CHOICE,
        (
            "glossary",
            "search",
            "without_hub",
        ),
    ),
    "without_hub": Step(
        HubSearchSteps.async_step_without_hub,
        StepKind.PASSED,
        (
            "check",
            "hub_chosen",
            "listen",
        ),
    ),
    "check": Step(HubSearchSteps.async_step_check, StepKind.PROGRESS, ("checked",)),
    "checked": Step(
        HubSearchSteps.async_step_checked,
        StepKind.CHOICE,
        (
            "aqara_app",
            "check",
            "connect_hub",
            "glossary",
            "go_on_anyway",
            "reset",
        ),
    ),
    "go_on_anyway": Step(
        HubSearchSteps.async_step_go_on_anyway,
        StepKind.PASSED,
        (
            "aqara_app",
            "connect_hub",
            "reset",
        ),
    ),
    # What is done at the lock and in an app.
    "reset": Step(
        AppSteps.async_step_reset,
        StepKind.CHOICE,
        (
            "aqara_app",
            "reset_failed",
            "where_am_i",
        ),
    ),
    "reset_failed": Step(
        AppSteps.async_step_reset_failed,
        StepKind.CHOICE,
        (
            "aqara_app",
            "reset",
            "where_am_i",
        ),
    ),
    "aqara_app": Step(
        AppSteps.async_step_aqara_app,
        StepKind.CHOICE,
        (
            "aqara_app_failed",
            "connect_hub",
            "missing",
            "where_am_i",
        ),
    ),
    "missing": Step(
        AppSteps.async_step_missing,
        StepKind.CHOICE,
        (
            "aqara_app",
            "where_am_i",
        ),
    ),
    "aqara_app_failed": Step(
        AppSteps.async_step_aqara_app_failed,
        StepKind.CHOICE,
        (
            "aqara_app",
            "reset",
            "where_am_i",
        ),
    ),
    "connect_hub_failed": Step(
        AppSteps.async_step_connect_hub_failed,
        StepKind.CHOICE,
        (
            "calibrate",
            "connect_hub",
            "reset",
            "where_am_i",
        ),
    ),
    "calibrate": Step(
        AppSteps.async_step_calibrate,
        StepKind.CHOICE,
        (
            "calibrate_failed",
            "get_code",
            "where_am_i",
        ),
    ),
    "calibrate_failed": Step(
        AppSteps.async_step_calibrate_failed,
        StepKind.CHOICE,
        (
            "calibrate",
            "get_code",
            "where_am_i",
        ),
    ),
    "share_failed": Step(
        AppSteps.async_step_share_failed,
        StepKind.CHOICE,
        (
            "get_code",
            "where_am_i",
        ),
    ),
    "where_am_i": Step(
        AppSteps.async_step_where_am_i,
        StepKind.CHOICE,
        (
            "glossary",
            "where",
        ),
    ),
    # The lock comes onto the hub's network.
    "connect_hub": Step(
        ArrivalSteps.async_step_connect_hub,
        StepKind.CHOICE,
        (
            "connect_hub_failed",
            "watch",
            "where_am_i",
        ),
    ),
    "watch": Step(
        ArrivalSteps.async_step_watch,
        StepKind.PROGRESS,
        (
            "arrived",
            "arrived_elsewhere",
            "arrived_unknown",
            "not_arrived",
        ),
    ),
    "listen": Step(
        ArrivalSteps.async_step_listen,
        StepKind.PROGRESS,
        (
            "arrived_elsewhere",
            "share",
        ),
    ),
    "arrived": Step(
        ArrivalSteps.async_step_arrived,
        StepKind.CHOICE,
        (
            "calibrate_failed",
            "share",
            "where_am_i",
        ),
    ),
    "arrived_elsewhere": Step(
        ArrivalSteps.async_step_arrived_elsewhere,
        StepKind.CHOICE,
        (
            "calibrate",
            "connect_hub",
            "watch",
            "where_am_i",
        ),
    ),
    "arrived_unknown": Step(
        ArrivalSteps.async_step_arrived_unknown,
        StepKind.CHOICE,
        (
            "calibrate",
            "connect_hub",
            "watch",
            "where_am_i",
        ),
    ),
    "not_arrived": Step(
        ArrivalSteps.async_step_not_arrived,
        StepKind.CHOICE,
        (
            "calibrate",
            "connect_hub_failed",
            "watch",
            "where_am_i",
        ),
    ),
    # The code, and the way into Matter.
    "get_code": Step(
        AppSteps.async_step_get_code,
        StepKind.PASSED,
        (
            "share",
            "share_other",
            "zigbee",
        ),
    ),
    "share": Step(
        CommissionSteps.async_step_share,
        StepKind.FORM,
        (
            "commission",
            "share_failed",
            "where_am_i",
        ),
    ),
    "share_other": Step(
        CommissionSteps.async_step_share_other,
        StepKind.FORM,
        (
            "commission",
            "share_failed",
            "where_am_i",
        ),
    ),
    "zigbee": Step(
        CommissionSteps.async_step_zigbee,
        StepKind.FORM,
        (
            "already",
            "commission",
            "glossary",
        ),
    ),
    "commission": Step(
        CommissionSteps.async_step_commission,
        StepKind.PROGRESS,
        (
            "commission_failed",
            "commissioned",
            "get_code",
        ),
    ),
    "commissioned": Step(
        CommissionSteps.async_step_commissioned,
        StepKind.PASSED,
        (
            "door",
            "found",
            "verify",
        ),
    ),
    "add": Step(
        CommissionSteps.async_step_add,
        StepKind.PASSED,
        (
            "users",
            "verify",
        ),
    ),
    "commission_failed": Step(
        CommissionSteps.async_step_commission_failed,
        StepKind.CHOICE,
        (
            "connect_hub",
            "found",
            "get_code",
            "verify",
            "where_am_i",
        ),
    ),
    # The report, and Apple Home.
    "verify": Step(VerifySteps.async_step_verify, StepKind.PROGRESS, ("report",)),
    "report": Step(
        VerifySteps.async_step_report,
        StepKind.CHOICE,
        (
            "apple_home",
            "check_binding",
            "rebind",
            "report_details",
            "save",
            "users",
            "verify",
        ),
    ),
    "report_details": Step(
        VerifySteps.async_step_report_details, StepKind.CHOICE, ("report",)
    ),
    "apple_home": Step(
        VerifySteps.async_step_apple_home,
        StepKind.CHOICE,
        (
            "apple_home_failed",
            "users",
            "where_am_i",
        ),
    ),
    "apple_home_failed": Step(
        VerifySteps.async_step_apple_home_failed,
        StepKind.CHOICE,
        (
            "apple_home",
            "users",
            "where_am_i",
        ),
    ),
    # Who is who.
    "users": Step(WhoSteps.async_step_users, StepKind.PROGRESS, ("who",)),
    "who": Step(
        WhoSteps.async_step_who,
        StepKind.FORM,
        (
            "finish",
            "save",
            "where_am_i",
            "who_is_it",
        ),
    ),
    "who_is_it": Step(WhoSteps.async_step_who_is_it, StepKind.FORM, ("who_touch",)),
    "who_touch": Step(
        WhoSteps.async_step_who_touch,
        StepKind.PROGRESS,
        (
            "who_nothing",
            "who_seen",
            "who_silent",
        ),
    ),
    "who_seen": Step(
        WhoSteps.async_step_who_seen,
        StepKind.CHOICE,
        (
            "who_take",
            "who_touch",
        ),
    ),
    "who_take": Step(WhoSteps.async_step_who_take, StepKind.PASSED, ("who",)),
    "who_silent": Step(
        WhoSteps.async_step_who_silent,
        StepKind.CHOICE,
        (
            "who",
            "who_keep",
            "who_touch",
        ),
    ),
    "who_nothing": Step(
        WhoSteps.async_step_who_nothing,
        StepKind.CHOICE,
        (
            "who",
            "who_keep",
            "who_touch",
        ),
    ),
    "who_keep": Step(WhoSteps.async_step_who_keep, StepKind.PASSED, ("who",)),
    "finish": Step(
        WhoSteps.async_step_finish,
        StepKind.END,
    ),
    # A lock of the home is connected again.
    "check_binding": Step(
        LockRebindSteps.async_step_check_binding, StepKind.PASSED, ("verify",)
    ),
    "rebind": Step(
        LockRebindSteps.async_step_rebind,
        StepKind.CHOICE,
        (
            "connect_hub",
            "glossary",
            "other_hub",
            "share",
            "where_am_i",
        ),
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
    "save": Step(
        LockRebindSteps.async_step_save,
        StepKind.END,
    ),
    # Settings of a lock.
    "reconfigure": Step(
        LockSettingsFlow.async_step_reconfigure,
        StepKind.CHOICE,
        (
            "add_observer",
            "check_binding",
            "entity",
            "glossary",
            "rebind",
            "remove_observers",
            "replaced_hub",
            "users",
        ),
    ),
    "add_observer": Step(
        LockSettingsFlow.async_step_add_observer, StepKind.FORM, ("save",)
    ),
    "remove_observers": Step(
        LockSettingsFlow.async_step_remove_observers, StepKind.FORM, ("save",)
    ),
    "entity": Step(LockSettingsFlow.async_step_entity, StepKind.FORM, ("save",)),
    # It leads to the page before.
    "back": Step(StepFlow.async_step_back, StepKind.PASSED),
    # The words of Thread and Matter.
    **GLOSSARY_STEPS,
}
