"""Who did it, never on less evidence than the rules ask for."""

from dataclasses import replace
from datetime import timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.access.directory import Directory
from custom_components.aqara_lock.domain.access.fabrics import ControllerKey
from custom_components.aqara_lock.domain.access.people import (
    CredentialSlot,
    Slot,
    UserSlot,
)
from custom_components.aqara_lock.domain.attribution.commands import (
    Command,
    Origin,
    Sender,
)
from custom_components.aqara_lock.domain.attribution.ladder import (
    Attribution,
    Confidence,
    Evidence,
    Method,
    add_observations,
    assigned,
    attribute,
    attribute_unexplained,
    is_own_remote,
)
from custom_components.aqara_lock.domain.attribution.observations import Observation
from custom_components.aqara_lock.domain.attribution.slots import unverified_user
from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    DataOperationType,
    LockDataType,
    LockOperationType,
    OperationError,
    OperationSource,
    UserType,
)
from custom_components.aqara_lock.domain.doorlock.events import (
    Actor,
    Credential,
    DoorLockAlarm,
    DoorLockEvent,
    DoorStateChange,
    LockOperation,
    LockOperationError,
    LockUserChange,
    decode,
)

from ..who import (
    APPLE,
    FABRICS,
    LINDA,
    NOW,
    OMAR,
    OURS,
    PEOPLE,
    did,
    directory,
    finger,
    later,
    operated,
    pin,
    raw,
    remotely,
    user,
    users,
)

LINDAS = user(1, "Linda B", credentials=frozenset({finger(4), pin(1)}))
READ = directory(LINDAS, user(2))
BOUND = READ.bind(UserSlot(1), "linda", NOW)
EMPTY = Directory(lock_id="front")


def who(
    operation: DoorLockEvent, known: Directory = BOUND, **facts: Any
) -> Attribution:
    plain: dict[str, Any] = {"at": NOW, "fabrics": FABRICS, "people": PEOPLE}
    found = attribute(operation, directory=known, **(plain | facts))
    assert found is not None
    return found


def command(**facts: Any) -> Command:
    plain: dict[str, Any] = {
        "id": "c1",
        "operation": LockOperationType.UNLOCK,
        "sent_at": later(-2),
        "ok": True,
        "user_id": "u1",
        "user_name": "linda-login",
        "person_id": "linda",
        "origin": Origin.USER,
        "context_id": "ctx",
    }
    return Command(**(plain | facts))


def seen(
    person: str | None = "omar", at: float = 3, name: str | None = None
) -> Observation:
    return Observation(person, "event.doorbell", later(at), timedelta(seconds=30), name)


S = OperationSource


@pytest.mark.parametrize(
    ("source", "method", "confidence"),
    [
        (None, Method.UNKNOWN, Confidence.UNKNOWN),
        (S.UNSPECIFIED, Method.UNKNOWN, Confidence.UNKNOWN),
        (S.MANUAL, Method.MANUAL, Confidence.UNKNOWN),
        (S.PROPRIETARY_REMOTE, Method.APP, Confidence.UNKNOWN),
        (S.KEYPAD, Method.PIN, Confidence.UNKNOWN),
        (S.AUTO, Method.AUTO, Confidence.UNKNOWN),
        (S.BUTTON, Method.BUTTON, Confidence.UNKNOWN),
        (S.SCHEDULE, Method.SCHEDULE, Confidence.UNKNOWN),
        (S.REMOTE, Method.REMOTE, Confidence.UNKNOWN),
        (S.RFID, Method.TAG, Confidence.UNKNOWN),
        (S.BIOMETRIC, Method.FINGERPRINT, Confidence.UNKNOWN),
        (S.ALIRO, Method.DIGITAL_KEY, Confidence.UNKNOWN),
    ],
)
def test_source_alone_names_nobody(
    source: OperationSource | None, method: Method, confidence: Confidence
) -> None:
    found = who(operated(source))
    assert (found.method, found.confidence) == (method, confidence)
    assert (found.person, found.user_index, found.ecosystem) == (None, None, None)
    assert found.source is source


@pytest.mark.parametrize(
    ("source", "method"),
    [
        (S.UNSPECIFIED, Method.UNKNOWN),
        (S.KEYPAD, Method.PIN),
        (S.RFID, Method.TAG),
        (S.BIOMETRIC, Method.FINGERPRINT),
        (S.ALIRO, Method.DIGITAL_KEY),
        (S.PROPRIETARY_REMOTE, Method.APP),
    ],
)
def test_user_index_names_the_bound_person(
    source: OperationSource, method: Method
) -> None:
    found = who(operated(source, user_index=1))
    assert (found.person, found.person_id) == ("Linda", "linda")
    assert (found.method, found.confidence) == (method, Confidence.REPORTED)
    assert found.user_name == "Linda B"
    assert found.evidence[0] is Evidence.BOUND_USER_INDEX


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        (CredentialType.PROGRAMMING_PIN, Method.PIN),
        (CredentialType.PIN, Method.PIN),
        (CredentialType.RFID, Method.TAG),
        (CredentialType.FINGERPRINT, Method.FINGERPRINT),
        (CredentialType.FINGER_VEIN, Method.FINGER_VEIN),
        (CredentialType.FACE, Method.FACE),
        (CredentialType.ALIRO_CREDENTIAL_ISSUER_KEY, Method.DIGITAL_KEY),
        (CredentialType.ALIRO_EVICTABLE_ENDPOINT_KEY, Method.DIGITAL_KEY),
        (CredentialType.ALIRO_NON_EVICTABLE_ENDPOINT_KEY, Method.DIGITAL_KEY),
    ],
)
def test_credential_tells_the_method_of_an_unspecified_source(
    kind: CredentialType, method: Method
) -> None:
    found = who(operated(S.UNSPECIFIED, slots=[CredentialSlot(kind, 3)]))
    assert found.method is method
    assert (found.credential_type, found.credential_index) == (kind, 3)


def test_hand_is_explained_by_its_source() -> None:
    assert who(operated(S.MANUAL)).evidence == (Evidence.OPERATION_SOURCE,)


def test_foreign_fabric_is_the_ecosystem() -> None:
    found = who(remotely(APPLE, node=77))
    assert (found.ecosystem, found.confidence) == (
        "Apple Home",
        Confidence.ECOSYSTEM,
    )
    assert (found.person, found.actor) == (None, "Apple Home")
    assert found.fabric_id == APPLE.fabric_id
    assert found.evidence == (Evidence.FABRIC,)


def test_labelled_controller_never_makes_a_person() -> None:
    key = ControllerKey(APPLE.fabric_id, APPLE.vendor_id, 77)
    found = who(remotely(APPLE, node=77), labels={key: "Apple TV"})
    assert (found.controller, found.controller_id) == ("Apple TV", key.id)
    assert found.person is None


def test_fabric_without_node() -> None:
    found = who(remotely(APPLE, node=None))
    assert (found.ecosystem, found.controller_id) == ("Apple Home", None)


def test_unknown_fabric_is_not_guessed() -> None:
    stranger = replace(APPLE, index=9)
    found = who(remotely(stranger))
    assert (found.ecosystem, found.confidence) == (None, Confidence.UNKNOWN)


@pytest.mark.parametrize("known", [BOUND, READ])
def test_code_that_goes_along_with_a_remote_command_is_no_person(
    known: Directory,
) -> None:
    """A controller keeps one code, and sends it for everybody."""
    found = who(remotely(APPLE, user_index=1), known)
    assert (found.person, found.user_name, found.user_index) == (None, None, 1)
    assert (found.ecosystem, found.confidence) == ("Apple Home", Confidence.ECOSYSTEM)


def test_code_of_a_remote_command_of_nobody_knows_whom_is_no_person() -> None:
    found = who(operated(S.REMOTE, user_index=1, slots=[pin(1)]))
    assert (found.person, found.user_index) == (None, 1)
    assert found.credential_type is CredentialType.PIN


@pytest.mark.parametrize("source", [S.AUTO, S.SCHEDULE])
def test_user_of_an_automatic_lock_is_no_person(source: OperationSource) -> None:
    found = who(operated(source, user_index=1, slots=[finger(4)]))
    assert (found.person, found.user_index) == (None, 1)


@pytest.mark.parametrize("source", [S.MANUAL, S.BUTTON])
def test_hand_without_a_credential_is_no_person(source: OperationSource) -> None:
    """Some locks repeat the user of the operation before."""
    assert who(operated(source, user_index=1)).person is None
    assert who(operated(source, user_index=1, slots=[finger(4)])).person == "Linda"


def test_credential_of_another_user_than_reported_names_nobody() -> None:
    found = who(operated(S.BIOMETRIC, user_index=2, slots=[finger(4)]), READ)
    assert (found.person, found.user_name) == (None, None)
    assert found.evidence == (Evidence.SLOTS_DISAGREE,)
    seen_too = who(
        operated(S.BIOMETRIC, user_index=2, slots=[finger(4)]),
        READ,
        observations=[seen("omar")],
    )
    assert seen_too.person is None


def test_refused_user_is_named() -> None:
    refused = LockOperationError(
        type=LockOperationType.UNLOCK,
        actor=Actor(source=S.KEYPAD, user_index=1),
        error=OperationError.DISABLED_USER_DENIED,
    )
    assert who(refused).person == "Linda"


def test_wrong_pin_names_nobody_whoever_was_seen() -> None:
    refused = decode(3, did(1, 3, operationError=1))
    found = who(refused, observations=[seen()])
    assert (found.person, found.method) == (None, Method.PIN)


def test_events_that_nobody_does() -> None:
    for event in (DoorLockAlarm(None), DoorStateChange(None)):
        assert attribute(event, at=NOW, directory=BOUND) is None


def test_change_of_a_slot_is_not_done_by_its_user() -> None:
    event = LockUserChange(
        data_type=LockDataType.PIN,
        operation=DataOperationType.ADD,
        actor=Actor(source=S.REMOTE, user_index=1, fabric_index=2, source_node=7),
        data_index=1,
    )
    found = who(event)
    assert (found.person, found.user_name, found.user_index) == (None, None, 1)
    assert found.ecosystem == "Apple Home"
    unknown = replace(event, actor=Actor(source=None))
    assert who(unknown).method is Method.UNKNOWN


@pytest.mark.parametrize(
    ("event", "data", "expected"),
    [
        (
            2,
            did(1, 7, fabricIndex=3, sourceNode=112233),
            ("remote", "Home Assistant"),
        ),
        (2, did(0, 0), ("unknown", None)),
        (2, {"lockOperationType": 1, "operationSource": 0}, ("unknown", None)),
        (2, did(1, 7, fabricIndex=2, sourceNode=112233), ("remote", "Apple Home")),
        (2, did(0, 5), ("button", None)),
        (2, did(0, 1), ("manual", None)),
        (3, did(1, 3, operationError=1), ("pin", None)),
    ],
)
def test_nobody_is_invented(
    event: int, data: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    found = who(decode(event, data))
    assert (found.method.value, found.ecosystem) == expected
    assert found.person is None


def test_keypad_of_a_user() -> None:
    entry = {"credentialType": 1, "credentialIndex": 1}
    found = who(decode(2, did(1, 3, userIndex=1, credentials=[entry])))
    assert (found.person, found.method) == ("Linda", Method.PIN)


def test_old_sdk_puts_the_user_into_a_remote_credential() -> None:
    known = READ.bind(pin(1), "linda", NOW)
    entry = {"credentialType": 1, "credentialIndex": 1}
    data = did(1, 7, fabricIndex=2, sourceNode=7, credentials=[entry])
    assert who(decode(2, data), known).person is None


def test_user_index_zero_is_nobody() -> None:
    assert who(decode(2, did(1, 9, userIndex=0))).user_index is None


def test_user_name_of_the_lock_stands_in() -> None:
    found = who(operated(S.KEYPAD, user_index=1), READ)
    assert (found.person, found.person_id) == ("Linda B", None)
    assert (found.user_name, found.confidence) == ("Linda B", Confidence.REPORTED)
    assert found.evidence == (Evidence.LOCK_USER_NAME,)


def test_nameless_user_is_a_number() -> None:
    found = who(operated(S.KEYPAD, user_index=2), READ)
    assert (found.person, found.user_index) == (None, 2)
    assert found.confidence is Confidence.UNKNOWN


def test_guest_is_not_named() -> None:
    found = who(operated(S.KEYPAD, user_index=2), READ.bind(UserSlot(2), None, NOW))
    assert (found.person, found.confidence) == (None, Confidence.REPORTED)
    assert Evidence.BOUND_GUEST in found.evidence


def test_credential_without_user_index_finds_its_user() -> None:
    found = who(operated(S.BIOMETRIC, slots=[finger(4)]))
    assert (found.user_index, found.person) == (1, "Linda B")


def test_bound_credential() -> None:
    known = READ.bind(finger(4), "linda", NOW)
    found = who(operated(S.BIOMETRIC, slots=[finger(4)]), known)
    assert (found.person, found.evidence[0]) == ("Linda", Evidence.BOUND_CREDENTIAL)


def test_finger_of_a_shared_user() -> None:
    known = READ.bind(finger(4), "omar", NOW)
    found = who(operated(S.BIOMETRIC, user_index=1, slots=[finger(4)]), known)
    assert (found.person, found.user_name) == ("Omar", "Linda B")


def test_bindings_that_disagree_name_nobody() -> None:
    known = BOUND.bind(finger(4), "omar", NOW)
    found = who(operated(S.BIOMETRIC, user_index=1, slots=[finger(4)]), known)
    assert (found.person, found.user_name) == (None, None)
    assert found.evidence == (Evidence.BINDINGS_DISAGREE,)


def test_credential_of_another_user_than_reported_is_ignored() -> None:
    known = BOUND.bind(finger(4), "omar", NOW)
    found = who(operated(S.BIOMETRIC, user_index=2, slots=[finger(4)]), known)
    assert found.person is None


@pytest.mark.parametrize(
    "operation",
    [
        operated(S.BIOMETRIC, user_index=1),
        operated(S.BIOMETRIC, slots=[finger(4)]),
    ],
)
def test_unverified_slot_names_nobody_until_it_is_read(
    operation: LockOperation,
) -> None:
    away = BOUND.after_gap()
    found = who(operation, away, observations=[seen()])
    assert (found.person, found.user_name) == (None, None)
    assert found.evidence == (Evidence.SLOT_UNVERIFIED,)
    assert unverified_user(operation, away) == 1
    back = away.with_user(LINDAS)
    assert who(operation, back).person is not None
    assert unverified_user(operation, back) is None


def test_nothing_to_read_for_other_events() -> None:
    assert unverified_user(DoorLockAlarm(None), EMPTY) is None
    assert unverified_user(operated(S.MANUAL), EMPTY) is None


def test_unlisted_credential_leaves_the_line_to_observations() -> None:
    found = who(operated(S.BIOMETRIC, slots=[finger(9)]), observations=[seen()])
    assert (found.person, found.confidence) == ("Omar", Confidence.INFERRED)


def test_person_who_left_the_household() -> None:
    found = who(operated(S.KEYPAD, user_index=1), people={})
    assert (found.person, found.person_id) == ("Linda B", None)


def test_forced_user_is_named_like_any_other() -> None:
    """A name that is left out would give the forced user away."""
    forced = operated(S.KEYPAD, LockOperationType.FORCED_USER_EVENT, user_index=3)
    free = operated(S.KEYPAD, LockOperationType.UNLOCK, user_index=3)
    under_threat = who(forced, directory(user(3, "Olga", type=UserType.FORCED)))
    assert under_threat == who(free, directory(user(3, "Olga")))
    assert under_threat.person == "Olga"


def test_kind_of_biometric_where_the_lock_does_not_tell() -> None:
    face = CredentialSlot(CredentialType.FACE, 1)
    faces = directory(user(1, credentials=frozenset({face})))
    both = faces.with_user(LINDAS).with_user(user(2, credentials=frozenset({face})))
    assert who(operated(S.BIOMETRIC), faces).method is Method.FACE
    assert who(operated(S.BIOMETRIC), both).method is Method.UNKNOWN
    told = operated(S.BIOMETRIC, slots=[finger(1)])
    assert who(told, faces).method is Method.FINGERPRINT


def test_user_of_home_assistant() -> None:
    found = who(remotely(), command=command())
    assert (found.person, found.person_id) == ("Linda", "linda")
    assert (found.confidence, found.ecosystem) == (
        Confidence.MATCHED,
        "Home Assistant",
    )
    assert found.context_id == "ctx"
    assert found.evidence == (Evidence.OWN_FABRIC, Evidence.OWN_COMMAND)


def test_user_who_is_no_person() -> None:
    found = who(remotely(), command=command(person_id=None))
    assert (found.person, found.person_id) == ("linda-login", None)


def test_automation_is_no_person() -> None:
    automation = command(
        user_id=None, origin=Origin.AUTOMATION, origin_name="Good night"
    )
    found = who(remotely(), command=automation)
    assert (found.person, found.origin_name) == (None, "Good night")
    assert (found.origin, found.confidence) == ("automation", Confidence.MATCHED)


def test_command_of_nobody_known() -> None:
    found = who(remotely(), command=command(user_id=None, origin=Origin.UNKNOWN))
    assert (found.person, found.confidence) == (None, Confidence.ECOSYSTEM)


def test_transition_of_the_entity_of_core() -> None:
    transition = Command(
        sender=Sender.CORE,
        id="t",
        operation=LockOperationType.UNLOCK,
        sent_at=later(-1),
        user_id="u2",
        person_id="omar",
    )
    found = who(remotely(), command=transition)
    assert (found.person, found.evidence[-1]) == ("Omar", Evidence.CORE_TRANSITION)


def test_command_goes_before_the_code_that_it_takes_along() -> None:
    found = who(remotely(user_index=1), command=command(person_id="omar", user_id="u2"))
    assert (found.person, found.context_id) == ("Omar", "ctx")
    assert (found.confidence, found.user_index) == (Confidence.MATCHED, 1)


@pytest.mark.parametrize("user_id", [None, "u1"])
def test_automation_with_a_code_is_no_person(user_id: str | None) -> None:
    sent = command(
        user_id=user_id, origin=Origin.AUTOMATION, origin_name="At dusk", person_id=None
    )
    found = who(remotely(user_index=1), command=sent)
    assert (found.person, found.origin_name) == (None, "At dusk")
    assert found.actor == "Home Assistant"


@pytest.mark.parametrize(
    "refused",
    [
        command(ok=False),
        command(ok=None),
        command(operation=LockOperationType.LOCK),
    ],
)
def test_command_that_proves_nothing(refused: Command) -> None:
    found = who(remotely(), command=refused)
    assert (found.person, found.confidence) == (None, Confidence.ECOSYSTEM)
    assert found.command_id is None


@pytest.mark.parametrize(
    "operation",
    [
        remotely(APPLE),
        remotely(None),
        remotely(OURS, node=5),
        operated(S.MANUAL),
        operated(S.UNSPECIFIED),
    ],
)
def test_command_explains_only_our_own_remote_operation(
    operation: LockOperation,
) -> None:
    assert who(operation, command=command()).person is None
    assert not is_own_remote(operation.actor, FABRICS)


def test_clock_of_the_lock_does_not_undo_a_match() -> None:
    found = who(remotely(), at=later(-90), command=command())
    assert found.person == "Linda"


def test_own_fabric_before_its_list_was_read() -> None:
    unread = replace(FABRICS, spans=())
    assert who(remotely(), fabrics=unread).ecosystem == "Home Assistant"


def test_unnamed_line_is_filled() -> None:
    found = who(operated(S.UNSPECIFIED), observations=[seen()])
    assert (found.person, found.confidence) == ("Omar", Confidence.INFERRED)
    assert found.observed_by == "event.doorbell"


def test_visitor_by_name() -> None:
    found = who(operated(S.UNSPECIFIED), observations=[seen(None, name="Postman")])
    assert (found.person, found.person_id) == ("Postman", None)


def test_unknown_person_is_not_named() -> None:
    assert who(operated(S.UNSPECIFIED), observations=[seen("gone")]).person is None


def test_two_that_disagree_name_nobody() -> None:
    found = who(operated(S.UNSPECIFIED), observations=[seen(), seen("linda")])
    assert found.person is None
    assert Evidence.OBSERVATIONS_DISAGREE in found.evidence


@pytest.mark.parametrize(
    "operation",
    [
        operated(S.KEYPAD, user_index=1),
        remotely(APPLE),
        remotely(OURS),
        remotely(None),
        operated(S.AUTO),
        operated(S.SCHEDULE),
        operated(S.KEYPAD, LockOperationType.NON_ACCESS_USER_EVENT, user_index=2),
    ],
)
def test_never_against_the_lock(operation: LockOperation) -> None:
    bare = who(operation)
    assert who(operation, observations=[seen()]) == bare
    assert (
        add_observations(bare, operation, at=NOW, observations=[seen()], people=PEOPLE)
        == bare
    )


def test_late_one_amends_and_a_second_person_takes_the_name_away() -> None:
    operation = operated(S.UNSPECIFIED)
    bare = who(operation)

    def amended(before: Attribution, *items: Observation) -> Attribution:
        return add_observations(
            before, operation, at=NOW, observations=items, people=PEOPLE
        )

    late = amended(bare, seen())
    assert late == who(operation, observations=[seen()])
    doubt = amended(late, seen(), seen("linda"))
    assert (doubt.person, doubt.confidence) == (None, Confidence.UNKNOWN)
    assert amended(doubt, seen()) == late


def test_state_change_without_operation() -> None:
    silent = attribute_unexplained(at=NOW)
    assert (silent.person, silent.evidence) == (None, (Evidence.NO_OPERATION,))
    seen_one = attribute_unexplained(at=NOW, observations=[seen()], people=PEOPLE)
    assert seen_one.person == "Omar"
    later_seen = add_observations(
        silent, None, at=NOW, observations=[seen()], people=PEOPLE
    )
    assert later_seen == seen_one


def test_refusal_is_not_amended() -> None:
    refused = decode(3, did(1, 3, operationError=1))
    bare = who(refused)
    after = add_observations(
        bare, refused, at=NOW, observations=[seen()], people=PEOPLE
    )
    assert after == bare


def test_household_says_who_it_was() -> None:
    found = assigned(who(operated(S.UNSPECIFIED)), OMAR)
    assert (found.person, found.person_id) == ("Omar", "omar")
    assert Evidence.ASSIGNED_BY_HAND in found.evidence


def test_name_is_taken_away() -> None:
    found = assigned(who(operated(S.KEYPAD, user_index=1)), None)
    assert (found.person, found.confidence) == (None, Confidence.UNKNOWN)


def test_observation_does_not_overrule() -> None:
    operation = operated(S.UNSPECIFIED)
    by_hand = assigned(who(operation), None)
    after = add_observations(
        by_hand, operation, at=NOW, observations=[seen()], people=PEOPLE
    )
    assert after == by_hand


sources = st.none() | st.sampled_from(list(OperationSource))
credentials = st.lists(
    st.builds(
        Credential,
        st.none() | st.sampled_from(list(CredentialType)),
        st.integers(1, 4),
    ),
    max_size=2,
).map(tuple)
actors = st.builds(
    Actor,
    source=sources,
    user_index=st.none() | st.integers(0, 6),
    fabric_index=st.sampled_from([None, 2, 3, 9]),
    source_node=st.sampled_from([None, 112233, 5]),
    credentials=credentials,
)
operations = st.builds(
    LockOperation,
    type=st.none() | st.sampled_from(list(LockOperationType)),
    actor=actors,
)
bindings = st.lists(
    st.tuples(
        st.integers(1, 6).map(UserSlot)
        | st.builds(
            CredentialSlot, st.sampled_from(list(CredentialType)), st.integers(1, 4)
        ),
        st.sampled_from(["linda", "omar", None]),
    ),
    max_size=4,
)
commands = st.none() | st.builds(
    command,
    ok=st.sampled_from([True, False, None]),
    operation=st.sampled_from(list(LockOperationType)),
    sent_at=st.integers(-60, 5).map(later),
    user_id=st.sampled_from([None, "u1"]),
    person_id=st.sampled_from([None, "linda"]),
)
observations = st.lists(
    st.builds(seen, st.sampled_from(["linda", "omar"]), st.integers(-60, 60)),
    max_size=3,
)


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    known = directory(*draw(st.lists(users, max_size=4)))
    for slot, person in draw(bindings):
        known = known.bind(slot, person, NOW)
    if draw(st.booleans()):
        known = known.after_gap()
        for item in draw(st.lists(users, max_size=2)):
            known = known.with_user(item)
    return known


def reported_slots(actor: Actor) -> list[Slot]:
    found: list[Slot] = [
        CredentialSlot(item.type, item.index)
        for item in actor.credentials
        if item.type is not None
    ]
    if actor.user_index:
        found.append(UserSlot(actor.user_index))
    return found


@given(operations, directories(), commands, observations)
def test_never_a_name_on_less_evidence(
    operation: LockOperation,
    known: Directory,
    sent: Command | None,
    found: list[Observation],
) -> None:
    facts: dict[str, Any] = {"command": sent, "observations": found}
    result = who(operation, known, **facts)
    assert result == who(operation, known, **facts)
    actor = operation.actor
    slots = [slot for slot in reported_slots(actor) if known.is_verified(slot)]
    if result.person is None:
        assert result.confidence is not Confidence.INFERRED
        assert result.person_id is None
        return
    match result.confidence:
        case Confidence.REPORTED:
            bound = {known.person_of(slot) for slot in slots}
            owners = {owner.name for slot in slots if (owner := known.owner_of(slot))}
            assert result.person_id in bound or result.person in owners
        case Confidence.MATCHED:
            assert sent is not None
            assert sent.ok is True
            assert actor.source is OperationSource.REMOTE
            assert (actor.fabric_index, actor.source_node) == (3, 112233)
        case Confidence.INFERRED:
            near = {item.person_id for item in found if item.covers(NOW)}
            assert near == {result.person_id}
            assert actor.source is not OperationSource.REMOTE
        case _:
            pytest.fail(f"{result.person} was named with {result.confidence}")


@given(operations, directories())
def test_two_bound_persons_name_nobody(
    operation: LockOperation, known: Directory
) -> None:
    actor = operation.actor
    if actor.source is OperationSource.REMOTE or not actor.user_index:
        return
    slots = [
        slot
        for slot in reported_slots(actor)
        if (owner := known.owner_of(slot)) is None or owner.index == actor.user_index
    ]
    people = {
        known.bindings[slot].person_id for slot in slots if slot in known.bindings
    }
    if len(people) > 1:
        assert who(operation, known).person is None


@given(operations, directories())
def test_gap_names_nobody_by_slot(operation: LockOperation, known: Directory) -> None:
    result = who(operation, known.after_gap())
    assert (result.person, result.user_name) == (None, None)


@given(operations, directories(), commands, observations)
def test_store_gives_back_the_same(
    operation: LockOperation,
    known: Directory,
    sent: Command | None,
    found: list[Observation],
) -> None:
    result = who(operation, known, command=sent, observations=found)
    assert Attribution.from_dict(json.loads(json.dumps(result.as_dict()))) == result


@pytest.mark.parametrize(
    "damage",
    [
        None,
        {},
        {"method": "magic"},
        {"method": "pin", "confidence": "unknown", "person": 5},
        {"method": "pin", "confidence": "unknown", "evidence": ["x"]},
    ],
)
def test_damage_is_named(damage: object) -> None:
    with pytest.raises(ValueError, match="is not"):
        Attribution.from_dict(damage)


def test_rank_of_confidence() -> None:
    assert Confidence.REPORTED.rank < Confidence.MATCHED.rank < Confidence.UNKNOWN.rank


def test_whole_way_from_a_raw_event() -> None:
    found = who(decode(2, raw(1, did(1, 9, userIndex=1)).data), people={"linda": LINDA})
    assert found.names_somebody
