"""The demo: what it takes from the product without importing it."""

import subprocess
import sys

from custom_components.aqara_lock.domain.connectivity import QUIET_START
from tests.rig.demo import serve

from .repository import REPOSITORY

FOREIGN = """
import sys
import tests.rig.demo.__main__
print([x for x in ("homeassistant", "custom_components") if x in sys.modules])
"""


def test_the_demo_waits_for_the_quiet_start_of_the_product() -> None:
    assert QUIET_START.total_seconds() == serve.QUIET_START


def test_a_scene_does_not_wait_for_imports_of_home_assistant() -> None:
    """They take seconds, and complain of what a machine does not have."""
    found = subprocess.run(
        [sys.executable, "-c", FOREIGN],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout == "[]\n"
