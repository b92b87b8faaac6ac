"""Changes samples the way that damage, other versions and attackers do; all from one seed."""

from collections.abc import Mapping
import math
from random import Random
from typing import Any, Final

NUMBERS: Final = (
    *(-1, 0, 1, 2, 3, 7, 8, 127, 128, 254, 255, 256, 0xFFFF, 0x10000),
    *(2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64),
    *(-(2**63), 10**30, 1_500_000_000_001, 253_402_300_800_000),
)
TEXTS: Final = (
    *("", " ", "0", "-1", "null", "None", "true", "nan", "1e999", "\x00"),
    *("ä", "ß", "İ", "\u202e", "٣", "²", "😀", "![x](http://e)", "%s{0}{x}", "a" * 300),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z"),
    *("2026-11-22T18:30:00", "2026-11-22T18:30:00+00:00", "e0.0.²", "é==", "AAAA"),
    *("fe80::1%eth0", "::ffff:1.2.3.4", "300.1.1.1", "fd00::/129", "0x1F", "1_000"),
)
OTHERS: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        False,
        0.5,
        math.nan,
        math.inf,
        -math.inf,
        [],
        {},
        [None],
        {"": None},
    ),
    *(b"", b"\xff\xfe", [[[[]]]], {"value": 0}),
)


class Mutator:
    """Makes one input from a sample."""

    def __init__(self, random: Random) -> None:
        """Take what decides."""
        self.random = random

    def changed(self, sample: Any) -> Any:
        """Return a sample with some changes anywhere in it; it stays as it is itself."""
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 3, 8))):
            sample = self._change(sample, 0)
        return sample

    def _change(self, value: Any, depth: int) -> Any:
        here = depth > 0 and self.random.random() < 0.12
        if here or not isinstance(value, Mapping | list | tuple) or not value:
            return self.other(value)
        if isinstance(value, Mapping):
            return self._in_mapping(dict(value), depth)
        found = self._in_list(list(value), depth)
        return tuple(found) if isinstance(value, tuple) else found

    def _in_mapping(self, value: dict[Any, Any], depth: int) -> dict[Any, Any]:
        key = self.random.choice(list(value))
        match self.random.randrange(10):
            case 0:
                del value[key]
            case 1:
                value[self.scalar(key)] = value.pop(key)
            case 2:
                value[key] = value[self.random.choice(list(value))]
            case _:
                value[key] = self._change(value[key], depth + 1)
        return {key: value[key] for key in value if _can_be_key(key)}

    def _in_list(self, value: list[Any], depth: int) -> list[Any]:
        place = self.random.randrange(len(value))
        match self.random.randrange(10):
            case 0:
                del value[place]
            case 1:
                value.insert(place, value[self.random.randrange(len(value))])
            case 2:
                self.random.shuffle(value)
            case 3:
                value += [value[place]] * self.random.choice((2, 40))
            case _:
                value[place] = self._change(value[place], depth + 1)
        return value

    def other(self, value: Any) -> Any:
        """Return something in place of a value: most often of its kind."""
        if self.random.random() < 0.25:
            return self.random.choice((*OTHERS, *NUMBERS, *TEXTS))
        if isinstance(value, bytes):
            return self.octets(value)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bool) or value is None:
            return self.random.choice((*OTHERS, *NUMBERS, *TEXTS))
        if isinstance(value, int):
            return self.number(value)
        return self.random.choice((*OTHERS, *NUMBERS))

    def scalar(self, value: Any) -> Any:
        """Return another key."""
        if isinstance(value, bytes):
            return self.octets(value)
        return self.text(str(value))

    def number(self, value: int) -> int:
        """Return another number: near it, or at an edge."""
        near = value + self.random.choice((-1, 1, 256, -256))
        availability_flipped = value ^ (1 << self.random.randrange(66))
        return self.random.choice(
            (near, availability_flipped, *self.random.sample(NUMBERS, 3))
        )

    def text(self, value: str) -> str:
        """Return another text: with a few letters changed, or a notorious one."""
        letters = list(value)
        for _ in range(self.random.choice((1, 1, 2, 5))):
            place = self.random.randrange(len(letters) + 1)
            match self.random.randrange(6):
                case 0 if letters:
                    del letters[place % len(letters)]
                case 1:
                    letters.insert(place, self.random.choice(TEXTS))
                case 2:
                    letters.insert(place, self._letter())
                case 3 if letters:
                    letters[place % len(letters)] = self._letter()
                case 4:
                    letters = letters[:place]
                case _:
                    letters = letters[:place] + letters[place // 2 :]
        return "".join(letters)[:5000]

    def _letter(self) -> str:
        if self.random.random() < 0.8:
            return chr(self.random.randrange(32, 127))
        return chr(self.random.choice((0, 9, 10, 13, 0xA0, 0x661, 0x2028, 0x1F600)))

    def octets(self, value: bytes) -> bytes:
        """Return other octets."""
        found = bytearray(value)
        for _ in range(self.random.choice((1, 1, 2, 8))):
            place = self.random.randrange(len(found) + 1)
            match self.random.randrange(5):
                case 0 if found:
                    found[place % len(found)] ^= 1 << self.random.randrange(8)
                case 1:
                    found.insert(place, self.random.randrange(256))
                case 2:
                    found = found[:place]
                case 3:
                    found = found[:place] + self.random.randbytes(4) + found[place:]
                case _:
                    found += found[: self.random.choice((1, 8, 300))]
        return bytes(found[:70_000])

    def packet(self, value: bytes) -> bytes:
        """Return another packet; one that is cut short often enough is refused at once."""
        found = value
        for _ in range(self.random.choice((0, 1, 1, 2, 4))):
            place = 12 + self.random.randrange(len(found))
            if self.random.random() < 0.8 and place < len(found):
                octet = bytes([self.random.randrange(256)])
                found = found[:place] + octet + found[place + 1 :]
            else:
                found = self.octets(found)
            found = found or value
        return found

    def lines(self, value: str) -> str:
        """Return another file of lines and columns."""
        rows = [row.split(" ") for row in value.split("\n")]
        found = self.changed(rows)
        return "\n".join(
            " ".join(str(cell) for cell in row) if isinstance(row, list) else str(row)
            for row in (found if isinstance(found, list) else [found])
        )


def _can_be_key(key: object) -> bool:
    return isinstance(key, str | bytes | int) or key is None
