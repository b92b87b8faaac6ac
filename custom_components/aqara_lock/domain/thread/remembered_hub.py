"""Hubs of an earlier look: which of them nobody announces now, and which came back as another."""

from collections.abc import Iterable
from dataclasses import replace

from .border_router import BorderRouter


def find_again(
    router: BorderRouter, among: Iterable[BorderRouter]
) -> BorderRouter | None:
    """Find a hub by its id, else by its name, which outlives a reset and an update."""
    every = list(among)
    same = [item for item in every if item.id == router.id]
    named = [item for item in every if item.instance == router.instance]
    return next(iter(same or named), None)


def unannounced(
    remembered: Iterable[BorderRouter], announced: Iterable[BorderRouter]
) -> tuple[BorderRouter, ...]:
    """Give the hubs that are announced no more, each with the addresses it may still have.

    An address that another hub has now would answer for the wrong one.
    """
    now = list(announced)
    taken = {address for router in now for address in router.addresses}
    missing = (router for router in remembered if find_again(router, now) is None)
    return tuple(_without(router, taken) for router in missing)


def _without(router: BorderRouter, taken: set[str]) -> BorderRouter:
    left = tuple(address for address in router.addresses if address not in taken)
    return replace(router, addresses=left)
