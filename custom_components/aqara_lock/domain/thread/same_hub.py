"""Which Matter bridge and which border router are one and the same hub, by their addresses."""

from collections import Counter
from collections.abc import Iterable, Mapping

from ..addresses import unscoped


def same_hubs(
    routers: Mapping[str, Iterable[str]],
    bridges: Mapping[str, Iterable[str]],
    foreign: Iterable[str] = (),
) -> dict[str, str]:
    """Pair routers with bridges that share an address; gives bridge by router.

    `foreign` addresses prove nothing, such as those of this host, where several programs
    share them. A router or bridge with two equally good partners gets none.
    """
    ignored = {*map(unscoped, foreign)}
    shared = Counter(
        {
            (router, bridge): count
            for router, own in routers.items()
            for bridge, theirs in bridges.items()
            if (count := _shared(own, theirs, ignored))
        }
    )
    return {
        router: bridge
        for (router, bridge), count in shared.items()
        if _is_best(shared, (router, bridge), count)
    }


def _shared(one: Iterable[str], other: Iterable[str], ignored: set[str]) -> int:
    return len(({*map(unscoped, one)} & {*map(unscoped, other)}) - ignored)


def _is_best(
    shared: Mapping[tuple[str, str], int], pair: tuple[str, str], count: int
) -> bool:
    rivals = [
        rival
        for other, rival in shared.items()
        if other != pair and (other[0] == pair[0] or other[1] == pair[1])
    ]
    return count > max(rivals, default=0)
