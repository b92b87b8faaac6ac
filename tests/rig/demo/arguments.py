"""The command line of the demo."""

import argparse
import os
from typing import Any

from tests.rig.software import Software

SWITCHES = {
    "jam": "jam the bolt or free it",
    "hub": "plug the hub in or unplug it",
    "thread": "switch the hub's Thread interface",
    "ipv6": "switch IPv6 of the Home Assistant host",
    "route": "let the Home Assistant host take the route to the Thread network, or not",
    "lock-radio": "switch the lock's radio",
}
PROFILES = ("u400", "u200", "u200-085", "u300")
OF_A_LOCK = (
    "unlock",
    "lock",
    "code",
    "keypad",
    "clock",
    "wrong-code",
    "battery",
    "jam",
)
"""The commands that happen at one door."""
BY_USER = ("finger", "pin", "tag", "aliro")


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the command line; without a command it means `up`."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description="A whole home to play with."
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    _up(commands)
    commands.add_parser("down", help="end the demo")
    commands.add_parser("status", help="say how everything is")
    commands.add_parser("tour", help="play scenes for two minutes, with captions")
    _unlock(commands)
    _lock(commands)
    _code(commands)
    for name, text in SWITCHES.items():
        commands.add_parser(name, help=text).add_argument(
            "switch", choices=("on", "off")
        )
    wrong = commands.add_parser("wrong-code", help="enter a wrong code")
    wrong.add_argument("--times", type=int, default=1, metavar="N")
    battery = commands.add_parser(
        "battery", help="set the charge of the lock's battery"
    )
    battery.add_argument("percent", type=int, metavar="N")
    for name in (*OF_A_LOCK, "lock-radio"):
        commands.choices[name].add_argument(
            "--door", type=int, choices=(1, 2), default=1, help="which lock it is"
        )
    return parser.parse_args(argv or ["up"])


def scene_arguments(given: argparse.Namespace) -> dict[str, Any]:
    """Return what the scene takes."""
    found = {key: value for key, value in vars(given).items() if value is not None}
    found.pop("command")
    if "switch" in found:
        found["on"] = found.pop("switch") == "on"
    return found


def check(given: argparse.Namespace) -> str | None:
    """Say what is wrong with the command line, or None."""
    if given.command == "code" and not given.code.isdigit():
        return "--code takes digits"
    if given.command != "unlock":
        return None
    if given.method in BY_USER and given.user is None:
        return f"--{given.method} needs --user N"
    if given.method not in BY_USER and given.user is not None:
        return f"--{given.method} names no user"
    return None


def _up(commands: Any) -> None:
    up = commands.add_parser("up", help="start the demo (Ctrl-C ends it)")
    up.add_argument(
        "--detach", action="store_true", help="leave it running in the background"
    )
    up.add_argument("--profile", choices=PROFILES, default="u400", help="kind of lock")
    up.add_argument(
        "--locks",
        type=int,
        choices=(1, 2),
        default=2,
        help="how many locks there are; the second one is of another kind",
    )
    up.add_argument(
        "--bare",
        action="store_true",
        help="nobody lives there yet: no people, no history, no dashboard",
    )
    up.add_argument(
        "--controller",
        type=Software,
        choices=tuple(Software),
        default=os.environ.get("AQARA_LOCK_RIG_CONTROLLER") or Software.MATTERJS,
        help="the home's own Matter server: on matter.js, as owners have it, or python-matter-server",
    )
    up.add_argument(
        "--server",
        metavar="URL",
        default=os.environ.get("MATTER_SERVER_URL") or None,
        help="Matter server to use instead of an own one (or MATTER_SERVER_URL)",
    )
    up.add_argument("--ready-fd", type=int, help=argparse.SUPPRESS)


def _unlock(commands: Any) -> None:
    unlock = commands.add_parser("unlock", help="unlock at the door")
    unlock.add_argument("--user", type=int, metavar="N", help="user index in the lock")
    _methods(unlock, (*BY_USER, "hand"))


def _lock(commands: Any) -> None:
    _methods(commands.add_parser("lock", help="lock at the door"), ("hand", "auto"))


def _code(commands: Any) -> None:
    code = commands.add_parser("code", help="type a code at the keypad")
    code.add_argument("--code", required=True, metavar="DIGITS")
    code.add_argument(
        "--at",
        metavar="WHEN",
        help="what the clock on the wall shows meanwhile, such as 2026-12-24T18:00",
    )
    keypad = commands.add_parser("keypad", help="let the keypad sleep, or wake it")
    keypad.add_argument("keypad", choices=("asleep", "awake"))
    clock = commands.add_parser("clock", help="set the lock's own clock")
    how = clock.add_mutually_exclusive_group(required=True)
    how.add_argument("--right", action="store_const", const=0, dest="ahead")
    how.add_argument("--ahead", type=int, metavar="SECONDS")
    how.add_argument("--unset", action="store_true", default=None)


def _methods(parser: argparse.ArgumentParser, methods: tuple[str, ...]) -> None:
    group = parser.add_mutually_exclusive_group(required=True)
    for method in methods:
        group.add_argument(
            f"--{method}", dest="method", action="store_const", const=method
        )
