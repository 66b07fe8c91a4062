"""What was done to a formula, in the words of those who fill in the form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ramkoll.compute.own_sheets.links import file_name
from ramkoll.layout.search import listed
from ramkoll.model.cells import CellRef, column_letters
from ramkoll.model.formula_difference import LOST, Change, Difference
from ramkoll.model.formula_shape import Piece, Place
from ramkoll.model.units import MINUS, NO_BREAK_SPACE, Unit, swedish_number
from ramkoll.rules.changed import Alike, Changed, areas, labels, neighbour
from ramkoll.rules.shown import Shown, in_column
from ramkoll.rules.views import FormView

LONGEST = 80  # characters of a formula before it is cut
SWEDISH = {
    "ROUND": "AVRUNDA",
    "ROUNDUP": "AVRUNDA.UPPÅT",
    "ROUNDDOWN": "AVRUNDA.NEDÅT",
    "INT": "HELTAL",
    "TRUNC": "AVKORTA",
    "MROUND": "MAVRUNDA",
    "CEILING": "RUNDA.UPP",
    "FLOOR": "RUNDA.NER",
    "FIXED": "FASTTAL",
    "IFERROR": "OMFEL",
    "IFNA": "OMSAKNAS",
}
ERRORS = {  # as a Swedish Excel shows them
    "#REF!": "#REFERENS!",
    "#DIV/0!": "#DIVISION/0!",
    "#VALUE!": "#VÄRDEFEL!",
    "#NAME?": "#NAMN?",
    "#N/A": "#SAKNAS!",
    "#NUM!": "#OGILTIGT!",
    "#NULL!": "#SKÄRNING!",
}
BACK = "Kopiera tillbaka formeln från den utdelade arbetsboken."


def where(alike: Alike) -> str:
    """The cell by its row and heading, or the cells that were changed alike by their areas."""
    first = alike.first.shown
    if len(alike.cells) == 1:
        return f"{first.row}, {first.heading}"
    addresses = [area.address for area in areas((e.at.row, e.at.column) for e in alike.cells)]
    title = first.heading if len({each.shown.heading for each in alike.cells}) == 1 else first.row
    return f"{title} i {len(alike.cells)} celler ({listed(addresses)}), först {first.row}"


def done(view: FormView, alike: Alike) -> str:
    """What was done to the first of the formulas, as the middle of a sentence."""
    each = alike.first
    found = each.difference
    match found.change:
        case Change.AREA if each.shown.total is not None and not _across(found):
            return f"summan ska ta med {_rows(found.expected)} men tar {_amiss(view, each)}"
        case Change.AREA:
            expected, taken = _shown(found.expected), _shown(found.found)
            return f"formeln ska räkna på {expected} men räknar på {taken}: {_what(view, each)}"
        case Change.CHAIN:
            return f"formeln lägger ihop cellerna en och en, och {_what(view, each)}"
        case Change.OWN_CELL:
            return f"formeln tar med sin egen cell ({_shown(found.found)}), en cirkelreferens"
        case Change.LEADS_OUT:
            return f"formeln hämtar ur en annan fil ({_file(view, found.found[0])})"
        case Change.BROKEN:
            return "formeln pekar på något som är borttaget (#REFERENS!)"
        case Change.OTHER_SHEET:
            own, other = _sheets(found.expected, each.at.sheet), _sheets(found.found, each.at.sheet)
            return f"formeln pekar på bladet {other} i stället för {own}"
        case Change.MOVED:
            return _moved(view, each)
        case Change.CONSTANT if found.detail.startswith(LOST):
            return f"formeln räknar inte med formulärets fasta tal ({found.detail[len(LOST) :]})"
        case Change.CONSTANT:
            return f"formeln räknar med ett eget fast tal ({_decimal(found.detail)})"
        case Change.FIXED:
            cell = _cell_words(view, each.at.sheet, found.expected[0])
            return (
                f"formeln har {_decimal(found.detail)} fast inskrivet i stället för cellen {cell}"
            )
        case Change.ROUNDED:
            return f"formeln avrundar ({SWEDISH[found.detail]}), vilket formulärets inte gör"
        case Change.ERROR_HIDDEN:
            return f"formeln döljer felvärden ({SWEDISH[found.detail]}), så att ett fel inte syns"
        case Change.ABSOLUTE:
            return "formeln tar bort minustecken (ABS)"
        case Change.TURNED:
            detail = f" ({found.detail.replace('-', MINUS)})" if found.detail else ""
            return f"formeln vänder tecken{detail}"
        case Change.WRITTEN_OTHERWISE:
            return "formeln räknar på samma celler som formulärets men är skriven på ett annat sätt"
        case _:
            expected, own = _cut(each.expected_formula), _cut(each.shown.formula)
            return f"formeln är en annan än formulärets: «={own}» i stället för «={expected}»"


def result(alike: Alike) -> str:
    """What the cells show and should show, as last sentences."""
    each = alike.largest
    many = len(alike.cells) > 1
    if not each.is_saved:
        shows = f"formulärets formel ger {each.shown.expected_words}"
        return f"Filen är sparad utan värden; {shows} i {each.at.address}."
    if each.same:
        return "Resultaten är desamma i dag." if many else "Resultatet är detsamma i dag."
    which = (
        f"Störst är skillnaden på {each.shown.row} ({each.at.address}): cellen"
        if many
        else "Cellen"
    )
    return f"{which} {shows_and_should(each.shown)}"


def shows_and_should(shown: Shown) -> str:
    """What one cell shows, what the form's formula gives, and the difference."""
    found, expected = shown.found_words, shown.expected_words
    if shown.text in ERRORS:
        return f"visar felvärdet {ERRORS[shown.text]}, formulärets formel ger {expected}."
    if shown.text:
        return f"visar {found}, formulärets formel ger {expected}."
    size = (shown.value or Decimal(0)) - (shown.expected or Decimal(0))
    return f"visar {found}, formulärets formel ger {expected}; skillnaden är {_size(shown, size)}."


def back(view: FormView, shown: Shown, expected: str, others: Iterable[CellRef] = ()) -> str:
    """How to get the formula back: from the cell beside when that has it, else from the form."""
    beside = neighbour(view.form, shown, expected)
    if beside is None:
        return BACK
    to = areas((ref.row, ref.column) for ref in (shown.at, *others))
    where_to = listed([area.address for area in to])
    return f"Kopiera cellen {beside.address} och klistra in formeln i {where_to}."


def _size(shown: Shown, size: Decimal) -> str:
    if shown.column.unit is Unit.PERCENT:
        return f"{swedish_number(abs(size) * 100, 1)}{NO_BREAK_SPACE}procentenheter"
    return in_column(abs(size), shown.column)


def _across(found: Difference) -> bool:
    """Whether the cells are a row's, as the months are, and not a column's."""
    areas_of = [piece.area for piece in found.expected if piece.area is not None]
    return any(area.top == area.bottom and area.left < area.right for area in areas_of)


def _rows(references: Sequence[Piece]) -> str:
    """The rows of references: rad 9–13 och 16."""
    spans = sorted({(t.area.top, t.area.bottom) for t in references if t.area is not None})
    joined: list[tuple[int, int]] = []
    for top, bottom in spans:
        if joined and top <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(bottom, joined[-1][1]))
        else:
            joined.append((top, bottom))
    words = [f"{top}–{bottom}" if bottom > top else str(top) for top, bottom in joined]
    return f"rad {listed(words)}"


def _amiss(view: FormView, each: Changed) -> str:
    found = each.difference
    only = "bara med" if found.missing and not found.extra else "med"
    return f"{only} {_rows(found.found)}: {_what(view, each)}"


def _what(view: FormView, each: Changed) -> str:
    """What a sum misses, takes too much, twice or with a minus, by the names of rows or columns."""
    found = each.difference
    parts = [
        (found.missing, "saknas"),
        (found.extra, "är med fast {det} inte ska räknas"),
        (found.twice, "räknas mer än en gång"),
        (found.minus, "dras ifrån"),
    ]
    said = []
    for cells, what in parts:
        if cells:
            names = labels(view.form.places, each.at.sheet, cells, across=_across(found))
            said.append(f"{listed(names)} {what.format(det='det' if len(names) == 1 else 'de')}")
    return "; ".join(said)


def _shown(references: Sequence[Piece]) -> str:
    return listed(list(dict.fromkeys(piece.shown for piece in references)))


def _sheets(references: Sequence[Piece], own: str) -> str:
    return listed(list(dict.fromkeys(piece.sheet or own for piece in references)))


def _moved(view: FormView, each: Changed) -> str:
    found = each.difference
    rows, columns = found.shift or (0, 0)
    far = [
        f"{f'en {one}' if abs(by) == 1 else f'{abs(by)} {many}'} {less if by < 0 else more}"
        for by, one, many, less, more in (
            (rows, "rad", "rader", "upp", "ner"),
            (columns, "kolumn", "kolumner", "till vänster", "till höger"),
        )
        if by
    ]
    way = f" {' och '.join(far)}" if far else " fel"
    to = _cell_words(view, each.at.sheet, found.found[0], across=not rows)
    instead = _cell_words(view, each.at.sheet, found.expected[0], across=not rows)
    more = len(dict.fromkeys(found.found)) - 1
    rest = f", och så även {more} till" if more else ""
    return f"formeln pekar{way}: på {to} i stället för {instead}{rest}"


def _cell_words(view: FormView, sheet: str, piece: Piece, *, across: bool = False) -> str:
    """A reference with what it is called: C9 (Personal), Start!B12 (Period: månad).

    ``across`` names it by its column instead of its row.
    """
    places, area = view.form.places, piece.area
    assert area is not None
    at = (piece.sheet or sheet).casefold(), area.top, area.left
    for name, (of, row, column) in places.fields.items():
        if (of.casefold(), row, column) == at:
            each = next(f for s in places.layout.sheets for f in s.fields if f.id == name)
            return f"{piece.shown} ({each.label})"
    cell = Place(piece.sheet, area.top, area.left)
    label = labels(places, sheet, [cell], across=across)[0]
    known = label not in (f"rad {area.top}", f"kolumn {column_letters(area.left)}")
    return f"{piece.shown} ({label})" if known else piece.shown


def _file(view: FormView, piece: Piece) -> str:
    """The other workbook that a reference points at, by its name when the file says it."""
    number, _, sheet = piece.sheet.rpartition("[")[2].partition("]")
    target = view.form.linked.get(int(number), "") if number.isdigit() else number
    name = file_name(target)
    return (
        f"«{name}», bladet {sheet}"
        if name and sheet
        else f"{piece.sheet}!{piece.area.address if piece.area else piece.text}"
    )


def _decimal(text: str) -> str:
    """A number of a formula with decimal comma."""
    return re.sub(r"(?<=\d)\.(?=\d)", ",", text)


def _cut(formula: str) -> str:
    return formula if len(formula) <= LONGEST else f"{formula[: LONGEST - 1]}…"
