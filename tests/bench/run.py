"""How fast the engine is, beside what the same machine needs for the bare minimum.

Single times mean little on a shared machine. Every figure is the median of interleaved rounds,
and what counts is the ratio to two yardsticks measured in the same rounds: two plain openpyxl
loads of the same files (formulas, then values: what most validators do), and unzipping and a bare
expat parse (the physical limit). Prints a table and writes tests/bench/RESULTS.md.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

import ironcalc
import openpyxl
from tests.pipeline.recalculate import by_libreoffice

from ramkoll.excel.scan import scan
from ramkoll.model.period import Period
from ramkoll.pipeline.consolidate import consolidate
from ramkoll.pipeline.distribute import distribute
from ramkoll.pipeline.stages import Stages
from ramkoll.store.layouts import load_layouts

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "workbooks" / "2024-08"
INPUTS = ROOT / "tests" / "data" / "2024-08" / "inputs"
RESULTS = Path(__file__).with_name("RESULTS.md")
MADE = datetime(2024, 9, 12, 8, 0)


def two_openpyxl_loads(files: list[Path]) -> None:
    """Formulas and cached values of every cell, the usual way: two loads."""
    for path in files:
        for data_only in (False, True):
            book = openpyxl.load_workbook(path, data_only=data_only)
            for sheet in book.worksheets:
                for row in sheet.iter_rows():
                    for cell in row:
                        _ = cell.value


def bare_limit(files: list[Path]) -> None:
    """Unzip every part and run an expat parser without handlers over the XML."""
    for path in files:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                data = package.read(name)
                if name.endswith((".xml", ".rels")):
                    expat.ParserCreate().Parse(data, True)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def peak_memory(command: list[str]) -> float:
    """The largest resident set of a command, in MB, as the operating system counted it."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    layouts = load_layouts()
    files = sorted(EXAMPLES.glob("*.xlsx"))
    stages: dict[str, list[float]] = {}
    whole: list[float] = []
    reading: list[float] = []
    spreading: list[float] = []
    plain: list[float] = []
    limit: list[float] = []
    recalculating: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)

        def one_run() -> None:
            counted = Stages()
            target = out / "rs.xlsx"
            consolidate(EXAMPLES, target, layouts, lambda *_: None, MADE, stages=counted)
            for name, seconds in counted.seconds.items():
                stages.setdefault(name, []).append(seconds)

        one_run()
        stages.clear()
        for _ in range(rounds):
            whole.append(timed(one_run))
            reading.append(timed(lambda: [scan(path) for path in files]))
            plain.append(timed(lambda: two_openpyxl_loads(files)))
            limit.append(timed(lambda: bare_limit(files)))
            spreading.append(
                timed(
                    lambda: distribute(INPUTS, Period(2024, 8), out / "w", layouts, lambda *_: None)
                )
            )
            recalculating.append(timed_recalculation(out / "rs.xlsx"))
        libreoffice = timed(lambda: by_libreoffice([out / "rs.xlsx"], out / "lo"))
        memory = peak_memory([sys.executable, "-m", "ramkoll", "demo", "--out", str(out)])
    figures = Figures(whole, reading, spreading, plain, limit, recalculating)
    report = _report(len(files), rounds, stages, figures, memory, libreoffice)
    RESULTS.write_text(report, encoding="utf-8")
    print(report)


class Figures(NamedTuple):
    """Seconds of each thing, one a round."""

    whole: list[float]
    reading: list[float]
    spreading: list[float]
    plain: list[float]
    limit: list[float]
    recalculating: list[float]


def timed_recalculation(path: Path) -> float:
    """Seconds to recalculate every formula of a workbook that is already loaded."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    return timed(model.evaluate)


def _report(
    count: int,
    rounds: int,
    stages: dict[str, list[float]],
    figures: Figures,
    memory: float,
    libreoffice: float,
) -> str:
    whole, reading, spreading, plain, limit, recalculating = figures

    def row(name: str, seconds: list[float]) -> str:
        median = statistics.median(seconds)
        to_plain = statistics.median(a / b for a, b in zip(seconds, plain, strict=True))
        to_limit = statistics.median(a / b for a, b in zip(seconds, limit, strict=True))
        per_book = 1000 * median / count
        return f"| {name} | {median:.3f} | {per_book:.1f} | {to_plain:.2f} | {to_limit:.1f} |"

    lines = [
        "# What `make bench` measured",
        "",
        f"{count} example workbooks (`workbooks/2024-08`), {rounds} interleaved rounds, medians, "
        f"one process, Python {platform.python_version()}. The machine is shared: trust the "
        "ratios, which are taken within each round, more than the seconds.",
        "",
        "| what | s | ms per workbook | × two openpyxl loads | × unzip + bare expat |",
        "|---|---|---|---|---|",
        row("whole run: read, check, consolidate, write", whole),
        *(row(f"– {name}", seconds) for name, seconds in stages.items()),
        row("scan alone (formulas, values, formats)", reading),
        row("distribute: extracts to workbooks", spreading),
        row("yardstick: two plain openpyxl loads", plain),
        row("yardstick: unzip + bare expat", limit),
        "",
        f"Recalculating every formula of the consolidated workbook: ironcalc "
        f"{1000 * statistics.median(recalculating):.0f} ms (loading left out); LibreOffice, "
        f"started, opening, recalculating and saving: {libreoffice:.1f} s.",
        "",
        f"Peak memory of `ramkoll demo` as a process: {memory:.0f} MB.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
