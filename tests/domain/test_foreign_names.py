"""Names from outside, as a text may carry them."""

import re
import unicodedata

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.foreign_names import (
    CUT,
    LONGEST,
    foreign_name,
    visible,
)

LIVE = re.compile(
    r"(?<!\\)[\[\]`*~]|[<>]|&(?!lt;|gt;|amp;)(?=#|\w+;)|://|www\.\w|\w@\w"
)
"""Markup that would work: not escaped."""


@pytest.mark.parametrize(
    "name",
    [
        "Hub M100-A1B2",
        "AqaraHome-f8c4",
        "Wohnzimmer (oben)",
        "My_Home_1",
        "Tom & Jerry #2",
        "Ćwierć, №5: 100 %",
        "玄関のハブ",
    ],
)
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert foreign_name(name) == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("![x](http://e.example/p.png)", r"!\[x\](http\://e.example/p.png)"),
        ("[a](b)", r"\[a\](b)"),
        ("<ha-alert>x", "&lt;ha-alert&gt;x"),
        ("&lt;b&#62;", "&amp;lt;b&amp;#62;"),
        ("`a` *b* _c_ ~~d~~", r"\`a\` \*b\* \_c\_ \~\~d\~\~"),
        ("# head", r"\# head"),
        ("www.e.example", r"www\.e.example"),
        ("me@e.example", r"me\@e.example"),
        ("\\[a](b)", r"\\\[a\](b)"),
        ("two\r\nlines\u2028more\ttab", "two lines more tab"),
        ("right\u202eleft\u2066x\u200b", "rightleftx"),
        ("nul\0\x1b[31m", r"nul\[31m"),
        (" \u200b\n", "–"),
        ("", "–"),
    ],
)
def test_markup_and_what_cannot_be_seen(name: str, said: str) -> None:
    assert foreign_name(name) == said


def test_long_name_is_cut() -> None:
    assert foreign_name("x" * 32) == "x" * 32
    assert foreign_name("x" * 33) == "x" * 31 + CUT
    assert foreign_name("*" * 500) == r"\*" * 31 + CUT


@given(st.text())
def test_no_markup_works_and_nothing_is_hidden(name: str) -> None:
    said = foreign_name(name)
    assert LIVE.search(said.replace("\\\\", "")) is None
    assert not {c for c in said if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}
    seen = re.sub(r"\\(.)", r"\1", said)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        seen = seen.replace(entity, char)
    assert len(seen) <= LONGEST


@given(st.text())
def test_visible_name_is_one_line_and_settled(name: str) -> None:
    once = visible(name)
    assert visible(once) == once
    assert once == once.strip()
    assert len(once.splitlines()) <= 1
