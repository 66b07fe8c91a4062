"""What all tests share: goldens, what may be skipped, and how hypothesis searches.

The fixtures and guards here are themselves tested in tests/repo/test_guards.py.
"""

import difflib
import gc
import os
import shutil
import sys
from collections.abc import Callable, Generator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings
from tests import written_files
from xdist.scheduler import LoadFileScheduling

GOLDENS = Path(__file__).parent / "goldens"
EXAMPLES = Path(__file__).parent.parent / "workbooks" / "2024-08"
IN_CI = os.environ.get("CI", "").lower() == "true"

# No deadline: a machine under load is no fault of the code. In CI the same examples every time:
# a change must not fail for what it did not touch.
settings.register_profile("ramkoll", deadline=None, derandomize=IN_CI)
settings.load_profile("ramkoll")

UPDATED = pytest.StashKey[list[str]]()

# Files whose tests share what is dear to make: whole runs of extracts, a browser and a server,
# the examples as they were read.
# Those that take longest come first, so that none of them is left when the other workers are done.
TOGETHER = {
    "tests/pipeline/test_protected.py": "road",
    "tests/pipeline/test_published.py": "road",
    "tests/pipeline/test_accuracy_table.py": "road",
    "tests/pipeline/test_rebuild.py": "road",
    "tests/browser": "browser",
    "tests/live": "live",
    "tests/desktop": "desk",
    "tests/libreoffice_host": "libreoffice",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write the goldens anew instead of comparing with them (make update)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[UPDATED] = []
    if config.getoption("update_goldens") and IN_CI:
        raise pytest.UsageError("--update-goldens is not for CI: a golden is reviewed by a person")


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # xdist is untyped
    """The tests of a file, or of some files ``TOGETHER``, go to one worker: they share fixtures.

    The mark ``xdist_group`` would say so beside the tests, and is not seen with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return TOGETHER.get(file) or TOGETHER.get(file.rpartition("/")[0]) or file

    def schedule(self) -> None:
        super().schedule()
        for group in reversed(list(TOGETHER.values())):
            if group in self.workqueue:
                self.workqueue.move_to_end(group, last=False)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile | None:
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """What has been loaded stays: to go through it for cycles takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with tests/goldens/<name>; `make update` writes it instead."""
    updating = request.config.getoption("update_goldens")
    updated = request.config.stash[UPDATED]

    def check(name: str, text: str) -> None:
        path = GOLDENS / name
        # Bytes, since text mode would hide a change of line ending.
        found = text.encode("utf-8")
        expected = path.read_bytes() if path.exists() else None
        if found == expected:
            return
        if updating:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
            updated.append(name)
            return
        if expected is None:
            pytest.fail(f"The golden {name} is missing: `make update` writes it.", pytrace=False)
        diff = "\n".join(
            difflib.unified_diff(
                expected.decode("utf-8").split("\n"),
                text.split("\n"),
                f"goldens/{name}",
                "found",
                lineterm="",
            )
        )
        pytest.fail(
            f"{diff}\n\nThe golden {name} differs. If that is right: `make update`, and review it.",
            pytrace=False,
        )

    return check


@pytest.fixture(scope="session", autouse=True)
def watched() -> None:
    """Every workbook that Ramkoll writes in a test is looked through; see ``written_files``."""
    written_files.watch()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    try:
        result = yield
    except BaseException:
        written_files.take()
        raise
    found = written_files.take()
    if found and not item.get_closest_marker("broken_packages"):
        pytest.fail("A workbook was written that is not well-formed:\n" + "\n".join(found), False)
    return result


@pytest.fixture(scope="session")
def consolidated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The regionstyrelse workbook of the example workbooks, made once in each worker."""
    from ramkoll.pipeline.consolidate import consolidate
    from ramkoll.store.layouts import load_layouts

    out = tmp_path_factory.mktemp("consolidated") / "regionstyrelsen-2024-08.xlsx"
    made = datetime(2024, 9, 12, 8, 0)
    consolidate(EXAMPLES, out, load_layouts(), lambda *_: None, made)
    return out


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine has not the program for."""
    libreoffice = shutil.which("soffice") or shutil.which("libreoffice")
    excel = sys.platform == "win32" and os.environ.get("RAMKOLL_REAL_EXCEL") == "1"
    for item in items:
        if not libreoffice and item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.skip(reason="LibreOffice is not installed"))
        mark = item.get_closest_marker("real_excel")
        if mark is None:
            continue
        reason = mark.kwargs.get("reason", "").strip()
        if not reason:
            raise pytest.UsageError(
                f"{item.nodeid}: real_excel needs reason='why only Excel will do'"
            )
        if not excel:
            item.add_marker(pytest.mark.skip(reason=f"needs Excel itself: {reason}"))


def unexcused_skips(config: pytest.Config) -> list[pytest.TestReport | pytest.CollectReport]:
    """Skips in CI of what is not real_excel: a test that nobody runs, under a green light."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if not IN_CI or terminal is None:
        return []
    # A module skipped as a whole gives a report without keywords: it is never excused.
    return [
        report
        for report in terminal.stats.get("skipped", [])
        if "real_excel" not in getattr(report, "keywords", {})
    ]


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Under xdist the workers' reports reach the main process, which is the one that decides.
    in_worker = hasattr(session.config, "workerinput")
    passed = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if not in_worker and passed and unexcused_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    updated = config.stash[UPDATED]
    if updated:
        terminalreporter.section("goldens written anew")
        for name in updated:
            terminalreporter.line(name)
    skips = unexcused_skips(config)
    if skips:
        terminalreporter.section("skipped tests fail in CI", red=True, bold=True)
        for report in skips:
            terminalreporter.line(report.nodeid)
