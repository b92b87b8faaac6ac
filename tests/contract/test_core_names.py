"""Every private name of core's Matter integration and its client that we rely on, in the installed version."""

from annotationlib import Format
import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
import importlib
import inspect
import json
from pathlib import Path
from typing import Any

from homeassistant.components.matter.adapter import MatterAdapter
from homeassistant.components.matter.helpers import MatterEntryData
from matter_server.client import MatterClient
from matter_server.client.models.node import MatterEndpoint, MatterNode
from matter_server.common.models import (
    APICommand,
    EventType,
    MatterNodeData,
    MatterNodeEvent,
    ServerDiagnostics,
    ServerInfoMessage,
)
import pytest

from custom_components.aqara_lock.domain.diagnosis.reasoning import CORE_ISSUES

from .repository import INTEGRATION

PRIVATE = ("homeassistant.components.matter", "matter_server", "chip")
REQUIRED = inspect.Parameter.empty

CALLS: dict[str, tuple[bool, dict[str, Any]]] = {
    "subscribe_events": (
        False,
        {
            "callback": REQUIRED,
            "event_filter": None,
            "node_filter": None,
            "attr_path_filter": None,
        },
    ),
    "get_nodes": (False, {}),
    "get_node": (False, {"node_id": REQUIRED}),
    "send_device_command": (
        True,
        {
            "node_id": REQUIRED,
            "endpoint_id": REQUIRED,
            "command": REQUIRED,
            "timed_request_timeout_ms": None,
            "interaction_timeout_ms": None,
        },
    ),
    "get_diagnostics": (True, {}),
    "ping_node": (True, {"node_id": REQUIRED}),
    "get_matter_fabrics": (True, {"node_id": REQUIRED}),
    "refresh_attribute": (True, {"node_id": REQUIRED, "attribute_path": REQUIRED}),
    "read_attribute": (True, {"node_id": REQUIRED, "attribute_path": REQUIRED}),
    "write_attribute": (
        True,
        {"node_id": REQUIRED, "attribute_path": REQUIRED, "value": REQUIRED},
    ),
    "get_node_ip_addresses": (
        True,
        {"node_id": REQUIRED, "prefer_cache": True, "scoped": False},
    ),
    "commission_with_code": (True, {"code": REQUIRED, "network_only": False}),
}
"""Method of MatterClient → is a coroutine, the parameters that we pass and their defaults."""


def _modules() -> list[Path]:
    return sorted(INTEGRATION.rglob("*.py"))


def _imports(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yield (module, name) of every absolute import; name is None for `import module`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def _is_private(module: str, name: str | None) -> bool:
    full = f"{module}.{name}" if name else module
    return any(full == root or full.startswith(f"{root}.") for root in PRIVATE)


def _private_imports() -> list[tuple[str, str | None]]:
    found = {
        item for path in _modules() for item in _imports(path) if _is_private(*item)
    }
    return sorted(found, key=str)


def test_only_the_matter_package_knows_core_s_matter() -> None:
    strangers = [
        path.relative_to(INTEGRATION).as_posix()
        for path in _modules()
        if path.parent.name != "matter"
        and any(_is_private(*item) for item in _imports(path))
    ]
    assert strangers == []


@pytest.mark.parametrize(("module", "name"), _private_imports())
def test_imported_name_exists(module: str, name: str | None) -> None:
    imported = importlib.import_module(module)
    if name is not None and not hasattr(imported, name):
        importlib.import_module(f"{module}.{name}")


@pytest.mark.parametrize("name", CALLS)
def test_client_method(name: str) -> None:
    is_coroutine, parameters = CALLS[name]
    method = getattr(MatterClient, name)
    signature = inspect.signature(method).parameters
    found = {name: signature[name].default for name in parameters if name in signature}
    assert inspect.iscoroutinefunction(method) is is_coroutine
    assert found == parameters


@pytest.mark.parametrize("name", CALLS)
def test_client_method_asks_for_nothing_else(name: str) -> None:
    signature = inspect.signature(getattr(MatterClient, name)).parameters
    required = {key for key, item in signature.items() if item.default is REQUIRED}
    assert required - {"self"} <= set(CALLS[name][1])


def _calls() -> Iterator[tuple[str, set[str]]]:
    """Yield (method, keywords) of every call of what may be a method of MatterClient."""
    # `read` is not in every client, and has a test of its own.
    public = {name for name in dir(MatterClient) if not name.startswith("_")}
    methods = public - {"read"}
    for path in (INTEGRATION / "matter").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute) and node.func.attr in methods:
                yield node.func.attr, {key.arg for key in node.keywords if key.arg}


def test_every_call_of_the_client_is_known_here() -> None:
    found = list(_calls())
    assert found
    known = {name: set(parameters) for name, (_, parameters) in CALLS.items()}
    assert [call for call in found if not call[1] <= known.get(call[0], set())] == []
    assert {name for name, _ in found} - known.keys() == set()


def test_read_takes_an_event_minimum_where_it_exists() -> None:
    """Clients before schema 14 have no `read`; then the back-fill has to do without."""
    read = getattr(MatterClient, "read", None)
    parameters = {} if read is None else inspect.signature(read).parameters
    assert set(parameters) >= {"node_id", "event_paths", "event_min"} or read is None
    assert (read is None) is not hasattr(APICommand, "READ")


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (
            MatterNodeEvent,
            {
                "node_id",
                "endpoint_id",
                "cluster_id",
                "event_id",
                "event_number",
                "priority",
                "timestamp",
                "timestamp_type",
                "data",
            },
        ),
        (
            ServerInfoMessage,
            {"fabric_id", "compressed_fabric_id", "schema_version", "sdk_version"},
        ),
        (ServerDiagnostics, {"info", "nodes", "events"}),
        (
            MatterNodeData,
            {"node_id", "attributes", "date_commissioned", "last_interview"},
        ),
        (MatterEntryData, {"adapter"}),
    ],
)
def test_model_has_the_fields(model: type, names: set[str]) -> None:
    assert is_dataclass(model)
    assert names <= {field.name for field in fields(model)}


def test_adapter_keeps_the_client() -> None:
    signature = inspect.signature(
        MatterAdapter.__init__, annotation_format=Format.FORWARDREF
    )
    assert "matter_client" in signature.parameters


def test_client_says_what_server_it_has() -> None:
    assert isinstance(inspect.getattr_static(MatterClient, "server_info"), property)


@pytest.mark.parametrize("name", ["available", "endpoints", "is_bridge_device"])
def test_node_property(name: str) -> None:
    known = dir(MatterNode) + list(inspect.get_annotations(MatterNode))
    assert name in known or f"self.{name}" in inspect.getsource(MatterNode.__init__)


@pytest.mark.parametrize("name", ["clusters", "device_info", "has_cluster"])
def test_endpoint_attribute(name: str) -> None:
    source = inspect.getsource(MatterEndpoint.__init__)
    assert hasattr(MatterEndpoint, name) or f"self.{name}" in source


@pytest.mark.parametrize(
    "name",
    ["NODE_ADDED", "NODE_UPDATED", "NODE_REMOVED", "ATTRIBUTE_UPDATED", "NODE_EVENT"],
)
def test_event_type(name: str) -> None:
    assert hasattr(EventType, name)


def test_core_has_the_repairs_that_ours_step_back_for() -> None:
    folder = Path(inspect.getfile(MatterAdapter)).parent
    known = json.loads((folder / "strings.json").read_text())["issues"]
    assert frozenset().union(*CORE_ISSUES.values()) <= set(known)
