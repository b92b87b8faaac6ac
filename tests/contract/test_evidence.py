"""Every fact of the evidence is read where causes are told apart."""

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
import inspect
from typing import Final

import pytest

from custom_components.aqara_lock.domain.diagnosis import evidence

from .source import sources

READERS: Final = ("domain/diagnosis/", "network/host/advertisements.py")
"""Where rules are, and where the counter of announcements is compared with earlier ones."""


def _facts() -> Iterator[str]:
    types = (getattr(evidence, name) for name in evidence.__all__)
    for item in types:
        if inspect.isclass(item) and is_dataclass(item):
            if item.__module__.startswith(evidence.__name__):
                yield from (f"{item.__name__}.{x.name}" for x in fields(item))


def _read() -> set[str]:
    return {
        node.attr
        for source in sources()
        if source.name.startswith(READERS)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


READ: Final = _read()


@pytest.mark.parametrize("fact", sorted(_facts()))
def test_fact_is_read(fact: str) -> None:
    _, _, name = fact.partition(".")
    assert name in READ, "a fact that no rule reads is not evidence"
