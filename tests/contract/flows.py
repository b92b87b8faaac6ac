"""Which flow texts the integration needs: steps, errors, aborts and progress actions by section."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from unittest.mock import MagicMock

from homeassistant.config_entries import ConfigFlow, ConfigSubentryFlow, OptionsFlow

from .source import Source, called, keyword, sources

IMPLICIT = {
    "_abort_if_unique_id_configured": "already_configured",
    "_async_abort_entries_match": "already_configured",
}
"""Method of a flow → abort reason that it uses by itself."""
CHOICES = {"show_choice": 1, "_choice": 1, "show_fields": 2}
"""What shows a list of what is next, and where its options begin after the step."""
STEP = "async_step_"

Needs = dict[str, dict[str, set[str]]]
"""Section → step, menu option (`step.menu_options.option`), what is next, error … → keys."""


def flow_needs() -> Needs:
    """Collect what the flow classes use, as far as it is constant."""
    needs: Needs = defaultdict(lambda: defaultdict(set))
    for source in sources():
        for node, cls in source.classes():
            for section in _sections(cls):
                for kind, key in _uses(source, node):
                    needs[section][kind].add(key)
    return needs


def subentry_flows() -> dict[str, type[ConfigSubentryFlow]]:
    """Return the subentry flows by subentry type, as Home Assistant asks for them."""
    found: dict[str, type[ConfigSubentryFlow]] = {}
    for source in sources():
        for _, cls in source.classes():
            if issubclass(cls, ConfigFlow):
                found |= cls.async_get_supported_subentry_types(MagicMock())
    return found


def step_methods() -> set[str]:
    """Return the steps by their methods: `async_step_user` is the step `user`.

    A step may be assigned, too: `async_step_share = _choice("share", …)`.
    """
    return {
        name.removeprefix(STEP)
        for source in sources()
        for node in ast.walk(source.tree)
        for name in _defined(node)
        if name.startswith(STEP)
    }


def made_steps() -> set[tuple[str, str]]:
    """Return (name of the method, step that it shows) of every step that `_choice` makes."""
    return {
        (name.removeprefix(STEP), step)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and called(node.value) == "_choice"
        for name in _defined(node)
        for step in source.strings(node.value.args[0])
    }


def _defined(node: ast.AST) -> list[str]:
    if isinstance(node, ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [item.id for item in node.targets if isinstance(item, ast.Name)]
    return []


def schema_keys() -> set[str]:
    """Return the fields of every form: what stands in Required(…) and Optional(…)."""
    return {
        text
        for source in sources()
        if _is_flow_module(source)
        for call in source.calls()
        if called(call) in {"Required", "Optional"} and call.args
        for text in source.strings(call.args[0])
    }


def _is_flow_module(source: Source) -> bool:
    return source.name == "config_flow.py" or source.name.startswith("flows/")


def _sections(cls: type) -> list[str]:
    if issubclass(cls, ConfigFlow):
        return ["config"]
    if issubclass(cls, OptionsFlow):
        return ["options"]
    return [
        f"config_subentries.{name}"
        for name, flow in subentry_flows().items()
        if cls in flow.__mro__
    ]


def _uses(source: Source, node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for call in source.calls(node):
        name = called(call)
        if name in IMPLICIT:
            yield "abort", IMPLICIT[name]
        if name in {"async_show_form", "async_show_menu"}:
            yield from _keys(source, call, step="step_id", error="errors")
        if name == "async_show_menu":
            step, options = keyword(call, "step_id"), keyword(call, "menu_options")
            yield from _menu(source, step, [options])
        if name in CHOICES:
            yield from (("step", text) for text in source.strings(call.args[0]))
            yield from _next(source, call, CHOICES[name])
        if name == "AbortFlow":
            yield from (("abort", text) for text in source.strings(call.args[0]))
        if name == "async_show_progress":
            yield from _keys(source, call, progress="progress_action")
        if name == "async_abort":
            yield from _keys(source, call, abort="reason")
    yield from (("error", text) for text in _errors(source, node))


def _keys(source: Source, call: ast.Call, **wanted: str) -> Iterator[tuple[str, str]]:
    for kind, name in wanted.items():
        value = keyword(call, name)
        texts = (
            _dict_values(source, value) if kind == "error" else source.strings(value)
        )
        yield from ((kind, text) for text in texts)


def _menu(
    source: Source, step: ast.expr | None, options: Iterable[ast.expr | None]
) -> Iterator[tuple[str, str]]:
    for shown in source.strings(step):
        for item in options:
            for text in source.strings(item):
                yield "menu", f"{shown}.menu_options.{text}"


def _next(source: Source, call: ast.Call, first: int) -> Iterator[tuple[str, str]]:
    for shown in source.strings(call.args[0]):
        for item in call.args[first:]:
            for text in source.strings(item):
                yield "next", f"{shown}.options.{text}"


def _dict_values(source: Source, node: ast.expr | None) -> set[str]:
    if not isinstance(node, ast.Dict):
        return set()
    return {text for value in node.values for text in source.strings(value)}


def _errors(source: Source, node: ast.ClassDef) -> Iterator[str]:
    """Yield what is put into a dictionary called errors: `errors["base"] = …`."""
    for item in ast.walk(node):
        match item:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id="errors"))], value=value
            ):
                yield from source.strings(value)
