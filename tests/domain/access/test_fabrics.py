"""Fabric indices are per lock and reused; fabrics are told by id."""

from datetime import timedelta
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.access.fabrics import (
    ECOSYSTEM_OF_VENDOR,
    ControllerKey,
    Ecosystem,
    Fabric,
    FabricTable,
    parse_fabric,
    parse_fabrics,
)

from ..who import APPLE, FABRICS, NOW, OURS, junk, later

GOOGLE = Fabric(2, 0x77, 0x6006, "")


NAMES = [
    (0x1349, "x", "Apple Home"),
    (0x1384, "", "Apple Keychain"),
    (0x6006, "", "Google Home"),
    (0x1217, "", "Amazon Alexa"),
    (0x110A, "", "SmartThings"),
    (0x10E1, "", "SmartThings"),
    (0x115F, "", "Aqara Home"),
    (0x134B, "", "Home Assistant"),
    (0x117C, "", "IKEA Home smart"),
    (0x125D, "", "Tuya"),
    (0x102E, "", "LG ThinQ"),
    (0x143C, "", "Homey"),
    (0x135D, "", "Nuki"),
    (0xFFF1, "Beach house", "Beach house"),
    (0xFFF1, "", "Matter vendor 0xFFF1"),
]


@pytest.mark.parametrize(("vendor", "label", "name"), NAMES)
def test_names(vendor: int, label: str, name: str) -> None:
    assert Fabric(1, 1, vendor, label).ecosystem == name


def test_every_vendor_and_ecosystem_has_its_row() -> None:
    assert set(ECOSYSTEM_OF_VENDOR) <= {vendor for vendor, _, _ in NAMES}
    assert set(Ecosystem) <= {name for _, _, name in NAMES}


def test_both_forms_of_the_list() -> None:
    named = {"fabric_index": 2, "fabric_id": 9, "vendor_id": 4937, "fabric_label": "C "}
    tagged = {"1": "BGtleQ==", "2": 4937, "3": 9, "4": 5, "5": "C", "254": 2}
    by_name, by_tag = parse_fabrics([named, tagged])
    assert by_name == Fabric(2, 9, 4937, "C")
    assert by_tag.root_public_key_hash is not None
    assert by_name.is_same(by_tag)


@given(junk | st.dictionaries(st.sampled_from(["254", "2", "3", "5"]), junk))
def test_garbage_is_no_fabric(entry: object) -> None:
    found = parse_fabric(entry)
    assert found is None or found.index > 0


@pytest.mark.parametrize(("tag", "value"), [("254", 255), ("3", 2**64), ("2", 2**16)])
def test_number_beyond_its_range_is_no_fabric(tag: str, value: int) -> None:
    entry = {"254": 2, "3": 9, "2": 4937}
    assert parse_fabric(entry) is not None
    assert parse_fabric(entry | {tag: value}) is None


def test_same_ids_under_another_root_are_another_fabric() -> None:
    one, other = (Fabric(1, 1, 0x1349, "", key) for key in ("aa", "bb"))
    assert not one.is_same(other)


def test_label_may_change() -> None:
    renamed = Fabric(2, APPLE.fabric_id, 0x1349, "Home")
    table = FABRICS.with_fabrics([OURS, renamed], NOW)
    assert table.at(2, NOW - timedelta(days=5)) == renamed


def test_reused_index_stands_for_whom_it_stood_for_then() -> None:
    gone = FABRICS.with_fabrics([OURS], NOW)
    reused = gone.with_fabrics([OURS, GOOGLE], later(100))
    assert reused.at(2, NOW - timedelta(hours=1)) == APPLE
    assert reused.at(2, later(200)) == GOOGLE
    assert reused.at(2, later(50)) == GOOGLE


def test_reset_of_the_lock_ends_what_every_index_stood_for() -> None:
    reset = FABRICS.after_reset(NOW)
    assert reset.current == ()
    assert reset.needs_refresh(2)
    assert reset.at(2, later(1)) is None
    assert reset.at(2, NOW - timedelta(hours=1)) == APPLE
    assert reset.with_fabrics([OURS, GOOGLE], later(1)).at(2, later(2)) == GOOGLE


def test_two_candidates_name_no_fabric() -> None:
    swapped = FABRICS.with_fabrics([OURS, GOOGLE], NOW)
    assert swapped.at(2, NOW - timedelta(hours=1)) is None
    assert swapped.at(2, later(1)) == GOOGLE


def test_unknown_index_asks_for_a_refresh() -> None:
    assert FABRICS.needs_refresh(7)
    assert not FABRICS.needs_refresh(2)
    assert not FABRICS.needs_refresh(None)
    assert FABRICS.at(7, NOW) is None


def test_current_list() -> None:
    assert FABRICS.current == (APPLE, OURS)
    assert FABRICS.fabric_ids == {2: APPLE.fabric_id, 3: OURS.fabric_id}


@given(
    st.lists(
        st.lists(
            st.builds(
                Fabric,
                st.integers(1, 3),
                st.integers(0, 2**64 - 1),
                st.sampled_from([0x1349, 0xFFF1]),
                st.sampled_from(["", "Casa"]),
            ),
            unique_by=lambda fabric: fabric.index,
            max_size=3,
        ),
        max_size=4,
    )
)
def test_store_gives_back_the_same(reads: list[list[Fabric]]) -> None:
    table = FabricTable().with_own(3, [5, 2**63])
    for order, fabrics in enumerate(reads):
        table = table.with_fabrics(fabrics, later(order))
    assert FabricTable.from_dict(json.loads(json.dumps(table.as_dict()))) == table
    last = {fabric.index: fabric for fabric in reads[-1]} if reads else {}
    assert {fabric.index: fabric for fabric in table.current} == last


@pytest.mark.parametrize(
    "damage", [None, {"spans": [{}]}, {"own_nodes": ["x"]}, {"read_at": "2026-01-01"}]
)
def test_damage_is_named(damage: object) -> None:
    with pytest.raises(ValueError, match=r"(is not|has no)"):
        FabricTable.from_dict(damage)


@given(st.integers(0, 2**64 - 1), st.integers(0, 0xFFFF), st.integers(0, 2**64 - 1))
def test_controller_ids(fabric: int, vendor: int, node: int) -> None:
    key = ControllerKey(fabric, vendor, node)
    assert ControllerKey.from_id(key.id) == key


@pytest.mark.parametrize("text", ["", "1-2", "x-y-z"])
def test_bad_controller_id(text: str) -> None:
    with pytest.raises(ValueError):
        ControllerKey.from_id(text)
