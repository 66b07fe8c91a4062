"""What the demo's child process does: consolidates, recalculates, saves."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import ironcalc

from ramkoll.excel.apart import apart
from ramkoll.excel.graft.cell_edit import ERRORS, KEEP, CellEdit, CellError
from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.set_cells import set_cells
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.names import check_sheet_name
from ramkoll.excel.scan import scan
from ramkoll.model.cells import CellRef, a1, parse_a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import SheetPlan
from ramkoll.server.demo_book import book_json
from ramkoll.server.demo_typed import Content, as_edit, read_typed

Json = Any
# [sheet, address, content]; content is {"typed": text}, {"value": …} or {"formula": "=…"}.
Edit = Sequence[Any]


# What is said when the calculator ends, goes on for too long or wants too much.
GAVE_UP = {
    "what": "Beräkningen tog för lång tid eller gick inte att göra.",
    "todo": "Ångra den senaste ändringen och försök igen.",
}


def begin(memory: int) -> None:
    """What the child process does first: it keeps to itself, and ends when the server does."""
    apart(memory)
    server = multiprocessing.parent_process()
    assert server is not None

    def watch() -> None:
        server.join()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def told(task: Callable[..., Any], *given: Any) -> tuple[Any, dict[str, str] | None]:
    """What the task answers, or the facts of what it refuses: an exception of ours does not
    survive the way between processes.
    """
    try:
        return task(*given), None
    except RamkollError as error:
        facts = {"what": error.what, "where": error.where, "expected": error.expected}
        return None, {**facts, "todo": error.todo}
    except MemoryError:
        return None, GAVE_UP
    except BaseException as error:
        # A panic of the calculator is no Exception; its text may quote the formula.
        if type(error).__name__ != "PanicException":
            raise
        return None, GAVE_UP


def make_report(folder: Path, out: Path, made: datetime) -> None:
    """The region's consolidated workbook of the submissions in ``folder``."""
    # The pipeline takes seconds to import, and a workbook is opened without it.
    from ramkoll.pipeline.consolidate import consolidate
    from ramkoll.store.layouts import load_layouts

    consolidate(folder, out, load_layouts(), lambda *_: None, made)


@lru_cache(maxsize=1)
def titles(folder: Path) -> dict[str, str]:
    """What the forms of a folder are about, by file: the line under the heading of Start."""
    found = {}
    for path in folder.glob("*.xlsx"):
        first = scan(path).sheets[0]
        said = str(first.cell(2, 1).value or "") if first.name == "Start" else ""
        found[path.name] = said.removeprefix(path.stem.split("_")[-1]).strip()
    return found


@lru_cache(maxsize=4)
def read_book(path: Path, _stamp: int) -> Json:
    """The workbook for the grid; ``_stamp`` tells the file's versions apart."""
    return book_json(path.read_bytes(), path.name)


def recalculated(path: Path, stamp: int, edits: Sequence[Edit]) -> Json:
    """What changes when these cells have been edited, against the file as it lies.

    Answers ``typed``, what each typed text was read as, and ``cells``, [sheet, address, value] of
    every formula with another value. Raises RamkollError for what cannot be read.
    """
    base = _values(path, stamp)
    book = read_book(path, stamp)
    contents = _contents(path, book, edits)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    index = {sheet["name"]: n for n, sheet in enumerate(book["sheets"])}
    for name in _added(book, contents):
        index[name] = len(index)
        model.add_sheet(name)
    for sheet, address, content in contents:
        _put(model, index[sheet], *parse_a1(address), content)
    model.evaluate()
    edited = {(sheet, address) for sheet, address, _ in contents}
    typed = {(sheet, address) for sheet, address, content in edits if "typed" in content}
    places = {**base, **{(s, a): object() for s, a, c in contents if c.formula}}
    changed = []
    for (sheet, address), before in places.items():
        row, column = parse_a1(address)
        if (sheet, address) in edited and not _formula_at(contents, sheet, address):
            continue
        value = model.get_cell_value(index[sheet], row, column)
        plain = _plain(value)
        if isinstance(plain, dict) and plain["error"] not in ERRORS:
            # The calculator's own: it could not read the formula, or it goes round in a circle.
            if (sheet, address) in typed:
                raise _no_formula(path.name, sheet, address, plain["error"])
            continue
        if value != before:
            changed.append([sheet, address, plain])
    return {
        "typed": [_said(sheet, address, content) for sheet, address, content in contents],
        "cells": changed,
    }


def _no_formula(file: str, sheet: str, address: str, why: str) -> RamkollError:
    round_ = why == "#CIRC!"
    return RamkollError(
        "Formeln hänvisar till sig själv." if round_ else "Formeln går inte att förstå.",
        where=f"{file} {sheet}!{address}",
        expected="" if round_ else "en engelsk formel, till exempel =SUM(A1:A9)",
        todo="Rätta formeln, eller skriv ett tal.",
    )


def _formula_at(contents: Sequence[tuple[str, str, Content]], sheet: str, address: str) -> bool:
    last = [c for s, a, c in contents if (s, a) == (sheet, address)]
    return bool(last and last[-1].formula)


@lru_cache(maxsize=4)
def _values(path: Path, _stamp: int) -> dict[tuple[str, str], Any]:
    """What the calculator makes of each formula of the file as it lies."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    model.evaluate()
    return {
        (sheet.name, a1(row, column)): model.get_cell_value(n, row, column)
        for n, sheet in enumerate(scan(path).sheets)
        for (row, column), cell in sheet.cells.items()
        if cell.formula is not None
    }


def _contents(path: Path, book: Json, edits: Sequence[Edit]) -> list[tuple[str, str, Content]]:
    formats = _formats(book)
    found = []
    for sheet, address, content in edits:
        if sheet not in formats:
            formats[sheet] = _new_sheet(sheet, formats, path.name)
        as_edit(sheet, address, Content())  # is an address at all
        at = CellRef.at(path.name, sheet, address)
        if "typed" in content:
            known = formats[sheet].get(address, "General")
            read = read_typed(str(content["typed"]), at, known)
        else:
            read = Content(_given(content.get("value")), _formula(content.get("formula"), at))
        found.append((sheet, address, read))
    return found


def _new_sheet(name: str, others: Iterable[str], file: str) -> dict[str, str]:
    """The formats of a sheet that a command has added: none yet."""
    try:
        check_sheet_name(name)
        if name.casefold() in {each.casefold() for each in others}:
            raise ValueError("the name of another sheet, in other letters")
    except ValueError as error:
        raise RamkollError(
            "Bladet finns inte i arbetsboken.", where=file, todo="Ladda om sidan."
        ) from error
    return {}


def _added(book: Json, contents: Sequence[tuple[str, str, Content]]) -> list[str]:
    """The sheets that the file does not have, in the order they are first named."""
    there = {sheet["name"] for sheet in book["sheets"]}
    return [name for name in dict.fromkeys(s for s, _, _ in contents) if name not in there]


def _formula(given: Json, at: CellRef) -> str | None:
    if given is None or (isinstance(given, str) and given.startswith("=")):
        return given
    raise RamkollError(
        "En formel börjar med likhetstecken.", where=f"{at.sheet}!{at.address}", todo="Rätta den."
    )


def _given(value: Json) -> Any:
    if isinstance(value, dict):
        return CellError(str(value.get("error", "#N/A")))
    return value if value is None or isinstance(value, bool | int | float | str) else None


def _formats(book: Json) -> dict[str, dict[str, str]]:
    styles = [style.get("format", "General") for style in book["styles"]]
    return {
        sheet["name"]: {
            a1(row, column): styles[style]
            for row, column, _, _, style in sheet["cells"]
            if style is not None
        }
        for sheet in book["sheets"]
    }


def _put(model: Any, sheet: int, row: int, column: int, content: Content) -> None:
    value = content.value
    if content.formula is not None:
        model.update_cell_with_formula(sheet, row, column, content.formula)
    elif value is None:
        model.clear_cell_contents(sheet, row, column)
    elif isinstance(value, bool):
        model.update_cell_with_bool(sheet, row, column, value)
    elif isinstance(value, int | float):
        model.update_cell_with_number(sheet, row, column, float(value))
    else:
        text = value.text if isinstance(value, CellError) else value
        model.update_cell_with_text(sheet, row, column, text)


def _plain(value: Any) -> Json:
    if isinstance(value, str) and value.startswith("#") and value.rstrip("!?").isupper():
        return {"error": value}
    return value


def _said(sheet: str, address: str, content: Content) -> Json:
    value = content.value
    return {
        "sheet": sheet,
        "address": address,
        "value": {"error": value.text} if isinstance(value, CellError) else value,
        "formula": content.formula,
        "format": content.number_format,
    }


def _shown_by(sheet: str, address: str, value: Json) -> CellEdit:
    row, column = parse_a1(address)
    return CellEdit(sheet, row, column, value=_given(value), formula=KEEP)


def saved(path: Path, stamp: int, edits: Sequence[Edit]) -> bytes:
    """The file with the edits, and every formula's cached value after them."""
    book = read_book(path, stamp)
    contents = _contents(path, book, edits)
    new = tuple(SheetGraft(SheetPlan(name, ())) for name in _added(book, contents))
    cells = [as_edit(sheet, address, content) for sheet, address, content in contents]
    # Formulas that follow get their new values, so that previewers show what the page showed.
    follow = recalculated(path, stamp, edits)["cells"]
    cells += [_shown_by(*each) for each in follow]
    # Charts keep what they show beside the cells, and follow too.
    data = path.read_bytes()
    if new:
        data = graft(data, path.name, Graft(sheets=new)).data
    written = graft(data, path.name, Graft(cells=tuple(cells))).data
    return set_cells(written, path.name, (), recalculate=True)
