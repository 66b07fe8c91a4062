"""What the documentation says is held against the code and the files."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ramkoll.cli import main
from ramkoll.cli.parser import parser
from ramkoll.report.catalogue import SECTIONS, catalogue_text
from ramkoll.rules.catalogue import rules
from ramkoll.store.ribbon import load_ribbon

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "engine" / "ramkoll"
TEMPLATES = sorted((ROOT / "templates").glob("*.toml"))
HANDBOOK = ROOT / "docs" / "handbok.md"
CATALOGUE = ROOT / "docs" / "regler.md"
PICTURES = ROOT / "docs" / "bilder"
ENGINE_README = ROOT / "engine" / "README.md"
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "engine").glob("*.md"),
        *(ROOT / "engine" / "decisions").glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "addin" / "README.md",
        *(ROOT / "addin").glob("*/README.md"),
        ROOT / "templates" / "README.md",
        ROOT / "workbooks" / "README.md",
    ]
)
LARGEST_PICTURE = 200_000

COMMANDS = (
    "areas",
    "build-oxt",
    "build-xlam",
    "cells",
    "certificate",
    "check",
    "consolidate",
    "demo",
    "desktop",
    "distribute",
    "explain",
    "export",
    "manifest",
    "refresh",
    "rules",
    "serve",
    "tables",
    "template",
    "trace",
)
COMMAND = re.compile(r"^(?:\$ )?(?:\.venv[/\\](?:bin|Scripts)[/\\])?ramkoll (.+)$")
FENCED = re.compile(r"^ *```.*?$\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code(text: str) -> Iterator[str]:
    """Lines of code blocks, and code in running text."""
    for block in FENCED.findall(text):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", FENCED.sub("", text))


def commands(text: str) -> list[str]:
    """What follows the program's name, wherever a text shows a command."""
    return [found[1].strip() for line in code(text) if (found := COMMAND.match(line.strip()))]


def refused(command: str) -> bool:
    # A Windows path is one word: its backslashes escape nothing.
    words = shlex.split(command.replace("\\", "/"))
    if words in ([each] for each in COMMANDS):
        return False  # only mentioned by name
    try:
        parser().parse_args(words)
    except SystemExit as ended:
        return ended.code != 0  # help and version end at once, and well
    return False


# --- the catalogue of rules


def test_the_page_of_rules_is_the_one_that_the_rules_give(request: pytest.FixtureRequest) -> None:
    text = catalogue_text(rules())
    if request.config.getoption("update_goldens"):
        CATALOGUE.write_bytes(text.encode("utf-8"))
    assert CATALOGUE.read_bytes().decode("utf-8") == text, "`make update` writes docs/regler.md"


def test_the_handbook_has_the_buttons_of_the_ribbon(request: pytest.FixtureRequest) -> None:
    lines = [
        f"| {group.label} | **{button.label}** | {button.supertip} |"
        for group in load_ribbon().groups
        for button in group.buttons
    ]
    head = "| grupp | knapp | vad den gör |\n|---|---|---|\n"
    text = HANDBOOK.read_text(encoding="utf-8")
    before, _, rest = text.partition(head)
    after = re.sub(r"\A(\|.*\n)*", "", rest)
    right = before + head + "".join(f"{line}\n" for line in lines) + after
    if request.config.getoption("update_goldens"):
        HANDBOOK.write_bytes(right.encode("utf-8"))
    assert HANDBOOK.read_text(encoding="utf-8") == right, "`make update` writes the table"


def test_every_rule_has_its_sections_on_the_page() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    pages = re.split(r"^### (?=R\d)", text, flags=re.MULTILINE)[1:]
    assert {page.split()[0] for page in pages} == {each.id for each in rules()}
    lacking = [
        (page.split()[0], each)
        for page in pages
        for each in SECTIONS
        if not re.search(rf"^- \*\*{each}:\*\* \S", page, re.MULTILINE)
    ]
    assert lacking == []


def test_the_page_of_a_rule_leaves_no_pattern_to_be_filled_in() -> None:
    assert re.findall(r"[{}]", CATALOGUE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_rule_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"\bR\d{3}\b", page.read_text(encoding="utf-8")))
    assert named - {each.id for each in rules()} == set()


# --- pictures and links


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    local = [target.split("#")[0] for _, _, target in links if "://" not in target]
    assert [each for each in local if each and not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_picture_is_told_in_words(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for mark, words, target in links if mark and len(words) < 20] == []


def test_every_picture_is_shown_and_small() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for mark, _, target in LINK.findall(page.read_text(encoding="utf-8"))
        if mark
    }
    pictures = list(PICTURES.iterdir())
    assert [name(each) for each in pictures if each.resolve() not in shown] == []
    assert [name(each) for each in pictures if each.stat().st_size > LARGEST_PICTURE] == []


# --- commands


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_a_page_shows_is_understood(page: Path) -> None:
    assert [each for each in commands(page.read_text(encoding="utf-8")) if refused(each)] == []


def test_the_pages_for_users_show_commands() -> None:
    shown = " ".join(
        each
        for page in (ROOT / "README.md", HANDBOOK)
        for each in commands(page.read_text(encoding="utf-8"))
    )
    assert [each for each in COMMANDS if each not in shown.split()] == []


@pytest.mark.parametrize(
    "text",
    [
        "```\nramkoll chekc x.xlsx\n```",
        "Kör `ramkoll trace bok.xlsx`.",
        "```\n.venv\\Scripts\\ramkoll demo --fast\n```",
    ],
)
def test_a_command_that_is_not_understood_is_found(text: str) -> None:
    assert [refused(each) for each in commands(text)] == [True]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_task_of_make_that_a_page_shows_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    tasks = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    shown = {
        word
        for line in code(page.read_text(encoding="utf-8"))
        if (found := re.match(r"\s*make ([a-z -]+)", line))
        for word in found[1].split()
    }
    assert shown - tasks == set()


# --- words and figures


# Tables whose keys are codes, words or columns, and not keys of the layout.
OPEN_TABLES = {"labels", "board_names", "values", "unpivot", "where", "formulas"}


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key not in OPEN_TABLES:
                yield from keys(item)
    elif isinstance(value, list):
        yield from (each for item in value for each in keys(item))


@pytest.mark.parametrize("path", [p for p in TEMPLATES if "threshold" not in p.name], ids=name)
def test_every_key_of_the_layouts_is_told(path: Path) -> None:
    page = (ROOT / "templates" / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", page))))
    used = set(keys(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert sorted(used - told) == []


def identifiers() -> set[str]:
    """Every name in the code, and every text in the layouts."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        found.add(path.stem)
        found |= set(path.relative_to(PACKAGE).parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for field in ("id", "attr", "arg", "name"):
                value = getattr(node, field, None)
                if isinstance(value, str):
                    found.add(value)
    for path in TEMPLATES:
        found |= set(texts(tomllib.loads(path.read_text(encoding="utf-8"))))
    return found


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (each for item in value.values() for each in texts(item))
    elif isinstance(value, list):
        yield from (each for item in value for each in texts(item))


def glossary() -> list[tuple[str, str, str]]:
    """Rows of the glossary: Swedish, English, identifiers."""
    text = (ROOT / "engine" / "GLOSSARY.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    found = [(row[0].strip(), row[1].strip(), row[2].strip()) for row in rows]
    return [row for row in found if row[0] != "svenska"]


def test_every_identifier_of_the_glossary_is_in_the_code() -> None:
    known = identifiers()
    claimed = [word for _, _, cell in glossary() for word in re.findall(r"`([^`]+)`", cell)]
    assert len(claimed) > 50
    assert [each for each in claimed if each not in known] == []


def test_a_word_of_the_glossary_has_one_translation() -> None:
    swedish, english = ([row[n] for row in glossary()] for n in (0, 1))
    assert sorted(set(swedish)) == sorted(swedish)
    assert sorted(set(english)) == sorted(english)


def test_the_handbook_quotes_what_stands_in_forms_and_messages() -> None:
    sources = [*PACKAGE.rglob("*.py"), *TEMPLATES, ROOT / "addin" / "ribbon.toml"]
    known = " ".join(path.read_text(encoding="utf-8") for path in sources)
    text = re.sub(FENCED, "", HANDBOOK.read_text(encoding="utf-8"))
    quoted = set(re.findall(r"«([^»]+)»", text))
    assert len(quoted) > 20
    assert sorted(each for each in quoted if each not in known) == []


def test_the_handbook_has_every_threshold_with_its_default() -> None:
    path = ROOT / "templates" / "thresholds-1.toml"
    thresholds = tomllib.loads(path.read_text(encoding="utf-8"))["threshold"]
    handbook = HANDBOOK.read_text(encoding="utf-8")
    rows = [f"| {each['id']} | {each['value']} {each['unit']} |" for each in thresholds]
    shown = re.sub(r"(?<=\d)\u00a0(?=\d)", "", handbook)
    assert [row for row in rows if row not in shown] == []


def test_the_figure_that_the_readme_follows_is_followed_so(
    consolidated: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    page = ENGINE_README.read_text(encoding="utf-8")
    found = re.search(r"^\$ ramkoll trace \S+ (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found is not None
    assert main(["trace", str(consolidated), found[1]]) == 0
    # The fingerprints of the files are left out of the page.
    said = capsys.readouterr().out.split("\nFiler som")[0].strip() + "\n"
    if request.config.getoption("update_goldens"):
        page = page[: found.start(2)] + said + page[found.end(2) :]
        ENGINE_README.write_bytes(page.encode("utf-8"))
    else:
        assert found[2] == said, "`make update` writes it anew in engine/README.md"
