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
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from xml.parsers import expat

import ironcalc
import openpyxl
from tests.bench.big import write_big
from tests.bench.writing import ADD, ADD_OPENPYXL, SET, SET_OPENPYXL, last_sheet, works
from tests.pipeline.recalculate import by_libreoffice

from ramkoll.compute.listed import UNIT_FORM
from ramkoll.excel.scan import scan
from ramkoll.layout.identify import identify
from ramkoll.model.period import Period
from ramkoll.pipeline.check import examine
from ramkoll.pipeline.consolidate import consolidate
from ramkoll.pipeline.distribute import distribute
from ramkoll.pipeline.stages import Stages
from ramkoll.pipeline.submissions import FRAME_FORM, Frame, Workbook, open_frame
from ramkoll.store.layouts import Layouts, load_layouts

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "workbooks" / "2024-08"
INPUTS = ROOT / "tests" / "data" / "2024-08" / "inputs"
RESULTS = Path(__file__).with_name("RESULTS.md")
READING = "läsa"
WHOLE_RUN = "whole run: read, check, consolidate, write"
ONE = "whole validation: read, locate, compute, check"
SCAN = "whole scan: cells, and all that stands beside them"
EVERY_CELL = "the same, and each cell made: kind, value, formula, format"
DISTRIBUTE = "distribute: extracts to workbooks"
PLAIN = "yardstick: two plain openpyxl loads"
LIMIT = "yardstick: unzip + bare expat"
SCAN_ONE = """
import sys
from pathlib import Path
from ramkoll.excel.scan import scan
book = scan(Path(sys.argv[1]))
for sheet in book.sheets:
    for cell in sheet.cells.values():
        cell.stored
"""
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


def every_cell(files: list[Path]) -> None:
    """The whole scan, and every cell of every sheet asked for, its value as the file has it."""
    for path in files:
        for sheet in scan(path).sheets:
            for cell in sheet.cells.values():
                _ = cell.stored


def validate(files: list[Path], layouts: Layouts, frame: Frame, stages: Stages) -> None:
    """Read, locate, compute and check each workbook by itself."""
    for path in files:
        with stages(READING):
            submission = scan(path, path.name)
            workbook = Workbook(submission, identify(submission, layouts.forms))
        period = frame.form.places.period
        examine(workbook, layouts, frame.register, period, frozenset(), stages)


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
    forms = {path: identify(scan(path), layouts.forms).id for path in files}
    units = [path for path, form in forms.items() if form == UNIT_FORM]
    frame = open_frame(next(p for p, form in forms.items() if form == FRAME_FORM), layouts)
    stages: dict[str, list[float]] = {}
    of_one: dict[str, list[float]] = {}
    run, one, big = Rounds(), Rounds(), Rounds()
    writing: list[tuple[str, Rounds]] = []
    recalculating: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        large = out / "stor.xlsx"
        count = write_big(large)

        def one_run() -> None:
            counted = Stages()
            target = out / "rs.xlsx"
            consolidate(EXAMPLES, target, layouts, lambda *_: None, MADE, stages=counted)
            _gather(stages, counted)

        def one_by_one() -> None:
            counted = Stages()
            validate(units, layouts, frame, counted)
            _gather(of_one, counted)

        one_run()
        one_by_one()
        stages.clear()
        of_one.clear()
        for _ in range(rounds):
            run.time(WHOLE_RUN, one_run)
            run.time(SCAN, lambda: [scan(path) for path in files])
            run.time(EVERY_CELL, lambda: every_cell(files))
            run.time(PLAIN, lambda: two_openpyxl_loads(files))
            run.time(LIMIT, lambda: bare_limit(files))
            run.time(
                DISTRIBUTE,
                lambda: distribute(INPUTS, Period(2024, 8), out / "w", layouts, lambda *_: None),
            )
            one.time(ONE, one_by_one)
            one.time(SCAN, lambda: [scan(path) for path in units])
            one.time(EVERY_CELL, lambda: every_cell(units))
            one.time(PLAIN, lambda: two_openpyxl_loads(units))
            one.time(LIMIT, lambda: bare_limit(units))
            big.time(SCAN, lambda: scan(large))
            big.time(EVERY_CELL, lambda: every_cell([large]))
            big.time(LIMIT, lambda: bare_limit([large]))
            recalculating.append(timed_recalculation(out / "rs.xlsx"))
        for path in (max(units, key=lambda path: path.stat().st_size), large):
            data, times = path.read_bytes(), Rounds()
            for name, work in works(data, last_sheet(path)).items():
                slow_one = path == large and name in (SET_OPENPYXL, ADD_OPENPYXL)
                for _ in range(1 if slow_one else rounds):
                    times.time(name, work)
            writing.append((f"{len(data) / 1000:,.0f} kB", times))
        # So slow that once is enough; its ratio is to the rounds' median.
        slow = timed(lambda: two_openpyxl_loads([large]))
        big.seconds[PLAIN] = [slow] * rounds
        libreoffice = timed(lambda: by_libreoffice([out / "rs.xlsx"], out / "lo"))
        memory = peak_memory([sys.executable, "-m", "ramkoll", "demo", "--out", str(out)])
        reading_big = peak_memory([sys.executable, "-c", SCAN_ONE, str(large)])
    run.seconds |= {f"– {name}": seconds for name, seconds in stages.items()}
    one.seconds |= {f"– {name}": seconds for name, seconds in of_one.items()}
    report = "\n".join(
        [
            "# What `make bench` measured",
            "",
            f"{rounds} interleaved rounds, medians, one process, Python "
            f"{platform.python_version()}. The machine is shared: trust the ratios, which are "
            "taken within each round, more than the seconds.",
            "",
            f"## The {len(files)} example workbooks (`workbooks/2024-08`)",
            "",
            *run.table((WHOLE_RUN, *_parts(stages), SCAN, EVERY_CELL, DISTRIBUTE), len(files)),
            f"## One controller workbook, warm: the {len(units)} units' own, one by one",
            "",
            "The goals are 60 ms a workbook and core, 3.5 × for cells, 5 × for the whole scan.",
            "",
            *one.table((ONE, *_parts(of_one), SCAN, EVERY_CELL), len(units)),
            f"## A workbook of {count // 1000} 000 cells, four in ten with formulas",
            "",
            "The goals are 3.5 × for cells, 5 × for the whole scan, a tenth of two openpyxl loads "
            "(timed once) and 200 MB.",
            "",
            *big.table((SCAN, EVERY_CELL), 1),
            f"Peak memory of a process that scans it and asks for every cell: "
            f"{reading_big:.0f} MB.",
            "",
            "## Writing into a workbook that is there",
            "",
            "The goals are 5 ms and 15 ms for 70 kB, 15 ms and 30 ms for 4 MB. The cell of the "
            "large workbook stands on a sheet of 55 000 cells, which is packed anew.",
            "",
            "| what | " + " | ".join(size for size, _ in writing) + " |",
            "|---" * (1 + len(writing)) + "|",
            *(
                f"| {name} | "
                + " | ".join(
                    f"{1000 * statistics.median(times.seconds[name]):.1f} ms"
                    for _, times in writing
                )
                + " |"
                for name in (SET, SET_OPENPYXL, ADD, ADD_OPENPYXL)
            ),
            "",
            "## Besides",
            "",
            f"Recalculating every formula of the consolidated workbook: ironcalc "
            f"{1000 * statistics.median(recalculating):.0f} ms (loading left out); LibreOffice, "
            f"started, opening, recalculating and saving: {libreoffice:.1f} s.",
            "",
            f"Peak memory of `ramkoll demo` as a process: {memory:.0f} MB.",
            "",
        ]
    )
    RESULTS.write_text(report, encoding="utf-8")
    print(report)


class Rounds:
    """Seconds of each thing, one a round, and their table beside the yardsticks."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def time(self, name: str, work: Callable[[], object]) -> None:
        """Time a thing once more."""
        self.seconds.setdefault(name, []).append(timed(work))

    def table(self, names: Sequence[str], count: int) -> list[str]:
        """The things and the yardsticks in a table, for so many workbooks."""
        yardsticks = [each for each in (PLAIN, LIMIT) if each in self.seconds]
        beside = [each.replace("yardstick:", "×") for each in yardsticks]
        return [
            f"| what | s | ms per workbook | {' | '.join(beside)} |",
            "|---" * (3 + len(beside)) + "|",
            *(self._row(name, yardsticks, count) for name in (*names, *yardsticks)),
            "",
        ]

    def _row(self, name: str, yardsticks: Sequence[str], count: int) -> str:
        seconds = self.seconds[name]
        median = statistics.median(seconds)
        ratios = (
            statistics.median(a / b for a, b in zip(seconds, self.seconds[each], strict=True))
            for each in yardsticks
        )
        cells = [name, f"{median:.3f}", f"{1000 * median / count:.1f}"]
        return f"| {' | '.join([*cells, *(f'{ratio:.2f}' for ratio in ratios)])} |"


def _gather(into: dict[str, list[float]], counted: Stages) -> None:
    for name, seconds in counted.seconds.items():
        into.setdefault(name, []).append(seconds)


def _parts(stages: dict[str, list[float]]) -> tuple[str, ...]:
    return tuple(f"– {name}" for name in stages)


def timed_recalculation(path: Path) -> float:
    """Seconds to recalculate every formula of a workbook that is already loaded."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    return timed(model.evaluate)


if __name__ == "__main__":
    main()
