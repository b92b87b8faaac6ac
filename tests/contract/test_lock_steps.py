"""The table of the steps of the flow of a lock says what its source does, and the diagram what the table says."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from typing import Final

import pytest

from custom_components.aqara_lock.flows.glossary import GLOSSARY_STEPS
from custom_components.aqara_lock.flows.lock import LockSubentryFlow
from custom_components.aqara_lock.flows.lock_steps import LOCK_STEPS
from custom_components.aqara_lock.flows.person import PersonSubentryFlow
from custom_components.aqara_lock.flows.steps import StepFlow, StepKind

from .flows import STEP
from .repository import REPOSITORY
from .step_table import destinations, kinds

FLOWS: Final[list[type[StepFlow]]] = [LockSubentryFlow, PersonSubentryFlow]
STEPS: Final = [
    pytest.param(flow, key, id=f"{flow.__name__} {key}")
    for flow in FLOWS
    for key in sorted(set(flow.steps) - set(GLOSSARY_STEPS) - {"back"})
]
BEGINNINGS: Final = {"user", "reconfigure"}
IN_TABLE: Final = "the table of the flow says where a step leads"


def _methods(flow: type) -> set[str]:
    return {x.removeprefix(STEP) for x in dir(flow) if x.startswith(STEP)}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_every_step_is_in_the_table_of_its_flow(flow: type[LockSubentryFlow]) -> None:
    assert set(flow.steps) == _methods(flow)
    assert {x for x in flow.steps if not hasattr(flow, f"{STEP}{x}")} == set()


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_the_table_runs_what_home_assistant_calls(flow: type[LockSubentryFlow]) -> None:
    called = {key: getattr(flow, f"{STEP}{key}") for key in flow.steps}
    assert {key: step.run for key, step in flow.steps.items()} == called


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_a_step_leads_to_steps(flow: type[LockSubentryFlow]) -> None:
    for key, step in flow.steps.items():
        assert set(step.leads_to) <= set(flow.steps), key


@pytest.mark.parametrize(("flow", "key"), STEPS)
def test_a_step_leads_where_its_source_leads(flow: type[StepFlow], key: str) -> None:
    assert set(flow.steps[key].leads_to) == destinations(flow)[key], IN_TABLE


@pytest.mark.parametrize(("flow", "key"), STEPS)
def test_a_step_is_of_the_kind_that_its_source_shows(
    flow: type[StepFlow], key: str
) -> None:
    assert flow.steps[key].kind is kinds(flow)[key], IN_TABLE


def test_a_step_that_ends_leads_nowhere() -> None:
    ends = [x for x in LOCK_STEPS.values() if x.kind is StepKind.END]
    assert ends
    assert [x for x in ends if x.leads_to] == []


def test_every_step_is_reached() -> None:
    reached, new = set[str](), set(BEGINNINGS)
    while new:
        reached |= new
        new = {end for key in new for end in LOCK_STEPS[key].leads_to} - reached
    # Every page but the first offers it by itself.
    assert set(LOCK_STEPS) - reached == {"back"}


def test_the_drawn_diagram_is_that_of_the_table() -> None:
    path = str(REPOSITORY / "scripts" / "make_step_diagram")
    loader = SourceFileLoader("make_step_diagram", path)
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    drawn = (REPOSITORY / "docs" / "architecture.md").read_text()
    assert drawn == module.page(), "run scripts/make_step_diagram"
