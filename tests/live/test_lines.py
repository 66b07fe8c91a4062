"""What a host without the pane shows: the same words, line by line."""

import json
from dataclasses import asdict, fields, is_dataclass

import pytest
from pydantic import TypeAdapter
from tests.conftest import GOLDENS
from tests.live.calls import region, run
from tests.pipeline.opened import book

from ramkoll.live.lines import lines
from ramkoll.live.results import Place, Result, View
from ramkoll.live.run import run_command

RESULT, VIEW = TypeAdapter(Result), TypeAdapter(View)
# Not words for people: what tells things apart, or how they are shown.
_SILENT = {"id", "kind", "severity", "state", "line", "finding"}


def results():
    return sorted((GOLDENS / "live").glob("*.json"))


def result(path):
    """A golden is a whole result, or its view alone."""
    held = json.loads(path.read_bytes())
    return (
        RESULT.validate_python(held) if "view" in held else Result("", VIEW.validate_python(held))
    )


def rendered(found) -> str:
    def one(line):
        does = line.does
        at = line.at
        go = f" [{at.sheet}!{at.address}]" if at.sheet else f" ({at.words})" if at.words else ""
        act = f" <{does.label}: {does.command} {does.arguments} {does.asks}>" if does else ""
        note = "".join(
            f"\n{'  ' * line.level}    | {each}" for each in line.note.split("\n") if each
        )
        return f"{'  ' * line.level}{line.kind}: {line.words}{go}{act}{note}\n"

    return "".join(map(one, found))


@pytest.mark.parametrize("path", results(), ids=lambda path: path.stem)
def test_a_result_is_told_in_lines(path, golden):
    golden(f"live/lines/{path.stem}.txt", rendered(lines(result(path))))


def said(value, name=""):
    """Every word for people in a view, with where it stands."""
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, Place):
            return
        for each in fields(value):
            yield from said(getattr(value, each.name), each.name)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from said(each, name)
    elif isinstance(value, str) and value and name not in _SILENT:
        yield value


@pytest.mark.parametrize("path", results(), ids=lambda path: path.stem)
def test_the_lines_say_every_word_that_the_view_has(path):
    found = result(path)
    told = rendered(lines(found))
    lost = [words for words in said(found.view) if any(w not in told for w in words.split("\n"))]
    assert not lost


def test_lines_come_only_to_a_host_that_asks_for_them():
    assert run("check", book("616")).lines == []


def test_a_host_that_asks_gets_the_lines_of_its_answer(monkeypatch):
    from tests.live import calls

    body = json.loads(calls.call(book("616"), "Utfall"))
    answer = run_command(
        "check", json.dumps(body | {"lines": True}).encode(), region(), lambda *_: None
    )
    assert answer.lines == lines(answer.result)
    assert len(answer.lines) > 1
    assert asdict(answer.lines[1])["at"]["sheet"]
