"""Workbooks damaged at random are written into whole, or refused with nothing done."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from tests.excel.graft_fuzz import broken_rule, damaged

ROOT = Path(__file__).parent.parent.parent
SECONDS = 30


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="memory is capped as Unix does")
@pytest.mark.parametrize("seed", ["1", "by chance"])
@pytest.mark.parametrize("level", ["zip", "xml", "any"])
def test_a_damaged_workbook_is_written_into_whole_or_refused(level: str, seed: str) -> None:
    number = seed if seed.isdecimal() else str(random.SystemRandom().randrange(10**9))
    done = subprocess.run(
        [sys.executable, "-m", "tests.excel.graft_fuzz", level, number, str(SECONDS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "engine"), str(ROOT)))},
        capture_output=True,
        text=True,
        timeout=SECONDS + 60,
    )
    # The seed and the case stand in what it printed.
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cases of" in done.stdout


@pytest.mark.parametrize("level", ["zip", "xml", "any"])
def test_some_damaged_workbooks_are_written_into_whole_or_refused(level: str) -> None:
    for number in range(8):
        name, data = damaged(level, 7, number)
        assert broken_rule(data) == "", f"{name}, case {number}"
