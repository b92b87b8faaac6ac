"""Walks through a flow as far as it goes and looks at every page: does it say all it has to?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.data_entry_flow import FlowResultType

from custom_components.aqara_lock.flows.steps import BACK, CONF_NEXT

from .flow_steps import Flow

TEXTS: Final = Path("custom_components/aqara_lock/translations/en.json")
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
KEY: Final = re.compile(r"(?<![\w.])[a-z]+(?:_[a-z0-9]+)+(?!\w)")
"""What a sentence looks like that has no text: its key."""
NO_SENTENCE: Final = {"entity_id", "links"}
NO_KEYS: Final = {"accept_ra", "network_mode"}
MOST_PAGES: Final = 40

type Answer = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
type Page = tuple[str, tuple[str, ...]]
"""A menu and what it offers; that may depend on the way that led there."""
type Happen = Callable[[], Awaitable[None]]


def read_texts(section: str) -> dict[str, Any]:
    """Give the texts of a kind of flow."""
    found: dict[str, Any] = json.loads(TEXTS.read_text())
    for part in section.split("."):
        found = found[part]
    return found


@dataclass
class Crawler:
    """Follows every option of every menu; forms are filled in, progress is waited for.

    `begin` opens the dialog anew, `answers` has what is filled in by step, `happen` what
    happens while a step waits, `reset` puts the household back to where it was.
    """

    texts: dict[str, Any]
    begin: Callable[[], Awaitable[Flow]]
    answers: Mapping[str, Answer]
    reset: Happen
    shown: dict[str, set[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    progress: set[str] = field(default_factory=set)
    walked: set[tuple[Page, str]] = field(default_factory=set)
    ways: dict[Page, tuple[str, ...]] = field(default_factory=dict)

    async def crawl(self) -> None:
        """Begin again and again until no option is left that was not followed."""
        await self._walk(())
        while (way := self._unfinished()) is not None:
            await self._walk(way)

    def _unfinished(self) -> tuple[str, ...] | None:
        unfinished = (way for page, way in self.ways.items() if self._unwalked(page))
        return next(unfinished, None)

    def _unwalked(self, page: Page) -> str | None:
        # The way back leads to pages that were seen.
        onwards = (x for x in page[1] if x != BACK)
        return next((x for x in onwards if (page, x) not in self.walked), None)

    async def _walk(self, way: tuple[str, ...]) -> None:
        """Go a known way, and on from there while there is something new."""
        flow = await self._go_on(await self.begin())
        for option in way:
            flow = await self._go_on(await self._choose(flow, option))
        for _ in range(MOST_PAGES):
            if not is_choice(flow):
                break
            page = (flow.step, tuple(flow.choices))
            self.ways.setdefault(page, way)
            if (option := self._unwalked(page)) is None:
                break
            self.walked.add((page, option))
            way = (*way, option)
            flow = await self._go_on(await self._choose(flow, option))
        if is_choice(flow):
            flow.close()
        await self.reset()

    async def _go_on(self, flow: Flow) -> Flow:
        """Fill in and wait until a menu comes, or the end."""
        for _ in range(MOST_PAGES):
            self._look_at(flow)
            match flow.shown["type"]:
                case FlowResultType.FORM if not is_choice(flow):
                    await flow.fill(**self._answer(flow))
                case FlowResultType.SHOW_PROGRESS:
                    await flow.wait()
                case _:
                    return flow
        raise AssertionError(f"No end of forms at {flow.step}")

    async def _choose(self, flow: Flow, option: str) -> Flow:
        """Fill in what there is, and go on as wanted."""
        if flow.shown["type"] is FlowResultType.MENU:
            return await flow.choose(option)
        return await flow.fill(**{**self._answer(flow), CONF_NEXT: option})

    def _answer(self, flow: Flow) -> Mapping[str, Any]:
        answer = self.answers.get(flow.step, {})
        given = answer() if callable(answer) else answer
        return {**flow.presets, **given, CONF_NEXT: None}

    def _look_at(self, flow: Flow) -> None:
        kind = flow.shown["type"]
        if kind is FlowResultType.CREATE_ENTRY:
            self.ended.add("create_entry")
            return
        if kind is FlowResultType.ABORT:
            self.ended.add(flow.shown["reason"])
            check_placeholders(flow, [self.texts["abort"][flow.shown["reason"]]])
            return
        options = flow.offered if is_choice(flow) else []
        self.shown.setdefault(flow.step, set()).update(options)
        check_placeholders(flow, page_texts(self.texts, flow))
        if flow.waits:
            self.progress.add(flow.shown["progress_action"])


def is_choice(flow: Flow) -> bool:
    """Tell whether the page offers what is next."""
    kind = flow.shown["type"]
    return kind in (FlowResultType.MENU, FlowResultType.FORM) and flow.goes_on


def page_texts(texts: dict[str, Any], flow: Flow) -> list[str]:
    """Give every text of the page that is shown; fails where one is missing."""
    page = texts["step"][flow.step]
    found = [page["title"]]
    match flow.shown["type"]:
        case FlowResultType.MENU:
            found += [page["description"]]
            found += [page["menu_options"][option] for option in flow.choices]
        case FlowResultType.FORM:
            found += [page["description"], page.get("submit", "Submit")]
            fields = flow.fields if flow.shown["data_schema"] else []
            named = [x for x in fields if x in page.get("data", {})]
            assert [x for x in fields if x not in named] == dynamic(flow)
            found += [page["data"][name] for name in named]
            explained = [x for x in named if x != CONF_NEXT]
            found += [page["data_description"][name] for name in explained]
            if flow.goes_on:
                found += labels_of_next(flow)
            found += [texts["error"][error] for error in flow.errors.values()]
        case FlowResultType.SHOW_PROGRESS:
            found += [texts["progress"][flow.shown["progress_action"]]]
    return found


def dynamic(flow: Flow) -> list[str]:
    """List the fields whose name is their label: the users of a lock."""
    return [x for x in flow.fields if "user " in x.casefold()] if flow.fields else []


def labels_of_next(flow: Flow) -> list[str]:
    """Give the texts of the list of what is next: from the translations, or ready."""
    texts = read_texts("selector")[f"next_{flow.step}"]["options"]
    given = flow.labels(CONF_NEXT)
    assert {x for x in given if x not in texts and given[x] == x} == set()
    return [texts.get(key, label) for key, label in given.items()]


def check_placeholders(flow: Flow, texts: list[str]) -> None:
    """Check that all that is to be filled in is given, and that it says something."""
    given = dict(flow.shown.get("description_placeholders") or {})
    for text in texts:
        assert text.strip()
        wanted = set(PLACEHOLDER.findall(text))
        assert wanted <= set(given), (flow.shown, text)
    for name, value in given.items():
        assert value.strip(), (flow.shown, name)
        assert "{" not in value, (flow.shown, name)
        if name not in NO_SENTENCE:
            assert set(KEY.findall(value)) <= NO_KEYS, (flow.shown, name)
