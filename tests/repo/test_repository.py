"""What holds for the repository as a whole."""

import ast
import json
import re
import subprocess
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

import ramkoll

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine" / "ramkoll"
LOCKS = ("requirements.lock", "requirements-dev.lock")
# "About 400 lines" in the design: the last ten per cent are for who is mending it.
LONGEST_MODULE = 440

# In pieces, so that this file does not hold what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:home|root|work|tmp)" + "/",
            r"[A-Za-z]:\\{1,2}" + r"Users\\",
            r"pypi\.org" + "/simple",
            "files" + r"\.pythonhosted",
            "registry" + r"\.npmjs",
            r"deb\.debian" + r"\.org",
        ]
    )
)
MAY_NAME_ANYTHING = {"LICENSE"}


def repository_files() -> list[Path]:
    """What git holds, and what it would hold after `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8")
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """The text of a file; of a workbook or other archive, that of each of its parts."""
    name = path.relative_to(ROOT).as_posix()
    if not zipfile.is_zipfile(path):
        yield name, path.read_bytes().decode("utf-8", errors="replace")
        return
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            yield f"{name}!{part}", archive.read(part).decode("utf-8", errors="replace")


def python_files() -> list[Path]:
    return [path for path in repository_files() if path.suffix == ".py"]


def test_no_file_tells_of_a_machine_or_a_registry() -> None:
    told = [
        f"{name}: {found.group()}"
        for path in repository_files()
        if path.name not in MAY_NAME_ANYTHING
        for name, text in texts(path)
        for found in FORBIDDEN.finditer(text)
    ]
    assert told == []


@pytest.mark.parametrize(
    "text",
    [
        "cd /" + "work/main",
        'path = "/' + 'home/anna/x.xlsx"',
        "C:\\" + "Users\\anna",
        '"C:\\\\' + 'Users\\\\anna"',
        "--index-url https://" + "pypi.org" + "/simple",
    ],
)
def test_the_search_for_machines_and_registries_finds_them(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize(
    "text", ["xl/workbook.xml", "../work/x", "docs/home/index", "https://example.org/simple"]
)
def test_the_search_for_machines_and_registries_lets_other_paths_be(text: str) -> None:
    assert not FORBIDDEN.search(text)


def test_no_module_is_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in ENGINE.rglob("*.py")
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc"}
    assert [path for path in ENGINE.rglob("*") if path.stem in drawers] == []


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nothing_imports_xlwings_pro() -> None:
    # Its licence does not fit ours.
    offending = [
        str(path)
        for path in python_files()
        for name in imports(path)
        if name == "xlwings.pro" or name.startswith("xlwings.pro.")
    ]
    assert offending == []


@pytest.mark.parametrize(
    "statement",
    ["import xlwings.pro", "from xlwings.pro import reports", "from xlwings import pro"],
)
def test_the_search_for_xlwings_pro_finds_it(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "sample.py"
    path.write_text(statement, encoding="utf-8")
    assert any(name.startswith("xlwings.pro") for name in imports(path))


# --- locks, versions, notices


def locked(lock: str) -> dict[str, set[str]]:
    """Versions by package, of a lock."""
    found: dict[str, set[str]] = {}
    for name, number in re.findall(
        r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE
    ):
        found.setdefault(name, set()).add(number)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    requirements = " ".join(line.removesuffix("\\") for line in lines)
    entries = re.split(r"\s+(?=[\w.-]+==)", requirements)
    assert len(entries) > 20
    pattern = re.compile(r"[\w.-]+==\S+( ;[^;]*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert [entry for entry in entries if not pattern.fullmatch(entry)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"\w+://|index|find-links| @ ", text) == []


def test_a_lock_is_for_windows_too() -> None:
    assert "sys_platform == 'win32'" in (ROOT / LOCKS[1]).read_text(encoding="utf-8")


def test_developers_test_the_versions_that_users_run() -> None:
    engine, everything = map(locked, LOCKS)
    assert {name: everything.get(name) for name in engine} == engine


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.split(r"[\[<>=]", each)[0].lower() for group in groups for each in group}
    assert names - locked(LOCKS[1]).keys() == set()


def test_the_third_party_notices_are_of_the_locked_packages() -> None:
    text = (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    python, npm = text.split("## In the built")
    rows = re.findall(r"^\| ([\w-]+) \| (\d[^|]*) \|", python, re.MULTILINE)
    assert {name: set(numbers.split(", ")) for name, numbers in rows} == locked(LOCKS[1])
    lock = json.loads((ROOT / "addin/office/package-lock.json").read_text(encoding="utf-8"))
    bundled = {
        (path.removeprefix("node_modules/"), each["version"])
        for path, each in lock["packages"].items()
        if path and not each.get("dev")
    }
    assert set(re.findall(r"^\| (\S+) \| (\d\S*) \|", npm, re.MULTILINE)) == bundled


def test_the_installed_version_is_the_one_of_the_source() -> None:
    assert version("ramkoll") == ramkoll.__version__


def test_the_changelog_tells_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(ramkoll.__version__)}\]", text, re.MULTILINE)


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert [int(n) for n in re.findall(r"^(\d+)\.[A-Z]", text, re.MULTILINE)] == [*range(1, 16)]
    assert "Appendix" in text
