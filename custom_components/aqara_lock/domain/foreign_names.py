"""Names that come from outside, as a text may carry them.

mDNS, fabrics of other ecosystems and the users of a lock are named by others. Repairs,
dialogs and notifications render markdown and some HTML, so a name could be an image, a
link or an alert there. Names that the user gave to devices and persons stay as they are.
"""

import re
from typing import Final
import unicodedata

LONGEST: Final = 32
"""Characters of a name that a text carries."""
LONGEST_KEPT: Final = 64
"""Characters of a name that are kept: a state has 255, and no device needs half as many."""
CUT: Final = "…"

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories: control, format (bidi included), unassigned and line separators."""
_HTML: Final = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_MARKUP: Final = re.compile(
    r"""
      [\\`*~\[\]<>]          # code, emphasis, links, images, tags
    | (?<!\w)_ | _(?!\w)     # emphasis; inside of a word it is none
    | ^\#                    # a heading
    | &(?=\#|\w+;)           # an entity
    | :(?=//)                # an address that becomes a link of itself
    | (?<=\bwww)\.
    | (?<=\w)@(?=\w)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What begins markup, and nothing else: a text may be shown as it is, too."""


def visible(text: str) -> str:
    """Return a name on one line without control, format and bidi characters."""
    marked = "".join(" " if char.isspace() else char for char in text)
    seen = (char for char in marked if unicodedata.category(char) not in _INVISIBLE)
    return " ".join("".join(seen).split())


def kept_name(text: str) -> str:
    """Return a name from outside as it is kept, shown in states and compared: visible and cut."""
    return _cut(visible(text), LONGEST_KEPT)


def foreign_name(text: str) -> str:
    """Return a name from outside for a text: visible, cut, and escaped for markdown.

    Nothing of a name that is left empty can be said, so it is a dash.
    """
    return _MARKUP.sub(_escaped, _cut(visible(text), LONGEST)) or "–"


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else name[: longest - len(CUT)].rstrip() + CUT


def _escaped(found: re.Match[str]) -> str:
    return _HTML.get(found[0], f"\\{found[0]}")
