"""What a refresh did, or would do, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ramkoll.layout.places import SlotKey
from ramkoll.model.units import Unit, swedish_amount
from ramkoll.pipeline.cell_words import (
    CHECK_TEXT,
    change_words,
    moved_words,
    slot_words,
    value_words,
)
from ramkoll.pipeline.changes import Change
from ramkoll.pipeline.refresh_file import FileRefresh
from ramkoll.pipeline.refresh_folder import VOUCHED_FOR, RefreshedFolder
from ramkoll.report.findings import finding_json, findings_text

HIDDEN = "visas inte"
"""Instead of a value that concerns few persons."""
MANY = 5  # rows named before the rest are only counted


def refresh_text(made: RefreshedFolder, *, cells: bool) -> str:
    """The report, a line or some for each file; with ``cells`` every cell before and after."""
    return "\n".join(_lines(made, cells))


def _lines(made: RefreshedFolder, cells: bool) -> Iterator[str]:
    for each in made.files:
        if each.changes:
            yield from _file_lines(each, cells)
        elif not each.complete:
            yield f"{each.file}: oförändrad."
            yield from _not_done(each)
    for skipped in made.skipped:
        yield f"Inte uppdaterad: {skipped.file}: {skipped.why}."
    if not made.frame:
        yield (
            "Ingen ramarbetsbok hittades, så kontrollsummorna är inte uppdaterade. "
            "Ange den med --frame."
        )
    if made.findings:
        yield findings_text(made.findings, ())
    yield _summary(made)


def _listed(words: Sequence[str], most: int) -> str:
    """The first words, and how many more there are."""
    more = f" och {len(words) - most} till" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _summary(made: RefreshedFolder) -> str:
    changed = [each for each in made.files if each.changes]
    count = _counted(len(made.files), "arbetsbok", "arbetsböcker")
    if not changed:
        return f"{count} för {made.period}: inget i utdragen skiljer sig från det som står där."
    done = "har uppdaterats" if made.written else "skulle uppdateras. Inget har skrivits"
    return f"{len(changed)} av {count} för {made.period} {done}."


def _file_lines(each: FileRefresh, cells: bool) -> Iterator[str]:
    sums = "; ".join(_sums(each))
    count = _counted(len(each.changes), "cell", "celler")
    yield f"{each.file}: {count}{f' ({sums})' if sums else ''}{_following(each)}."
    if cells:
        hidden = [change.at.in_sheet for change in each.changes if _is_hidden(each, change)]
        for change in each.changes:
            if not _is_hidden(each, change):
                yield f"  {_change_line(each, change)}"
        if hidden:
            yield f"  {_listed(hidden, MANY)}: {HIDDEN}, eftersom det gäller små grupper"
    for stale in each.stale:
        yield f"  {stale.at.in_sheet}  {CHECK_TEXT}: {moved_words(stale)}"
    yield from _not_done(each)
    if each.doubtful:
        named = _listed([at.in_sheet for at in each.doubtful], MANY)
        yield f"  Excel räknar om när boken öppnas; Ramkoll kan inte räkna ut {named}."
    if each.status.casefold() in VOUCHED_FOR:
        yield f"  Status är {each.status}: den som har intygat beloppen behöver göra det på nytt."


def _following(each: FileRefresh) -> str:
    said = ""
    if each.follows:
        said += f", {_counted(each.follows, 'formel', 'formler')} följer med"
    if each.stale:
        said += f", {_counted(len(each.stale), 'text', 'texter')} att läsa igen"
    return said


def _not_done(each: FileRefresh) -> Iterator[str]:
    for change in each.untouched:
        yield f"  Inte skriven, cellen har en egen formel: {_change_line(each, change)}"
    for sheet in dict.fromkeys(sheet for sheet, _ in each.homeless):
        rows = [label for where, label in each.homeless if where == sheet and label]
        named = f", raderna {_listed(rows, MANY)}" if rows else ""
        yield f"  Utan plats i boken: bladet {sheet}{named}. Dela ut en ny arbetsbok."
    for sheet, what in each.left:
        yield f"  Orört, för utdragen har inga uppgifter: {sheet}, {what}."
    for problem in each.problems:
        yield f"  Inte uppdaterat: {problem}."


def _change_line(each: FileRefresh, change: Change) -> str:
    before, after = _shown(each, change)
    words = _words(each, change)
    difference = "" if _is_hidden(each, change) else change_words(change.change, change.column)
    said = f" ({difference})" if difference and None not in (change.before, change.after) else ""
    return f"{change.at.in_sheet}  {words}: {before} → {after}{said}"


def _words(each: FileRefresh, change: Change) -> str:
    """The cell's row and column; a row of a list by what its first texts say."""
    words = slot_words(each.view, change.slot)
    place = each.view.form.places.tables[change.slot.table]
    if place.layout.rows != "list" or _is_hidden(each, change):
        return words
    names = [c.id for c in place.layout.columns if c.kind != "number" and c is not change.column]
    keys = (each.view.form.places.fact_key(change.slot._replace(column=name)) for name in names)
    texts = [str(fact.value) for key in keys if (fact := each.view.form.facts.get(key))]
    return f"{' '.join(texts[:2])}, {words}" if texts else words


def _shown(each: FileRefresh, change: Change) -> tuple[str, str]:
    """A protected table concerns so few persons that nothing of it is quoted."""
    if _is_hidden(each, change):
        return HIDDEN, HIDDEN
    return value_words(change.before, change.column), value_words(change.after, change.column)


def _is_hidden(each: FileRefresh, change: Change) -> bool:
    place = each.view.form.places.tables[change.slot.table]
    row = place.layout.row(change.slot.row.line)
    return place.layout.protected or (row is not None and row.protected)


def _sums(each: FileRefresh) -> Iterator[str]:
    """By what they are about, by how much the amounts change together."""
    sums: dict[str, Decimal] = {}
    for change in each.changes:
        if change.column.unit.kronor is not None and change.change is not None:
            name = _about(each, change.slot)
            sums[name] = sums.get(name, Decimal(0)) + change.change
    for name, kronor in sums.items():
        plus = "+" if kronor > 0 else ""
        yield f"{name} {plus}{swedish_amount(kronor, Unit.KR)}"


def _about(each: FileRefresh, slot: SlotKey) -> str:
    place = each.view.form.places.tables[slot.table]
    series = place.series_of(slot.row)
    column = place.layout.column(slot.column)
    assert column is not None
    name = series.label if series is not None else column.words or column.heading
    return name[:1].lower() + name[1:]


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def refresh_json(made: RefreshedFolder) -> dict[str, object]:
    """The whole report for another program. Amounts are in kronor."""
    return {
        "period": f"{made.period.year}-{made.period.month:02d}",
        "skrivet": made.written,
        "ramarbetsbok": made.frame,
        "filer": [_file_json(each) for each in made.files],
        "inte_uppdaterade": [{"fil": each.file, "varför": each.why} for each in made.skipped],
        "fynd": [finding_json(each) for each in made.findings],
    }


def _file_json(each: FileRefresh) -> dict[str, object]:
    return {
        "fil": each.file,
        "celler": [_change_json(each, change) for change in each.changes],
        "formler_som_följer": each.follows,
        "texter_att_läsa_igen": [
            {"blad": s.at.sheet, "cell": s.at.address, "varför": moved_words(s)} for s in each.stale
        ],
        "egna_formler": [_change_json(each, change) for change in each.untouched],
        "utan_plats": [{"blad": sheet, "rad": label} for sheet, label in each.homeless],
        "utan_uppgifter": [{"blad": sheet, "vad": what} for sheet, what in each.left],
        "inte_uppdaterat": list(each.problems),
        "excel_räknar_om": [at.in_sheet for at in each.doubtful],
    }


def _change_json(each: FileRefresh, change: Change) -> dict[str, object]:
    hidden = _is_hidden(each, change)
    return {
        "blad": change.at.sheet,
        "cell": change.at.address,
        "vad": _words(each, change),
        "före": HIDDEN if hidden else _json(change.before),
        "efter": HIDDEN if hidden else _json(change.after),
    }


def _json(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
