"""``ramkoll export``: the version of a report that the board gets."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping

from ramkoll.cli import BLOCKED, OK
from ramkoll.excel.board.what import Left
from ramkoll.excel.children import Children
from ramkoll.pipeline.export import Exported, export_board
from ramkoll.store.layouts import load_layouts


def _export(arguments: Namespace) -> int:
    layouts = load_layouts(arguments.layouts)
    with Children(1) as children:
        made = export_board(
            arguments.workbook, arguments.out, layouts, children, draft=arguments.draft
        )
    if arguments.json:
        print(json.dumps(_json(made), ensure_ascii=False, indent=2))
    else:
        for warning in made.warnings:
            print(f"Varning: {warning}", file=sys.stderr)
        print("\n".join(_lines(made)))
    return OK if made.written and not made.warnings else BLOCKED


def _lines(made: Exported) -> Iterator[str]:
    if not made.written:
        yield "Ingenting är skrivet, eftersom:"
        for hindrance in made.hindrances:
            yield f"  {hindrance}"
        return
    yield f"Med i nämndens version, {_blad(len(made.sheets))}: {', '.join(made.sheets)}."
    if made.left_sheets:
        yield f"Utanför, {_blad(len(made.left_sheets))}: {', '.join(made.left_sheets)}."
    yield (
        f"Bara värden: {made.made.formulas} formler är ersatta med det de visar. "
        f"Diagram: {made.made.charts}. Bilder: {made.made.pictures}."
    )
    for each in made.made.left:
        yield f"Utelämnat: {each.count} {each.what}{_places(each)}."
    if made.unvouched:
        yield (
            f"{made.unvouched} formler kan ingen räknemotor svara för; deras värden är de som är "
            "sparade."
        )
    yield "Genomsökt del för del: inga formler, länkar, sökvägar, filnamn eller namn på arbetsblad."
    if made.draft:
        yield "Märkt UTKAST på varje sida."
    yield f"Arbetsboken är skriven: {made.out}"


def _blad(count: int) -> str:
    return f"{count} blad"


def _places(left: Left) -> str:
    if not left.places:
        return ""
    more = "" if len(left.places) >= left.count or "!" not in left.places[-1] else " …"
    return f" ({', '.join(left.places)}{more})"


def _json(made: Exported) -> dict[str, object]:
    return {
        "skriven": made.written,
        "arbetsbok": str(made.out) if made.written else None,
        "utkast": made.draft,
        "blad": list(made.sheets),
        "utelämnade_blad": list(made.left_sheets),
        "formler_som_blev_värden": made.made.formulas,
        "utelämnat": [
            {"vad": each.what, "antal": each.count, "platser": list(each.places)}
            for each in made.made.left
        ],
        "hinder": list(made.hindrances),
        "varningar": list(made.warnings),
        "formler_utan_kontroll": made.unvouched,
    }


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"export": _export}
