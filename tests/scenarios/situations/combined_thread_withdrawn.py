"""The hub answers, but has said goodbye as a border router: its Thread part is down."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Hearing
from tests.scenarios.home import ago, case, home, hub, lock, silent_lock

LEFT = hub(hearing=Hearing.GOODBYE, silent_since=ago(minutes=3))
LOCK_IS_AWAY = case(
    home(LEFT, silent_lock()),
    "thread_interface_off",
    lock="thread_interface_off",
    home="thread_interface_off",
)
LOCK_IS_WELL = case(home(LEFT, lock()))
JUST_NOW = case(
    home(
        hub(hearing=Hearing.GOODBYE, silent_since=ago(seconds=10)),
        silent_lock(),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)
COMES_UP = case(
    home(
        hub(
            hearing=Hearing.GOODBYE,
            silent_since=ago(minutes=3),
            online_since=ago(seconds=10),
        ),
        silent_lock(),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)
