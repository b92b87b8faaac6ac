"""How long what is measured took, by scenario and kind of Matter server."""

from collections import defaultdict

from tests.rig.rig import Rig

_MEASURED: dict[str, dict[str, float]] = defaultdict(dict)


def measured(rig: Rig, scenario: str, seconds: float) -> None:
    """Take one measurement; of several of one scenario the longest counts."""
    server = str(rig.controller.info.get("sdk_version", rig.software))
    known = _MEASURED[scenario]
    known[server] = max(known.get(server, 0), seconds)
    print(f"{server}: {scenario}: {seconds:.1f} s")


def table() -> list[str]:
    """Return the lines of a Markdown table; empty when nothing was measured."""
    servers = sorted({server for row in _MEASURED.values() for server in row})
    if not servers:
        return []
    rows = [_row(scenario, servers) for scenario in _MEASURED]
    head = f"| seconds | {' | '.join(servers)} |"
    return [head, "|---" * (len(servers) + 1) + "|", *rows]


def _row(scenario: str, servers: list[str]) -> str:
    found = _MEASURED[scenario]
    cells = (f"{found[name]:.1f}" if name in found else "–" for name in servers)
    return f"| {scenario} | {' | '.join(cells)} |"
