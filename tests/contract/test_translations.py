"""translations/en.json against the source: nothing that is used is missing, nothing there is unused."""

import ast
from collections.abc import Iterator
from enum import StrEnum
import re
from typing import Any

import pytest

from custom_components.aqara_lock.domain.attribution import Confidence, Method
from custom_components.aqara_lock.domain.diagnosis.rules import RULES, Severity

from .entities import Kind, entity_texts, kind_of
from .flows import flow_needs, made_steps, schema_keys, step_methods, subentry_flows
from .repository import DOMAIN, INTEGRATION, optional, translations
from .source import (
    Source,
    called,
    enums,
    every_string,
    is_used,
    key_patterns,
    keyword,
    keywords,
    sources,
)

SECTIONS = {
    "common",
    "conditions",
    "config",
    "config_subentries",
    "device",
    "entity",
    "exceptions",
    "issues",
    "options",
    "selector",
    "services",
    "system_health",
    "title",
    "triggers",
}
FRAMEWORK = {
    "already_configured",
    "already_in_progress",
    "reconfigure_successful",
    "reauth_successful",
}
"""Keys that Home Assistant itself uses in an integration's flows."""
NEXT = {
    "config_subentries.lock": "next",
    "config_subentries.person": "next_person",
}
"""What the lists of a flow's pages are called, by its section."""
WITH_A_NAME = {"user.options.found", "user.options.resume"}
"""Entries that name a lock or a place, and are put into words when they are shown."""
LONGEST_ENTRY = 34
"""Characters of an entry that a dialog shows in full at 390 px."""
YES_OR_NO = {"binary_sensor.responsive.state_attributes.checking"}
"""Attributes that are true or false."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")
HIDDEN_MENU = re.compile(r"Matter menu|[Ii]nterview device|[Mm]anage fabrics")
"""Home Assistant's Matter menu: not there for a lock that is away or under its hub."""


def _dig(content: Any, path: str) -> Any:
    for part in path.split("."):
        content = content.get(part, {}) if isinstance(content, dict) else {}
    return content


def _leaves(content: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield (dotted path, text)."""
    if isinstance(content, str):
        yield ".".join(path), content
        return
    for key, value in content.items():
        yield from _leaves(value, (*path, key))


def _keyed_calls(kind: Kind) -> Iterator[tuple[Source, ast.Call, str]]:
    """Yield every call that passes a constant `translation_key` of this kind."""
    for source in sources():
        for call in source.calls():
            if kind_of(call) is kind:
                for key in source.strings(keyword(call, "translation_key")):
                    yield source, call, key


def _used(kind: Kind) -> set[str]:
    return {key for _, _, key in _keyed_calls(kind)}


def test_sections_are_known() -> None:
    assert set(translations()) <= SECTIONS


def test_texts_say_something() -> None:
    assert [path for path, text in _leaves(translations()) if not text.strip()] == []


def test_no_reference_that_only_core_resolves() -> None:
    """`[%key:…%]` is filled in by core's build, which custom integrations do not have."""
    assert [path for path, text in _leaves(translations()) if "[%" in text] == []


def test_nothing_that_only_looks_like_a_placeholder() -> None:
    for path, text in _leaves(translations()):
        rest = PLACEHOLDER.sub("", text)
        assert "{" not in rest, path
        assert "}" not in rest, path


def test_nothing_that_only_looks_like_a_tag() -> None:
    """The frontend shows "UNCLOSED_TAG" instead of a text with an opening bracket."""
    assert [path for path, text in _leaves(translations()) if "<" in text] == []


def test_no_finding_sends_to_a_menu_that_is_hidden() -> None:
    """Who has the finding has no menu: the device is under a hub, or the lock away."""
    texts = translations()
    sections = {key: texts[key] for key in ("exceptions", "issues")}
    assert [path for path, text in _leaves(sections) if HIDDEN_MENU.search(text)] == []


def test_no_placeholder_is_quoted_away() -> None:
    """An apostrophe right before a brace makes the frontend show what stands in it."""
    assert [path for path, text in _leaves(translations()) if "'{" in text] == []


def test_entities_were_found() -> None:
    """Guards the reader of the source: an integration without entities proves nothing."""
    assert {platform for platform, _ in entity_texts()} >= {"event", "lock"}


def test_every_entity_has_its_name() -> None:
    entities = translations().get("entity", {})
    missing = [
        f"{platform}.{key}"
        for (platform, key), texts in entity_texts().items()
        if texts.has_name and not _dig(entities, f"{platform}.{key}.name")
    ]
    assert missing == [], "add entity.<platform>.<key>.name to translations/en.json"


def test_every_state_has_its_text() -> None:
    entities = translations().get("entity", {})
    for (platform, key), texts in entity_texts().items():
        states = _dig(entities, f"{platform}.{key}.state")
        assert texts.states <= set(states), (
            f"add them to entity.{platform}.{key}.state in translations/en.json"
        )
        assert not texts.states or set(states) <= texts.states, f"{platform}.{key}"


def test_every_event_type_has_its_text() -> None:
    entities = translations().get("entity", {})
    for (platform, key), texts in entity_texts().items():
        path = f"{platform}.{key}.state_attributes.event_type.state"
        assert texts.event_types <= set(_dig(entities, path)), f"{platform}.{key}"


def test_no_state_text_is_unused() -> None:
    """Where the states are known only at run time, each must at least stand in the source."""
    known = {state for texts in entity_texts().values() for state in texts.states}
    # What a cluster numbers is public by its name.
    known |= {member.name.lower() for kind in enums() for member in kind}
    known |= {"on", "off"}
    for path, _ in _leaves(translations().get("entity", {})):
        place, is_state, state = path.rpartition(".state.")
        if is_state and place not in YES_OR_NO:
            assert state in known | every_string(), path


ONE_LIST: dict[type[StrEnum], tuple[str, ...]] = {
    Method: (
        "entity.event.activity.state_attributes.method.state",
        "entity.sensor.last_locked_by.state_attributes.how.state",
        "entity.sensor.last_unlocked_by.state_attributes.how.state",
        "selector.method.options",
    ),
    Confidence: (
        "entity.event.activity.state_attributes.confidence.state",
        "selector.confidence.options",
    ),
}
"""Where the words for one thing stand: they are the same in all places."""


@pytest.mark.parametrize("kind", ONE_LIST)
def test_one_thing_has_one_word(kind: type[StrEnum]) -> None:
    lists = [_dig(translations(), path) for path in ONE_LIST[kind]]
    assert set(lists[0]) == {member.value for member in kind}
    assert all(words == lists[0] for words in lists)


def test_every_yes_or_no_attribute_has_its_texts() -> None:
    """The frontend asks for them by the words of JSON."""
    entities = translations().get("entity", {})
    for path in YES_OR_NO:
        assert set(_dig(entities, f"{path}.state")) == {"true", "false"}, path


def test_no_entity_text_is_unused() -> None:
    known = {key for _, key in entity_texts()} | every_string()
    for platform, keys in translations().get("entity", {}).items():
        assert (INTEGRATION / f"{platform}.py").exists()
        assert set(keys) <= known, platform


@pytest.mark.parametrize("kind", ["step", "error", "abort", "progress"])
def test_every_flow_key_has_its_text(kind: str) -> None:
    texts = translations()
    for section, needs in flow_needs().items():
        missing = needs[kind] - set(_dig(texts, f"{section}.{kind}"))
        assert missing <= FRAMEWORK - {"already_configured"}, f"{section}.{kind}"


def test_every_menu_option_has_its_text() -> None:
    texts = translations()
    for section, needs in flow_needs().items():
        missing = {
            key for key in needs["menu"] if not _dig(texts, f"{section}.step.{key}")
        }
        assert missing == set(), f"add them to {section}.step in translations/en.json"


def test_everything_that_is_next_has_its_text() -> None:
    texts = translations()["selector"]
    for section, prefix in NEXT.items():
        needs = flow_needs()[section]
        missing = {x for x in needs["next"] if not _dig(texts, f"{prefix}_{x}")}
        assert missing <= WITH_A_NAME, "add them to selector in translations/en.json"


def test_what_is_next_was_found() -> None:
    """Guards the reader of the source: steps that are made, and steps that are methods."""
    assert {
        "share.options.commission",
        "share.options.where_am_i",
        "arrived.options.share",
        "term.options.glossary",
    } <= flow_needs()["config_subentries.lock"]["next"]


def test_everything_that_is_next_is_a_step() -> None:
    known = step_methods()
    for key, texts in _lists_of_what_is_next():
        assert set(texts) <= known, key


def test_every_list_goes_back_and_belongs_to_a_page() -> None:
    for key, texts in _lists_of_what_is_next():
        assert texts.get("back") == "Back", key
    for section, prefix in NEXT.items():
        steps = _dig(translations(), f"{section}.step")
        shown = {f"{prefix}_{x}" for x, page in steps.items() if "data" in page}
        assert shown <= set(translations()["selector"])
        assert all("next" in page["data"] for page in steps.values() if "data" in page)


def test_no_text_of_a_menu_or_a_list_is_cut_on_a_phone() -> None:
    menus = {
        f"{path}.{key}": text
        for path, texts in _forms()
        for key, text in texts.get("menu_options", {}).items()
    }
    lists = {
        f"{key}.{option}": text
        for key, texts in _lists_of_what_is_next()
        for option, text in texts.items()
    }
    pages = _dig(translations(), "selector.settings_page.options")
    every = menus | lists | pages
    assert every
    assert {key: x for key, x in every.items() if len(x) > LONGEST_ENTRY} == {}


def _next_keys() -> list[str]:
    return [key for key, _ in _lists_of_what_is_next()]


def _lists_of_what_is_next() -> Iterator[tuple[str, dict[str, str]]]:
    for key, texts in translations()["selector"].items():
        if key.startswith("next_"):
            yield key, texts["options"]


def test_a_made_step_shows_itself() -> None:
    assert {(name, step) for name, step in made_steps() if name != step} == set()
    assert made_steps()


@pytest.mark.parametrize("kind", ["step", "error", "abort", "progress"])
def test_no_flow_key_is_unused(kind: str) -> None:
    known = every_string() | FRAMEWORK | step_methods()
    for section in ("config", "options", *_subentry_sections()):
        keys = set(_dig(translations(), f"{section}.{kind}"))
        assert keys <= known, f"{section}.{kind}"


def _subentry_sections() -> list[str]:
    return [f"config_subentries.{name}" for name in subentry_flows()]


def test_subentry_types() -> None:
    types = translations().get("config_subentries", {})
    assert set(types) == set(subentry_flows())
    for name, texts in types.items():
        assert texts.get("entry_type"), name
        assert texts.get("initiate_flow", {}).get("user"), name


def _forms() -> Iterator[tuple[str, dict[str, Any]]]:
    for section in ("config", "options", *_subentry_sections()):
        for step, texts in _dig(translations(), f"{section}.step").items():
            yield f"{section}.{step}", texts
            for name, part in texts.get("sections", {}).items():
                yield f"{section}.{step}.{name}", part
    for issue, repair in translations()["issues"].items():
        for step, texts in _dig(repair, "fix_flow.step").items():
            yield f"issues.{issue}.{step}", texts


def test_every_field_has_label_and_explanation() -> None:
    for path, texts in _forms():
        # The text of the page explains what is next.
        fields = set(texts.get("data", {})) - {"next"}
        assert fields == set(texts.get("data_description", {})), path


def test_fields_are_those_of_the_schemas() -> None:
    labelled = {
        key
        for _, texts in _forms()
        for part in ("data", "sections")
        for key in texts.get(part, {})
    }
    assert schema_keys() <= labelled
    assert labelled <= schema_keys() | every_string()


@pytest.mark.parametrize(
    "kind", [Kind.EXCEPTION, Kind.ISSUE, Kind.SELECTOR, Kind.DEVICE]
)
def test_every_translation_key_has_its_text(kind: Kind) -> None:
    assert _used(kind) - set(translations().get(kind, {})) == set()


@pytest.mark.parametrize(
    "kind", [Kind.EXCEPTION, Kind.ISSUE, Kind.SELECTOR, Kind.DEVICE]
)
def test_no_translation_key_is_unused(kind: Kind) -> None:
    keys = set(translations().get(kind, {})) - _used(kind) - set(_next_keys())
    # The page alone shows the questions: tests/contract/test_frontend.py compares them.
    keys = {key for key in keys if not key.startswith(("faq_title_", "faq_text_"))}
    assert {key for key in keys if not is_used(key)} == set()


def test_keys_that_are_put_together_cover_an_enum() -> None:
    """`f"command_{failure}"` needs a text for every failure that there is."""
    names = {key for kind in Kind for key in translations().get(kind, {})}
    for item in key_patterns():
        parts = {found[1] for name in names if (found := item.fullmatch(name))}
        covered = [
            enum for enum in enums() if {member.value for member in enum} <= parts
        ]
        # The lists of the flows have a test of their own.
        of_flows = item.pattern.startswith("next")
        assert not parts or covered or of_flows, f"{item.pattern}: {sorted(parts)}"


@pytest.mark.parametrize("kind", [Kind.EXCEPTION, Kind.ISSUE])
def test_placeholders_are_those_that_are_passed(kind: Kind) -> None:
    for source, call, key in _keyed_calls(kind):
        given = keyword(call, "translation_placeholders")
        if given is not None and not isinstance(given, ast.Dict):
            continue
        if None in keywords(call):
            continue
        text = " ".join(text for _, text in _leaves(translations()[kind].get(key, {})))
        wanted = set(PLACEHOLDER.findall(text))
        assert wanted <= source.strings(given), f"{source.name}: {key}"


def test_an_exception_names_our_domain() -> None:
    for source, call, key in _keyed_calls(Kind.EXCEPTION):
        domain = keyword(call, "translation_domain")
        if called_as_error(call):
            assert source.strings(domain) == {DOMAIN}, f"{source.name}: {key}"


def called_as_error(call: ast.Call) -> bool:
    """Tell whether the call makes one of Home Assistant's exceptions."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name.endswith(("HomeAssistantError", "ValidationError", "NotReady"))


def test_an_issue_has_title_and_text_or_steps() -> None:
    for key, texts in translations().get("issues", {}).items():
        assert texts.get("title"), key
        assert ("description" in texts) is not ("fix_flow" in texts), key


def test_icons_belong_to_entities() -> None:
    icons = optional(INTEGRATION / "icons.json")
    known = set(entity_texts())
    for platform, keys in icons.get("entity", {}).items():
        for key in keys:
            assert (platform, key) in known, f"{platform}.{key}"


def test_icons_are_of_the_material_set() -> None:
    for path, icon in _leaves(optional(INTEGRATION / "icons.json")):
        assert re.fullmatch(r"mdi:[a-z0-9-]+", icon), path


def test_no_choice_of_a_form_is_written_in_the_source() -> None:
    """The words of a choice come from here, too: other languages have none of their own."""
    written = {
        f"{source.name}: {text}"
        for source in sources()
        for call in source.calls()
        if called(call) == "SelectOptionDict"
        for text in source.strings(keyword(call, "label"))
    }
    assert written == set()


def test_a_guest_and_a_person_get_a_code_in_the_same_words() -> None:
    flows = translations()["config_subentries"]
    person, guest = flows["person"]["step"], flows["guest"]["step"]
    assert {"code", "plan", "result"} <= set(guest)
    for step in ("code", "plan", "result"):
        assert person[step] == guest[step]
    assert person["access"]["sections"] == guest["user"]["sections"]


def test_a_silence_has_a_name_for_every_cause_that_it_may_have() -> None:
    """A lock falls silent by what is an error; what is less bad is no cause of that."""
    texts = translations()
    event = texts["entity"]["event"]["connection"]["state_attributes"]["cause"]
    errors = {rule.id for rule in RULES if rule.worst is Severity.ERROR}
    assert set(event["state"]) == errors, "entity.event.connection…cause.state"
    assert set(texts["selector"]["cause"]["options"]) == errors, "selector.cause"


def test_a_cause_has_one_name_wherever_it_is_shown() -> None:
    texts = translations()
    sensors = texts["entity"]["sensor"]
    known = sensors["diagnosis"]["state"]
    event = texts["entity"]["event"]["connection"]["state_attributes"]["cause"]
    for elsewhere in (
        sensors["network_diagnosis"]["state"],
        event["state"],
        texts["selector"]["cause"]["options"],
    ):
        assert {key: text for key, text in elsewhere.items() if key in known} == {
            key: text for key, text in known.items() if key in elsewhere
        }
