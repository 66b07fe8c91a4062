"""A kill at any moment leaves a workbook whole: as it was, or as it was to be."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.excel.features import features
from tests.excel.rich_corpus import drawn
from tests.excel.survival import NEW

from ramkoll.excel.scan import scan

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such kill")
@pytest.mark.parametrize("times", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_a_kill_at_any_moment_leaves_the_file_whole(tmp_path: Path, times: int) -> None:
    path = tmp_path / "605 Vård.xlsx"
    before = drawn()
    path.write_bytes(before)
    held, rng = features(before), random.Random(times)
    rounds = set()
    for _ in range(times):
        left = _killed(path, rng.uniform(0, 0.06))
        book = scan(path)
        sheet = book.sheet(NEW)
        assert sheet is not None
        # All of one round, and none of another.
        texts = {sheet.cell(row, 3).value for row in range(1, 400)}
        assert len(texts) == 1
        rounds |= texts
        now = features(path.read_bytes(), NEW)
        assert now == held
        # At most the one file that was being written is left, under the name that says whose it is.
        assert len(left) <= 1
        assert all(each.name.startswith(".ramkoll-") and each.suffix == ".tmp" for each in left)
        for each in left:
            each.unlink()
    assert len(rounds) > 1


def _killed(path: Path, seconds: float) -> list[Path]:
    """Let a process replace the file for so long, kill it, and say what else lies there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.excel.killed", str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "engine"), str(ROOT)))},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "igång\n"
    time.sleep(seconds)
    process.kill()
    process.wait()
    process.stdout.close()
    return [each for each in path.parent.iterdir() if each != path]
