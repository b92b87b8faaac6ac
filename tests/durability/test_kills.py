"""A few kills with every test; many more by hand: `scripts/durability`."""

from pathlib import Path

import pytest

from .kills import Kills

KILLS = 12


@pytest.mark.parametrize(
    ("seed", "clocks", "disks"), [(1, False, False), (2, True, False), (3, False, True)]
)
def test_kill_loses_nothing_that_was_told(
    tmp_path: Path, seed: int, clocks: bool, disks: bool
) -> None:
    kills = Kills(tmp_path, seed, clocks=clocks, disks=disks)
    count = kills.run(KILLS)
    assert count.told > 0
    # How long anything else waits is a matter of real seconds: the command judges that.
    assert not (count.lost or count.redated or count.doubled), str(count)
    assert count.early == 0, str(count)
