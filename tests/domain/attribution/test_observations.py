"""What others saw at the door names one person or nobody."""

from datetime import timedelta

from hypothesis import given, strategies as st

from custom_components.aqara_lock.domain.attribution.observations import (
    Observation,
    Observed,
    observed,
)

from ..who import NOW, later


def seen(
    person: str | None = "linda",
    at: float = 0,
    window: float = 30,
    name: str | None = None,
    entity: str = "event.doorbell",
) -> Observation:
    return Observation(person, entity, later(at), timedelta(seconds=window), name)


def test_nearest_of_one_person() -> None:
    near = seen(at=5, entity="sensor.log")
    assert observed([seen(at=-20), near], NOW) == Observed(near)


def test_out_of_the_window() -> None:
    assert observed([seen(at=31)], NOW) == Observed()


def test_two_that_disagree() -> None:
    assert observed([seen(), seen("omar")], NOW) == Observed(disagree=True)
    assert observed([seen(), seen(None, name="Postman")], NOW).disagree


def test_names_are_compared_without_case() -> None:
    both = [seen(None, name="Postman"), seen(None, at=1, name="postman")]
    assert observed(both, NOW).observation == both[0]


def test_nobody_seen_is_no_observation() -> None:
    assert observed([seen(None), seen(None, name="")], NOW) == Observed()


@given(
    st.lists(
        st.builds(seen, st.sampled_from(["linda", "omar"]), st.integers(-60, 60)),
        max_size=5,
    )
)
def test_order_does_not_matter_and_disagreement_names_nobody(
    found: list[Observation],
) -> None:
    result = observed(found, NOW)
    assert result == observed(found[::-1], NOW)
    people = {item.person_id for item in found if abs(item.at - NOW) <= item.window}
    assert (result.observation is not None) is (len(people) == 1)
    assert result.disagree is (len(people) > 1)
