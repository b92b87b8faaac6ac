"""Print the packages that some core components of an unpacked Home Assistant need.

usage: component_requirements.py FOLDER [--defaults] COMPONENT...
FOLDER holds the package `homeassistant`, which is read, not imported. `--defaults` adds
what Home Assistant itself starts.
"""

import ast
import json
from pathlib import Path
import sys

START_SETS = {
    "DEFAULT_INTEGRATIONS",
    "CORE_INTEGRATIONS",
    "LOGGING_AND_HTTP_DEPS_INTEGRATIONS",
}


def strings(node: ast.AST) -> set[str]:
    """Return every string constant below a syntax node."""
    return {
        item.value
        for item in ast.walk(node)
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }


def default_components(package: Path) -> set[str]:
    """Return what Home Assistant starts without being asked."""
    tree = ast.parse((package / "bootstrap.py").read_text(encoding="utf-8"))
    found = strings(ast.parse((package / "generated/entity_platforms.py").read_text()))
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.targets[0].id in START_SETS:  # type: ignore[attr-defined]
            found |= strings(node.value)
    return found


def closure(package: Path, components: set[str]) -> set[str]:
    """Return the requirements of components and of what they depend on."""
    todo, seen, requirements = list(components), set[str](), set[str]()
    while todo:
        manifest = package / "components" / (name := todo.pop()) / "manifest.json"
        if name in seen or not manifest.exists():
            continue
        seen.add(name)
        content = json.loads(manifest.read_text(encoding="utf-8"))
        requirements.update(content.get("requirements", []))
        todo.extend(content.get("dependencies", []))
    return requirements


def main(folder: str, *arguments: str) -> None:
    """Print one requirement a line, sorted."""
    package = Path(folder) / "homeassistant"
    components = {name for name in arguments if name != "--defaults"}
    if "--defaults" in arguments:
        components |= default_components(package)
    print("\n".join(sorted(closure(package, components))))


main(*sys.argv[1:])
