"""The table in docs/attribution.md of what a lock says, written by scripts/make_attribution_table."""

from tests.rig.paths import REPOSITORY
from tests.rig.software import DEFAULT_SOFTWARE, Software

from . import seen

PAGE = REPOSITORY / "docs" / "attribution.md"
BEGIN = "<!-- attribution table: begin -->"
END = "<!-- attribution table: end -->"
LOCKS = {"u400": "A lock that tells (U400)", "u200": "A lock that does not (U200)"}


def table(software: Software = DEFAULT_SOFTWARE) -> str:
    """Return the table of what was seen with one kind of Matter server.

    Raises FileNotFoundError when a lock was never looked at.
    """
    rows = {profile: seen.load(software, profile) for profile in LOCKS}
    head = " | ".join(LOCKS.values())
    lines = [f"| How | {head} |", "|---" * (len(LOCKS) + 1) + "|"]
    for label in rows["u400"]:
        cells = " | ".join(_cell(rows[profile].get(label)) for profile in LOCKS)
        lines.append(f"| {label} | {cells} |")
    return "\n".join(lines)


def _cell(row: dict[str, str] | None) -> str:
    if row is None:
        return "–"
    how = row["method"].replace("_", " ")
    return f"{row['who']} · {how} · *{row['confidence']}*"


def block_in(text: str) -> str | None:
    """Return the table in a text; None when it has no place for one."""
    if BEGIN not in text or END not in text:
        return None
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def with_table(text: str) -> str:
    """Return the text with the table; raises ValueError when it has no place for it."""
    if block_in(text) is None:
        raise ValueError(f"no lines {BEGIN!r} and {END!r}")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Write the table into the page."""
    PAGE.write_text(with_table(PAGE.read_text()))


if __name__ == "__main__":
    main()
