"""What writing the report into a workbook did to it, in words and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ramkoll.model.cells import CellRef
from ramkoll.pipeline.into import NAMED, Put


def put_lines(made: Put) -> Iterator[str]:
    """What the command says when it is done, line by line."""
    new, grafted = made.rewrite, made.grafted
    if not grafted.edits:
        yield f"Arbetsboken är redan så: {made.into}"
        return
    yield f"Rapportens blad är skrivna i {made.into}. Allt annat i arbetsboken är kvar som det var."
    if new.missing:
        yield f"Nya blad, sist i arbetsboken: {', '.join(new.missing)}."
    if new.emptied:
        yield f"Tömda blad, som inte längre ingår i rapporten: {', '.join(new.emptied)}."
    for each in new.lost[:NAMED]:
        yield f"Skrevs över: {each.at.in_sheet} {' '.join(each.text.splitlines())}"
    if len(new.lost) > NAMED:
        yield f"Skrevs över: {len(new.lost) - NAMED} celler till."
    if grafted.recalculated:
        yield f"Formler på andra blad som fick nya värden: {_cells(grafted.recalculated)}."
    if grafted.doubtful:
        yield (
            f"Formler som Ramkoll inte kan räkna om: {_cells(grafted.doubtful)}. "
            "Öppna arbetsboken i Excel och spara den, så räknas de."
        )
    for edit in grafted.left:
        yield f"Se efter i Excel: {edit.part}, {edit.what}."
    yield f"Ändrade delar av filen: {len(grafted.edits)}."
    for edit in grafted.edits:
        yield f"  {edit.part}: {edit.what}"


def put_json(made: Put) -> dict[str, object]:
    """The same for programs."""
    return {
        "arbetsbok": str(made.into),
        "nya_blad": list(made.rewrite.missing),
        "tömda_blad": list(made.rewrite.emptied),
        "överskrivet": [{"cell": str(each.at), "text": each.text} for each in made.rewrite.lost],
        "omräknade": [str(each) for each in made.grafted.recalculated],
        "inte_omräknade": [str(each) for each in made.grafted.doubtful],
        "inte_uppdaterade_delar": [
            {"del": each.part, "varför": each.what} for each in made.grafted.left
        ],
        "delar": [{"del": each.part, "ändring": each.what} for each in made.grafted.edits],
    }


def _cells(refs: Sequence[CellRef]) -> str:
    named = ", ".join(each.in_sheet for each in refs[:NAMED])
    return f"{named} och {len(refs) - NAMED} till" if len(refs) > NAMED else named
