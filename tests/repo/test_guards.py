"""Every guard is seen to fail once: one that cannot fail guards nothing."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFTEST = ROOT / "tests" / "conftest.py"


def run(
    command: Sequence[str | Path], at: Path, extra: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Exit status and output of one of our tools, run in the directory `at`."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=at,
        env={**os.environ, **(extra or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project with our settings: what a tool says of it comes from them alone."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "engine" / "ramkoll"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""A package."""\n', encoding="utf-8")
    return tmp_path


def write(project: Path, text: str) -> Path:
    path = project / "engine" / "ramkoll" / "sample.py"
    path.write_text(text, encoding="utf-8")
    return path


# --- ruff and mypy


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("F401", "import os\n"),
        ("B006", "def f(rows: list[int] = []) -> list[int]:\n    return rows\n"),
        ("N802", "def Sum() -> int:\n    return 1\n"),
        ("UP007", "from typing import Union\n\nx: Union[int, str] = 1\n"),
        ("E501", f"x = '{'a' * 100}'\n"),
    ],
)
def test_ruff_finds_what_breaks_our_style(project: Path, rule: str, text: str) -> None:
    path = write(project, text)
    status, output = run(["ruff", "check", "--no-cache", path], at=project)
    assert status == 1
    assert rule in output


def test_ruff_lets_swedish_typography_be(project: Path) -> None:
    path = write(project, '# Å–Ö, 1 × 2\nTEXT = "”Nämnden” – 5 %"\n')
    assert run(["ruff", "check", "--no-cache", path], at=project)[0] == 0


def test_ruff_format_finds_an_unformatted_file(project: Path) -> None:
    path = write(project, "x = {  'a':1 }\n")
    assert run(["ruff", "format", "--no-cache", "--check", path], at=project)[0] == 1


WRONG = """\
import sys

def untyped(x):
    return x

def half_typed(x: list) -> int:
    return len(x)

if sys.platform == "win32":
    y: int = "one"
"""


@pytest.mark.parametrize(
    ("platform", "codes"),
    [
        ("linux", ["no-untyped-def", "type-arg"]),
        ("win32", ["no-untyped-def", "type-arg", "assignment"]),
    ],
)
def test_mypy_finds_what_is_untyped_or_wrong_on_a_platform(
    project: Path, platform: str, codes: list[str]
) -> None:
    path = write(project, WRONG)
    status, output = run(
        ["mypy", "--platform", platform, "--cache-dir", os.devnull, path], at=project
    )
    assert status == 1
    assert re.findall(r"\[([a-z-]+)\]$", output, re.MULTILINE) == codes


# --- import contracts


@pytest.fixture
def engine(project: Path) -> Path:
    """A copy of the engine, to be broken."""
    copy = project / "engine" / "ramkoll"
    shutil.rmtree(copy)
    shutil.copytree(ROOT / "engine" / "ramkoll", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def lint_imports(engine: Path) -> tuple[int, str]:
    # The copy stands before the installed engine on the path.
    code = "from importlinter.cli import lint_imports_command as c; c()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--no-logo"],
        cwd=engine.parents[1],
        env={**os.environ, "PYTHONPATH": str(engine.parent), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_engine_keeps_its_import_contracts(engine: Path) -> None:
    status, output = lint_imports(engine)
    assert status == 0, output


@pytest.mark.parametrize(
    ("module", "statement", "told"),
    [
        ("model/sample.py", "import ramkoll.excel", "ramkoll.excel"),
        ("rules/sample.py", "import ramkoll.sheets", "ramkoll.sheets"),
        ("compute/sample.py", "import openpyxl", "openpyxl"),
        ("excel/sample.py", "from openpyxl.styles import Font", "openpyxl"),
        ("server/sample.py", "import openpyxl", "openpyxl"),
        ("model/sample.py", "import pandas", "pandas"),
    ],
)
def test_an_import_from_a_higher_floor_breaks_a_contract(
    engine: Path, module: str, statement: str, told: str
) -> None:
    (engine / module).write_text(f"{statement}\n", encoding="utf-8")
    status, output = lint_imports(engine)
    assert status == 1
    assert f"ramkoll.{module.split('/')[0]} is not allowed to import {told}" in output


def test_a_module_without_a_floor_breaks_a_contract(engine: Path) -> None:
    (engine / "novelty.py").write_text("", encoding="utf-8")
    status, output = lint_imports(engine)
    assert status == 1
    assert "ramkoll.novelty" in output


# --- goldens and skips, with the conftest of these very tests


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A small session of its own, with our conftest and markers, on a developer's machine."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("RAMKOLL_REAL_EXCEL", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini(
        "[pytest]\naddopts = --strict-markers\nmarkers =\n    real_excel: x\n    libreoffice: x\n"
    )
    return pytester


GOLDEN_TEST = "def test_text(golden):\n    golden('sub/text.txt', 'ett\\nå\\n')\n"


def test_a_golden_that_differs_fails_with_a_diff(session: pytest.Pytester) -> None:
    session.makepyfile(GOLDEN_TEST)
    (session.mkdir("goldens") / "sub").mkdir()
    (session.path / "goldens" / "sub" / "text.txt").write_text("ett\ntvå\n", encoding="utf-8")
    result = session.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["-två", "+å"])


def test_a_golden_differs_by_its_line_endings_too(session: pytest.Pytester) -> None:
    session.makepyfile(GOLDEN_TEST)
    (session.mkdir("goldens") / "sub").mkdir()
    (session.path / "goldens" / "sub" / "text.txt").write_bytes("ett\r\nå\r\n".encode())
    session.runpytest_inprocess().assert_outcomes(failed=1)


def test_a_missing_golden_fails(session: pytest.Pytester) -> None:
    session.makepyfile(GOLDEN_TEST)
    result = session.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    assert not (session.path / "goldens").exists()


def test_update_writes_the_golden_and_the_next_run_passes(session: pytest.Pytester) -> None:
    session.makepyfile(GOLDEN_TEST)
    updating = session.runpytest_inprocess("--update-goldens")
    updating.assert_outcomes(passed=1)
    updating.stdout.fnmatch_lines(["*goldens written anew*", "sub/text.txt"])
    assert (session.path / "goldens" / "sub" / "text.txt").read_bytes() == "ett\nå\n".encode()
    session.runpytest_inprocess().assert_outcomes(passed=1)


def test_goldens_are_not_written_in_ci(
    session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    session.makepyfile(GOLDEN_TEST)
    result = session.runpytest_inprocess("--update-goldens")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert not (session.path / "goldens").exists()


PASSES = "def test_passes(): pass\n"
EXCUSED = "import pytest\n\n@pytest.mark.real_excel(reason='VBA')\ndef test_excel(): pass\n"
SKIPPED = """\
import pytest

@pytest.mark.skip(reason='later')
def test_marked(): pass

def test_inside(): pytest.skip('no such thing here')
"""
SKIPPED_MODULE = "import pytest\n\npytest.skip('not here', allow_module_level=True)\n"


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_skipped_test_fails_in_ci(
    session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    session.makepyfile(test_a=PASSES, test_b=EXCUSED, test_c=SKIPPED, test_d=SKIPPED_MODULE)
    on_my_machine = session.runpytest_inprocess(workers)
    assert on_my_machine.ret == 0
    on_my_machine.stdout.no_fnmatch_line("*skipped tests fail in CI*")

    monkeypatch.setenv("CI", "true")
    in_ci = session.runpytest_inprocess(workers)
    assert in_ci.ret == 1
    told = in_ci.outlines[next(i for i, x in enumerate(in_ci.outlines) if "fail in CI" in x) + 1 :]
    assert sorted(filter(None, told[:-1])) == [
        "test_c.py::test_inside",
        "test_c.py::test_marked",
        "test_d.py",
    ]
    # The closing line stays pytest's own.
    assert re.fullmatch(r"=+ 1 passed, 4 skipped in .*=+", told[-1])


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_what_needs_excel_itself_may_be_skipped_in_ci(
    session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    monkeypatch.setenv("CI", "true")
    session.makepyfile(test_a=PASSES, test_b=EXCUSED)
    result = session.runpytest_inprocess(workers)
    assert result.ret == 0
    result.assert_outcomes(passed=1, skipped=1)


def test_real_excel_without_a_reason_is_refused(session: pytest.Pytester) -> None:
    session.makepyfile("import pytest\n\n@pytest.mark.real_excel\ndef test_excel(): pass\n")
    result = session.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*real_excel needs reason*"])


def test_a_marker_that_is_not_declared_is_refused(session: pytest.Pytester) -> None:
    session.makepyfile("import pytest\n\n@pytest.mark.sloow\ndef test_one(): pass\n")
    assert session.runpytest_inprocess().ret != 0


# --- which worker runs what


def test_tests_that_share_what_is_dear_run_in_one_worker(session: pytest.Pytester) -> None:
    """The mark of xdist was obeyed once, and then silently was not."""
    told = (
        "import os\n\ndef test_%s():\n    print('ran', os.environ['PYTEST_XDIST_WORKER'], '%s')\n"
    )
    files = {
        "tests/browser/test_a": "ab",
        "tests/browser/test_b": "cd",
        "tests/pipeline/test_protected": "ef",
        "tests/pipeline/test_published": "gh",
        "tests/pipeline/test_others": "ij",
        "tests/pipeline/test_more": "kl",
    }
    for path, names in files.items():
        file = session.path / f"{path}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(told % (name, name) for name in names), encoding="utf-8")
    result = session.runpytest_inprocess("-n2", "--dist", "loadfile", "-rP")
    result.assert_outcomes(passed=12)
    ran = [line.split() for line in result.outlines if line.startswith("ran ")]
    worker = {name: worker for _, worker, name in ran}
    for together in ("abcd", "efgh", "ij", "kl"):
        assert len({worker[name] for name in together}) == 1, together
    assert {*worker.values()} == {"gw0", "gw1"}
