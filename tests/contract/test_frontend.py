"""The module of the card: small, complete, and made of nothing that may go away."""

from collections.abc import Iterator
import json
from pathlib import Path
import re

import pytest

from custom_components.aqara_lock.domain.access import Means, Wish

from .repository import INTEGRATION, REPOSITORY, translations

MODULE = INTEGRATION / "frontend" / "aqara-lock.js"
SOURCES = sorted((REPOSITORY / "frontend" / "src").glob("*.js"))
MOST_BYTES = 90_000
STABLE = {"ha-card", "ha-icon", "ha-svg-icon", "ha-relative-time"}
"""Elements of Home Assistant's frontend that cards may rely on."""
ADDRESSES = {
    "http://www.w3.org",
    # Where the card picker links to.
    "https://github.com",
}
"""Names of XML, and links; nothing is asked there."""
REQUESTS = re.compile(
    r"\b(?:fetch\(|XMLHttpRequest|WebSocket\(|EventSource|sendBeacon|importScripts"
    r"|import\()|@import\b|url\(",
)
MADE = {
    "link_": {"home_assistant", "network", "hub", "lock"},
    "link_is_": {"ok", "warning", "error", "unknown"},
    "link_state_": {"ok", "warning", "error", "unknown"},
    "hub_": {"online", "offline", "unknown"},
    "tab_": {"today", "people", "health", "help"},
    "add_": {"guest", "member"},
    "kind_": {"guest", "member"},
    "means_": {means.value for means in Means},
    "wish_": {wish.value for wish in Wish},
    "plan_": {wish.value for wish in Wish},
    "option_": {
        "entity",
        "name",
        "path",
        "activity",
        "notices",
        "confirm",
        "rows",
        "navigation_path",
    },
    "helper_": {"entity"},
}
"""Keys that are put together, by what they begin with."""
ASKED = {f"{action}_question" for action in ("lock", "unlock", "open")}


def _source() -> str:
    return "\n".join(path.read_text() for path in SOURCES)


def _made() -> Iterator[str]:
    for start, ends in MADE.items():
        yield from (f"{start}{end}" for end in ends)
    yield from ASKED


def test_module_is_small() -> None:
    assert 10_000 < len(MODULE.read_bytes()) <= MOST_BYTES


def test_module_says_what_it_is_built_from() -> None:
    assert MODULE.read_text().startswith("// Built from frontend/src")


def test_module_asks_nobody_outside() -> None:
    text = MODULE.read_text()
    found = set(re.findall(r"(?:https?|wss?):/{2}[^/\"'` )]+", text))
    assert found <= ADDRESSES
    assert REQUESTS.findall(text) == []


def test_module_uses_stable_elements_only() -> None:
    """Others of Home Assistant's elements come and go with its releases."""
    tags = set(re.findall(r"\b(?:ha|hui|mwc|paper|md)-[a-z][a-z-]*", _html(_source())))
    assert tags <= STABLE
    shipped = set(
        re.findall(r"</?((?:ha|hui|mwc|paper|md)-[a-z-]+)", MODULE.read_text())
    )
    assert shipped <= STABLE
    assert "ha-card" in shipped


def _html(source: str) -> str:
    return "\n".join(re.findall(r"<[/a-z][^>]*", source))


def test_names_of_our_elements_are_ours() -> None:
    defined = re.findall(r'define\("([\w-]+)"', _source())
    assert len(defined) == len(set(defined)) > 5
    for name in defined:
        assert name.startswith(("aqara-lock-", "ll-strategy-"))
    used = set(re.findall(r"</?(aqara-lock-[\w-]+)", _source()))
    assert used <= set(defined)


def test_every_text_is_there_and_none_is_unused() -> None:
    texts = set(translations()["common"])
    source = _source()
    said = set(re.findall(r'\b_?(?:say|textOf)\((?:\w+, )?"(\w+)"', source))
    # The glossary has texts of its own, which the flows show.
    said -= {"title", "text"}
    assert said | set(_made()) <= texts
    quoted = set(re.findall(r'"(\w+)"', source))
    assert texts - quoted - set(_made()) == set()


@pytest.mark.parametrize("start", MADE)
def test_what_is_put_together_is_in_the_source(start: str) -> None:
    assert f"`{start}${{" in _source() or f".{start}${{" in _source()


@pytest.mark.parametrize(("of", "name"), [("glossary", "WORDS"), ("faq", "QUESTIONS")])
def test_every_text_of_the_help_is_on_the_page(of: str, name: str) -> None:
    keys = translations()["exceptions"]
    for part in ("title", "text"):
        start = f"{of}_{part}_"
        words = {key.removeprefix(start) for key in keys if key.startswith(start)}
        listed = re.search(rf"const {name} = \[(.*?)\]", _source(), re.DOTALL)
        assert listed is not None
        assert set(re.findall(r'"(\w+)"', listed[1])) == words


def test_no_text_is_written_in_the_source() -> None:
    """What a user reads comes from the translations; the frontend's lists cannot wait."""
    for path in SOURCES:
        if path.name == "main.js":
            continue
        text = re.sub(r"\$\{[^}]*\}", "", path.read_text())
        assert re.findall(r"(?<!=)>\s*([A-Z][a-z]+ [a-z][\w ]+)<", text) == [], path


def test_tools_are_pinned_and_locked() -> None:
    folder = REPOSITORY / "frontend"
    package = json.loads((folder / "package.json").read_text())
    assert "dependencies" not in package
    for version in package["devDependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    lock = json.loads((folder / "package-lock.json").read_text())
    assert lock["packages"][""]["devDependencies"] == package["devDependencies"]


def test_page_is_where_the_links_lead() -> None:
    page = (INTEGRATION / "frontend" / "page.py").read_text()
    path = re.search(r'PAGE_PATH: Final = "([\w-]+)"', page)
    element = re.search(r'ELEMENT: Final = "([\w-]+)"', page)
    assert path is not None
    assert element is not None
    assert f'href="/{path[1]}/${{tab}}"' in _source()
    assert f'define("{element[1]}"' in _source()


def test_release_ships_the_module_and_not_its_source() -> None:
    assert not list(Path(INTEGRATION).rglob("package.json"))
