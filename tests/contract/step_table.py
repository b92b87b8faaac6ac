"""Where each step of a flow with a table leads to, read from its source."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from custom_components.aqara_lock.flows.steps import StepKind

from .flows import STEP
from .source import Source, called, sources

VARIABLE: Final = frozenset(
    {"code_step", "after_hub", "after_check", "after_add", "after_report", "after_who"}
)
"""Attributes of the flow that hold the id of the step that comes later."""
SHOWN: Final = frozenset({"step_id", "progress_action", "translation_key"})
"""Keywords that say what is shown, not where it leads."""
NO_STEPS: Final = ("CONF_", "SOURCE_")
"""Constants of Home Assistant, some of which are spelled like a step."""
SHOWS: Final = frozenset(
    {"show_choice", "show_fields", "_choice", "_show_seeing", "_looking"}
)
"""What is told by its first argument which step is shown."""

PAGES: Final = frozenset({"show_choice", "show_fields", "_enter", "_list"})
"""What makes a page of any step."""
SHOWN_BY: Final = {
    StepKind.FORM: {"show_fields"},
    StepKind.PROGRESS: {"async_show_progress", "_show_seeing", "_looking"},
    StepKind.CHOICE: {"show_choice", "_choice"},
    StepKind.END: {"async_abort", "async_create_entry"},
}
"""Which call shows what; the first that fits."""

type Method = tuple[Source, ast.AST]


@cache
def kinds(flow: type) -> dict[str, StepKind]:
    """Return by step what it shows; a step that also goes on by itself shows it first."""
    found: dict[str, StepKind] = {}
    for name, (source, body) in _methods(flow).items():
        if not name.startswith(STEP):
            continue
        calls = {called(call) for call in source.calls(body)}
        if isinstance(body, ast.Call):
            calls |= {called(body)}
        shows = (kind for kind, by in SHOWN_BY.items() if by & calls)
        found[name.removeprefix(STEP)] = next(shows, StepKind.PASSED)
    return found


@cache
def destinations(flow: type) -> dict[str, set[str]]:
    """Return by step which steps it offers or goes to."""
    methods = _methods(flow)
    steps = {name.removeprefix(STEP) for name in methods if name.startswith(STEP)}
    values = _values(flow)
    return {
        name.removeprefix(STEP): set(_leads(name, methods, values, ())) & steps
        for name in methods
        if name.startswith(STEP)
    }


def _family(flow: type) -> Iterator[tuple[Source, ast.ClassDef]]:
    for source in sources():
        for node, cls in source.classes():
            if cls in flow.__mro__:
                yield source, node


def _methods(flow: type) -> dict[str, Method]:
    """Return the methods and made steps of the flow's classes by name."""
    found: dict[str, Method] = {}
    for source, node in _family(flow):
        for item in node.body:
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                found[item.name] = (source, item)
            if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
                found[item.targets[0].id] = (source, item.value)
    return found


def _values(flow: type) -> dict[str, set[str]]:
    """Return what the variable attributes can hold."""
    values: dict[str, set[str]] = defaultdict(set)
    for source, node in _family(flow):
        for item in ast.walk(node):
            match item:
                case ast.Assign(targets=[ast.Attribute(attr=name)], value=value):
                    values[name] |= source.strings(value)
                case ast.AnnAssign(target=ast.Name(id=name), value=value):
                    values[name] |= source.strings(value)
                case ast.Call() if called(item) == "_with_hub":
                    values["after_hub"] |= source.strings(item.args[0])
                case ast.Call() if called(item) == "_with_checked_hub":
                    values["after_check"] |= source.strings(item.args[0])
    return values


def _leads(
    name: str,
    methods: dict[str, Method],
    values: dict[str, set[str]],
    seen: tuple[str, ...],
) -> Iterator[str]:
    source, body = methods[name]
    passed = _not_destinations(body)
    for node in ast.walk(body):
        if id(node) in passed:
            continue
        if isinstance(node, ast.Constant):
            yield from source.strings(node)
        if isinstance(node, ast.Name) and not node.id.startswith(NO_STEPS):
            yield from _named(getattr(source.module, node.id, None))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            if node.attr in VARIABLE:
                yield from values[node.attr]
            if node.attr.startswith(STEP):
                yield node.attr.removeprefix(STEP)
            elif node.attr in methods and node.attr not in {*seen, name, *PAGES}:
                yield from _leads(node.attr, methods, values, (*seen, name))


def _named(value: object) -> Iterator[str]:
    """Yield what a constant names: one step, or what follows each outcome."""
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):
        yield from (x for x in value.values() if isinstance(x, str))


def _not_destinations(body: ast.AST) -> set[int]:
    """Return the nodes that name the step itself, or what is kept for later."""
    found: set[int] = set()
    for node in ast.walk(body):
        if isinstance(node, ast.Call):
            if called(node) in SHOWS:
                found.add(id(node.args[0]))
            found |= {id(x.value) for x in node.keywords if x.arg in SHOWN}
            if called(node) == "_with_checked_hub":
                found |= {id(x) for x in node.args}
            if called(node) == "_term":
                found |= {id(x) for x in ast.walk(node)}
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            kept = {"came_from", *VARIABLE}
            if node.targets[0].attr in kept:
                found |= {id(x) for x in ast.walk(node.value)}
        if isinstance(node, ast.Dict):
            found |= {id(key) for key in node.keys if key is not None}
        if isinstance(node, ast.arguments):
            found |= {id(x) for x in ast.walk(node)}
    return found
