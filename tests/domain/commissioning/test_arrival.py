"""Devices that come onto a Thread network, and those that were there."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv6Address

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.commissioning.arrival import (
    Arrival,
    ArrivalPlace,
    find_arrivals,
    find_present,
)
from custom_components.aqara_lock.domain.commissioning.discovery import (
    COMMISSIONABLE,
    OPERATIONAL,
    OperationalInstance,
    ServiceRecord,
    Sighting,
    best_fit,
    is_closed_lock,
    network_routers,
    sightings_of,
)
from tests.scenarios.home import APPLE, AQARA, OTHER_MESH, hub

OWN, THEIRS = 0x2906C908D115D362, 0x87E1B004E235A130
FIRST, SECOND = hub(1).router, hub(2).router
ELSEWHERE = hub(3, record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}).router
ROUTERS = (FIRST, SECOND, ELSEWHERE)
MESH = FIRST.record.omr_prefix
assert MESH is not None
HOME_ADDRESS = str(MESH.network_address + 0x190)
AWAY_ADDRESS = str(OTHER_MESH.network_address + 0x190)
LOCK = "54ef441000000190.local."


def operational(fabric: int, node: int = 9, **more: object) -> ServiceRecord:
    record = ServiceRecord(
        instance=f"{fabric:016X}-{node:016X}.{OPERATIONAL}",
        host=LOCK,
        addresses=(HOME_ADDRESS, "fe80::190%2"),
    )
    return replace(record, **more)  # type: ignore[arg-type]


def window(**more: object) -> ServiceRecord:
    text = {b"D": b"3840", b"CM": b"2", b"VP": b"4447+10244", b"DT": b"10"}
    record = ServiceRecord(
        instance=f"A1B2C3D4E5F60718.{COMMISSIONABLE}",
        host=LOCK,
        addresses=(HOME_ADDRESS,),
        properties={**text, **(more.pop("text", {}))},  # type: ignore[dict-item]
    )
    return replace(record, **more)  # type: ignore[arg-type]


def arrivals(
    before: Mapping[str, Sighting], *now: ServiceRecord, own: tuple[int, ...] = ()
) -> list[Arrival]:
    return find_arrivals(before, sightings_of(now), ROUTERS, FIRST, own)


def test_services_of_one_host_are_one_device() -> None:
    found = sightings_of([operational(OWN), operational(THEIRS), window()])
    assert found == {
        LOCK: Sighting(
            host=LOCK,
            addresses=(IPv6Address(HOME_ADDRESS),),
            fabrics=(OperationalInstance(OWN, 9), OperationalInstance(THEIRS, 9)),
            windows=found[LOCK].windows,
            instances=tuple(
                sorted(
                    item.instance
                    for item in (operational(OWN), operational(THEIRS), window())
                )
            ),
        )
    }
    shown = found[LOCK].commissionable
    assert shown is not None
    assert shown.discriminator == 3840
    assert found[LOCK].window_instances == (window().instance,)


def test_a_fabric_has_the_name_that_it_was_read_from() -> None:
    (fabric,) = sightings_of([operational(OWN)])[LOCK].fabrics
    assert fabric.instance == operational(OWN).instance


def test_an_instance_that_names_no_fabric_is_still_a_device() -> None:
    found = sightings_of([operational(OWN, instance=f"printer.{OPERATIONAL}")])
    assert found[LOCK].fabrics == ()


def test_a_lock_that_joins_the_hubs_network_arrives_there() -> None:
    (arrival,) = arrivals({}, operational(THEIRS), window())
    assert arrival.place is ArrivalPlace.MEANT_NETWORK
    assert arrival.network == AQARA
    assert arrival.hubs == tuple(sorted((FIRST.id, SECOND.id)))
    assert arrival.network_name == FIRST.record.network_name


def test_a_lock_on_another_network_is_named_with_its_border_routers() -> None:
    (arrival,) = arrivals({}, operational(THEIRS, addresses=(AWAY_ADDRESS,)))
    assert arrival.place is ArrivalPlace.OTHER_NETWORK
    assert (arrival.network, arrival.hubs) == (APPLE, (ELSEWHERE.id,))


def test_a_lock_whose_prefix_nobody_publishes_is_seen_on_an_unknown_network() -> None:
    (arrival,) = arrivals({}, operational(THEIRS, addresses=("fd00:1::5",)))
    assert arrival.place is ArrivalPlace.NETWORK_UNKNOWN
    assert (arrival.network, arrival.hubs) == (None, ())


def test_what_was_there_is_no_arrival_but_present() -> None:
    before = sightings_of([operational(THEIRS)])
    assert arrivals(before, operational(THEIRS)) == []
    (present,) = find_present(before, ROUTERS, FIRST, ())
    assert present.host == LOCK


def test_a_lock_that_changes_its_network_arrives_again() -> None:
    before = sightings_of([operational(THEIRS, addresses=(AWAY_ADDRESS,))])
    (arrival,) = arrivals(before, operational(THEIRS))
    assert arrival.key == (LOCK, AQARA)


def test_a_lock_that_another_ecosystem_takes_in_is_news() -> None:
    before = sightings_of([operational(THEIRS)])
    assert len(arrivals(before, operational(THEIRS), operational(5))) == 1


def test_a_second_border_router_of_the_network_is_no_arrival() -> None:
    before = sightings_of([operational(THEIRS)])
    found = find_arrivals(before, before, (FIRST, SECOND), FIRST, ())
    assert found == find_arrivals(before, before, (FIRST,), FIRST, ()) == []


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(operational(OWN), id="ours already"),
        pytest.param(
            operational(THEIRS, addresses=(HOME_ADDRESS, "10.10.10.5")), id="Wi-Fi"
        ),
        pytest.param(operational(THEIRS, addresses=("fe80::190",)), id="no address"),
    ],
)
def test_what_cannot_be_the_lock_never_arrives(record: ServiceRecord) -> None:
    assert arrivals({}, record, own=(OWN,)) == []


def test_the_meant_network_comes_first() -> None:
    every = sightings_of(
        [
            operational(5, host="a.local.", addresses=("fd00:1::5",)),
            operational(6, host="b.local.", addresses=(AWAY_ADDRESS,)),
            operational(7, host="c.local."),
        ]
    )
    places = [item.place for item in find_present(every, ROUTERS, FIRST, ())]
    assert places == list(ArrivalPlace)


def test_without_a_meant_hub_every_known_network_will_do() -> None:
    every = sightings_of([operational(6, addresses=(AWAY_ADDRESS,))])
    (arrival,) = find_present(every, ROUTERS, None, ())
    assert arrival.place is ArrivalPlace.MEANT_NETWORK


def test_a_network_is_known_by_the_prefix_that_one_of_its_routers_publishes() -> None:
    silent = replace(SECOND, record=replace(SECOND.record, omr_prefix=None))
    found = network_routers([IPv6Address(HOME_ADDRESS)], [silent, FIRST, ELSEWHERE])
    assert {router.id for router in found} == {FIRST.id, SECOND.id}


def test_aqaras_door_lock_is_the_best_fit() -> None:
    every = sightings_of(
        [
            window(host="a.local.", text={b"VP": b"4937+1"}),
            window(host="b.local.", text={b"DT": b"256"}),
            window(host="c.local."),
            operational(5, host="d.local."),
        ]
    )
    found = best_fit(every.values())
    assert found is not None
    assert found.host == "c.local."
    assert best_fit([]) is None


def test_the_open_window_counts_before_one_that_is_closed() -> None:
    closed = window(instance=f"B.{COMMISSIONABLE}", text={b"CM": b"0", b"D": b"1"})
    sighting = sightings_of([closed, window()])[LOCK]
    shown = sighting.commissionable
    assert shown is not None
    assert shown.is_open
    assert sighting.opens_for(3840, is_short=False)
    assert not sighting.opens_for(1, is_short=False)


def test_fabrics_that_were_heard_earlier_still_count() -> None:
    earlier = sightings_of([operational(THEIRS)])[LOCK]
    now = sightings_of([operational(OWN), window()])[LOCK]
    found = {item.compressed_fabric_id for item in now.after(earlier).fabrics}
    assert found == {OWN, THEIRS}
    assert now.after(None) == now


@pytest.mark.parametrize(
    ("record", "behind", "expected"),
    [
        pytest.param(window(text={b"CM": b"0"}), False, True, id="says it is Aqara's"),
        pytest.param(operational(THEIRS), True, True, id="behind the hub, not ours"),
        pytest.param(operational(THEIRS), False, False, id="on another network"),
        pytest.param(operational(OWN), True, False, id="ours"),
        pytest.param(window(text={b"VP": b"4937+1"}), False, False, id="another maker"),
    ],
)
def test_a_lock_with_a_closed_window_is_told_from_other_devices(
    record: ServiceRecord, behind: bool, expected: bool
) -> None:
    sighting = sightings_of([record])[LOCK]
    assert is_closed_lock(sighting, (OWN,), on_hub_network=behind) is expected


@given(
    st.lists(
        st.builds(
            ServiceRecord,
            instance=st.sampled_from(
                [operational(OWN).instance, window().instance, "x", ""]
            ),
            host=st.sampled_from([LOCK, "other.local."]),
            addresses=st.lists(
                st.sampled_from([HOME_ADDRESS, AWAY_ADDRESS, "10.0.0.1", "fe80::1%3"])
            ).map(tuple),
        )
    )
)
def test_an_arrival_is_always_present_and_never_ours(
    records: list[ServiceRecord],
) -> None:
    now = sightings_of(records)
    present = find_present(now, ROUTERS, FIRST, {OWN})
    for arrival in find_arrivals({}, now, ROUTERS, FIRST, {OWN}):
        assert arrival in present
        assert not now[arrival.host].is_of({OWN})
