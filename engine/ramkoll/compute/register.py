"""The register out of a located frame workbook. Rows that cannot be used are reported."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from ramkoll.layout.form import Form, Irregular, Irregularity
from ramkoll.layout.thresholds import Defaults
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import BLANK_CELL, CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import TOTAL_LINE, Record
from ramkoll.model.period import Period
from ramkoll.model.register import (
    COST,
    INCOME,
    AccountGroup,
    Control,
    Deadline,
    Decision,
    Enhet,
    Part,
    Predecessor,
    Register,
    Reporter,
    Threshold,
)

CONTROL_MEASURES = {
    "utfall": "outcome_ytd",
    "budget": "budget_ytd",
    "utfall föregående år": "prior_ytd",
}
LEAST_PERCENT = Decimal("0.1")  # less is a ratio in a cell that shows per cent
DECISION_KINDS = ("ursprung", "justering", "omdisponering", "tilläggsanslag")


def register_of(form: Form, defaults: Defaults) -> tuple[Register, tuple[Irregularity, ...]]:
    """The register of a frame workbook, and the rows of it that could not be used.

    Raises RamkollError when there is no unit or no account group to go by.
    """
    faults: list[Irregularity] = []
    enheter = _enheter(form, faults)
    groups = _groups(form, faults)
    for what, rows, table in (("enhet", enheter, "enheter"), ("kontogrupp", groups, "groups")):
        if not rows:
            raise _nothing_in(form, what, table)
    register = Register(
        file=form.file,
        sha256=form.sha256,
        organisation=text_in(form.fields.get("organisation", BLANK_CELL)),
        board=text_in(form.fields.get("board", BLANK_CELL)),
        enheter=enheter,
        groups=groups,
        parts=_parts(form),
        decisions=_decisions(form, faults),
        controls=_controls(form, faults),
        reporters=_reporters(form, {each.code for each in enheter}, faults),
        thresholds=_thresholds(form, defaults, faults),
        deadlines=_deadlines(form, faults),
    )
    return register, tuple(faults)


def _nothing_in(form: Form, what: str, table: str) -> RamkollError:
    """The error of a list that the register cannot do without, with why nothing was found."""
    sheet = next(s.name for s, t in form.places.layout.tables() if t.id == table)
    missing = [
        str(each.facts["kolumn"])
        for each in form.irregularities
        if each.kind is Irregular.COLUMN_MISSING and each.at.sheet == sheet
    ]
    return RamkollError(
        f"Ramarbetsboken har ingen användbar {what}.",
        where=str(CellRef.whole_file(form.file, sheet)),
        expected=f"kolumnen {' och '.join(missing)}" if missing else "",
        todo=f"Fyll i bladet {sheet}, eller dela ut ramarbetsboken på nytt.",
    )


def _records(form: Form, table: str, needed: Iterable[str]) -> list[Record]:
    """The rows of a list. None when a column is missing: that has been said, once."""
    place = form.places.tables.get(table)
    if place is None or any((column, 0) not in place.columns for column in needed):
        return []
    return form.facts.records(table)


def _fault(faults: list[Irregularity], at: CellRef, why: str) -> None:
    faults.append(Irregularity(Irregular.REGISTER_ROW, at, {"varför": why}))


def _enheter(form: Form, faults: list[Irregularity]) -> tuple[Enhet, ...]:
    found: dict[tuple[str, date], Enhet] = {}
    for row in _records(form, "enheter", ("code", "area")):
        code, name, area = row.text("code"), row.text("name"), row.text("area")
        begins, ends = _day(row, "valid_from"), _day(row, "valid_to")
        if not code or not area:
            _fault(faults, row.at, "kod eller område saknas")
            continue
        if ends is not None and begins is not None and ends < begins:
            _fault(faults, row.at, f"enheten {code} upphör innan den börjar")
            continue
        try:
            predecessors = parse_predecessors(row.text("predecessors"))
        except ValueError as error:
            at = row.columns["predecessors"].at
            _fault(faults, at, f"föregångaren «{error}» går inte att läsa")
            predecessors = ()
        begins = begins or date(1900, 1, 1)
        enhet = Enhet(
            code,
            name,
            area,
            row.text("board"),
            begins,
            ends,
            predecessors,
            row.text("part_of"),
            row.at,
        )
        twin = found.get((code, begins)) or next(
            (e for e in found.values() if e.code == code and _overlap(e, enhet)), None
        )
        if twin is not None:
            _fault(faults, row.at, f"enheten {code} finns redan på {twin.at} för samma tid")
        else:
            found[code, begins] = enhet
    _check_part_of(list(found.values()), faults)
    return tuple(found.values())


def _check_part_of(enheter: list[Enhet], faults: list[Irregularity]) -> None:
    """Report units that are part of one that is not there, of another area, or of themselves."""
    for enhet in enheter:
        parents = [each for each in enheter if each.code == enhet.part_of]
        if not enhet.part_of or enhet.at is None:
            continue
        if not parents:
            why = f"{enhet.code} ingår i {enhet.part_of}, som inte finns"
        elif all(parent.area != enhet.area for parent in parents):
            why = f"{enhet.code} ingår i {enhet.part_of}, som hör till ett annat område"
        elif _is_ring(enhet, enheter):
            why = f"{enhet.code} ingår i sig själv, på omvägar"
        else:
            continue
        _fault(faults, enhet.at, f"{why}; enheten trycks på en egen rad")


def _is_ring(enhet: Enhet, enheter: list[Enhet]) -> bool:
    above = {each.code: each.part_of for each in enheter}
    code, seen = enhet.part_of, {enhet.code}
    while code and code not in seen:
        seen.add(code)
        code = above.get(code, "")
    return bool(code) and code == enhet.code


def _overlap(one: Enhet, other: Enhet) -> bool:
    first, second = sorted((one, other), key=lambda each: each.valid_from)
    return first.valid_to is None or first.valid_to >= second.valid_from


def parse_predecessors(text: str) -> tuple[Predecessor, ...]:
    """Predecessors from ``605;612=40%``; ValueError carries the piece that is no such thing."""
    found = []
    for piece in (piece.strip() for piece in text.split(";")):
        if not piece:
            continue
        match = re.fullmatch(r"([^=]+?)\s*(?:=\s*(\d+(?:[.,]\d+)?)\s*%)?", piece)
        if match is None:
            raise ValueError(piece)
        share = None if match[2] is None else Decimal(match[2].replace(",", ".")) / 100
        if share is not None and not 0 < share <= 1:
            raise ValueError(piece)
        found.append(Predecessor(match[1], share))
    return tuple(found)


def _groups(form: Form, faults: list[Irregularity]) -> tuple[AccountGroup, ...]:
    found: dict[str, AccountGroup] = {}
    for n, row in enumerate(_records(form, "groups", ("code", "kind"))):
        code, kind = row.text("code"), row.text("kind").casefold()
        if code.startswith(TOTAL_LINE):
            _fault(faults, row.at, f"koden {code} är upptagen av formulärets summor")
        elif not code or kind not in (INCOME, COST):
            _fault(faults, row.at, "kod saknas, eller typen är varken intäkt eller kostnad")
        elif code in found:
            _fault(faults, row.at, f"kontogruppen {code} finns redan på {found[code].at}")
        else:
            order = row.number("order")
            found[code] = AccountGroup(
                code,
                row.text("name"),
                kind,
                order if order is not None else Decimal(n),
                row.text("sign_checked").upper() != "N",
                row.at,
            )
    return tuple(found.values())


def _reporters(
    form: Form, taken: Collection[str], faults: list[Irregularity]
) -> tuple[Reporter, ...]:
    """The rapportörer. One with a unit's code would take that unit's rows and workbook."""
    found: dict[str, Reporter] = {}
    place = form.places.tables.get("reporters")
    of_form = place.layout.column("form") if place is not None else None
    known = of_form.choices if of_form is not None else ()
    for row in _records(form, "reporters", ("code", "form")):
        code, of = row.text("code"), row.text("form").casefold()
        if not code or not of:
            _fault(faults, row.at, "rapportören saknar kod eller formulär")
        elif code in found:
            _fault(faults, row.at, f"rapportören {code} finns redan på {found[code].at}")
        elif code in taken:
            _fault(faults, row.at, f"rapportören {code} har samma kod som en enhet")
        elif of not in known:
            _fault(faults, row.at, f"rapportören {code} har det okända formuläret «{of}»")
        else:
            enheter, sheets = (_pieces(row.text(name)) for name in ("enheter", "sheets"))
            found[code] = Reporter(code, row.text("name") or code, of, enheter, sheets, row.at)
    return tuple(found.values())


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in text.split(";") if piece.strip())


def _parts(form: Form) -> tuple[Part, ...]:
    return tuple(
        Part(
            row.text("enhet"),
            row.text("part"),
            row.text("name") or row.text("part"),
            row.text("complete").upper() == "J",
            row.text("fictive").upper() == "J",
            row.at,
        )
        for row in form.facts.records("parts")
    )


def _decisions(form: Form, faults: list[Irregularity]) -> tuple[Decision, ...]:
    found = []
    for row in _records(form, "decisions", ("amount", "day", "year")):
        amount, day, year = row.columns.get("amount"), _day(row, "day"), row.number("year")
        if amount is None or row.number("amount") is None:
            _fault(faults, row.at, "rambeslutet saknar belopp")
            continue
        if day is None or year is None:
            _fault(faults, row.at, "rambeslutet saknar datum eller år")
            continue
        kind = row.text("kind").casefold()
        if kind not in DECISION_KINDS:
            _fault(faults, row.at, f"typen «{kind}» är okänd; beslutet räknas som justering")
            kind = "justering"
        found.append(
            Decision(
                row.text("decision"),
                day,
                int(year),
                row.text("board"),
                row.text("area"),
                row.text("enhet"),
                kind,
                amount,
                row.text("text"),
            )
        )
    return tuple(found)


def _controls(form: Form, faults: list[Irregularity]) -> tuple[Control, ...]:
    found = []
    for row in _records(form, "controls", ("measure", "amount", "year", "month")):
        measure = CONTROL_MEASURES.get(row.text("measure").casefold())
        amount, period = row.number("amount"), _period(row)
        if measure is None or amount is None or period is None:
            _fault(faults, row.at, "kontrollsumman saknar mått, period eller belopp")
        else:
            at = row.columns["amount"].at
            found.append(Control(row.text("enhet"), measure, period, amount, at))
    return tuple(found)


def _thresholds(
    form: Form, defaults: Defaults, faults: list[Irregularity]
) -> Mapping[str, Threshold]:
    found = dict(defaults.thresholds)
    for row in form.facts.records("thresholds"):
        threshold_id, value = row.text("threshold"), row.number("value")
        if threshold_id and threshold_id not in found:
            _fault(faults, row.at, f"tröskeln «{threshold_id}» är okänd; förvalen gäller")
        elif value is not None and found[threshold_id].unit == "%" and 0 < value < LEAST_PERCENT:
            why = f"tröskeln är {value:f} procent; skriv 2 för 2 procent. Förvalet gäller"
            _fault(faults, row.columns["value"].at, why.replace(".", ",", 1))
        elif value is not None:
            default = found[threshold_id]
            source = row.text("source") or "ramarbetsboken"
            at = row.columns["value"].at
            found[threshold_id] = Threshold(
                threshold_id, value, default.unit, default.description, source, at
            )
    return found


def _deadlines(form: Form, faults: list[Irregularity]) -> tuple[Deadline, ...]:
    found = []
    for row in _records(form, "calendar", ("year", "month", "deadline")):
        period, day = _period(row), _day(row, "deadline")
        if period is None or day is None:
            _fault(faults, row.at, "kalenderraden saknar period eller datum")
        else:
            at = row.columns["deadline"].at
            found.append(Deadline(period, row.text("report").casefold(), day, at))
    return tuple(found)


def _period(row: Record) -> Period | None:
    year, month = row.number("year"), row.number("month")
    if year is None or month is None:
        return None
    try:
        return Period(int(year), int(month))
    except ValueError:
        return None


def _day(row: Record, column: str) -> date | None:
    text = row.text(column)
    return date.fromisoformat(text) if text else None
