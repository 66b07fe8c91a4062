"""An explained cell as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.model.cells import Cell, CellKind, CellValue, quoted_sheet
from ramkoll.model.recalculated import Opinion, Verdict
from ramkoll.model.units import swedish_number
from ramkoll.pipeline.explain import Explained, Node, Part
from ramkoll.rules.formula_words import function_in_swedish

_MOST_DECIMALS = 12
_AGAIN = "Räkna om cellen i Excel (Ctrl+Alt+F9)"


def explain_text(found: Explained) -> str:
    """The explanation in Swedish, as the command line prints it."""
    node = found.node
    lines = [f"{node.at}" + (f"  ({node.label})" if node.label else ""), ""]
    lines += [conclusion(found), ""]
    if node.cell.formula is not None:
        lines += [f"Formel: ={node.cell.formula}", ""]
        lines += _parts(node.made_of, "")
        lines += ["", "Vad cellen är enligt", f"  filen: {_shown(node.cell)}"]
        lines += [f"  {name}: {value_words(value)}" for name, value in found.engines.items()]
    else:
        lines.append(f"Innehåll: {_shown(node.cell)}")
    if found.users:
        lines += [
            "",
            f"Används av {_count(len(found.users) + found.more_users, 'cell', 'celler')}:",
        ]
        lines += [f"  {_line(user)}" for user in found.users]
        if found.more_users:
            lines.append(f"  … och {found.more_users} till")
    return "\n".join(lines)


def conclusion(found: Explained) -> str:
    """Whether the engines agree with what the file holds, and what to do, in one sentence."""
    cell, opinion = found.node.cell, found.opinion
    if cell.formula is None:
        kinds = {
            CellKind.BLANK: "Cellen är tom.",
            CellKind.NUMBER: "Cellen har ett inskrivet tal och ingen formel.",
            CellKind.TEXT: "Cellen har en inskriven text och ingen formel.",
            CellKind.DATE: "Cellen har ett inskrivet datum och ingen formel.",
            CellKind.BOOL: "Cellen har ett inskrivet sant eller falskt och ingen formel.",
            CellKind.ERROR: "Cellen har ett felvärde och ingen formel.",
        }
        unused = "" if found.users else " Ingen formel använder den."
        return kinds[cell.kind] + unused
    if found.ring:
        ring = " → ".join(ref.in_sheet for ref in (*found.ring, found.ring[0]))
        return f"Formeln bygger på sig själv: {ring}. Ändra någon av formlerna i ringen."
    if opinion is None:
        return "Det sparade värdet stämmer med formeln."
    return _opinion(opinion)


def _opinion(opinion: Opinion) -> str:
    match opinion.verdict:
        case Verdict.STALE:
            since = ""
            if opinion.since:
                since = f", sedan {' eller '.join(r.in_sheet for r in opinion.since)} ändrades"
            elif opinion.roots and opinion.at not in opinion.roots:
                named = " och ".join(r.in_sheet for r in opinion.roots[:3])
                since = f", eftersom {named} inte är omräknad"
            return (
                f"Det sparade värdet är inaktuellt: det ska vara {value_words(opinion.value)}"
                f"{since}. Räkna om filen i Excel (Ctrl+Alt+F9) och spara den."
            )
        case Verdict.UNCACHED:
            value = f"; formeln ger {value_words(opinion.value)}" if opinion.known else ""
            return f"Filen har inget sparat värde för formeln{value}. Öppna den i Excel och spara."
        case Verdict.DISPUTED:
            return (
                "Räknemotorerna får ett annat värde än filen, men är inte säkra nog för att det"
                f" sparade ska kallas fel. {_AGAIN} och jämför."
            )
    assert opinion.doubt is not None
    what = f": {function_in_swedish(opinion.what)}" if opinion.what else ""
    return (
        "Det går inte att säga om det sparade värdet är aktuellt, eftersom "
        f"{opinion.doubt.value}{what}. {_AGAIN}."
    )


def _parts(parts: tuple[Part, ...], indent: str) -> Iterator[str]:
    for part in parts:
        single = len(part.nodes) == 1 and not part.more and ":" not in part.address
        deeper = indent if single else indent + "  "
        if not single:
            filled = _count(len(part.nodes) + part.more, "ifylld cell", "ifyllda celler")
            yield f"{indent}{quoted_sheet(part.sheet)}!{part.address}: {filled}"
        for node in part.nodes:
            yield f"{deeper}{_line(node)}"
            yield from _parts(node.made_of, deeper + "  ")
        if part.more:
            yield f"{deeper}… och {part.more} till"


def _line(node: Node) -> str:
    label = f"  {node.label}" if node.label else ""
    formula = f"   = {node.cell.formula}" if node.cell.formula is not None else ""
    again = " (visas ovan)" if node.known else ""
    return f"{node.at.in_sheet}{label}: {_shown(node.cell)}{formula}{again}"


def _shown(cell: Cell) -> str:
    if cell.kind is CellKind.BLANK:
        return "inget sparat värde" if cell.formula is not None else "tom"
    return value_words(cell.value)


def value_words(value: CellValue) -> str:
    """A value in Swedish, with all the digits that a cell has."""
    match value:
        case bool():
            return "SANT" if value else "FALSKT"
        case Decimal():
            decimals = -int(value.normalize().as_tuple().exponent)
            return swedish_number(value, min(max(decimals, 0), _MOST_DECIMALS))
        case None:
            return "tom"
        case str():
            return value if value.startswith("#") else f"«{value}»"
    return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def explain_json(found: Explained) -> dict[str, object]:
    """The explanation as data."""
    opinion = found.opinion
    return {
        **_node_json(found.node),
        "slutsats": conclusion(found),
        "räknemotorer": {name: _json(value) for name, value in found.engines.items()},
        "bedömning": opinion.verdict.value if opinion else "",
        "ska_vara": _json(opinion.value) if opinion and opinion.known else None,
        "sedan": [ref.in_sheet for ref in opinion.since] if opinion else [],
        "ring": [ref.in_sheet for ref in found.ring],
        "används_av": [_node_json(user) for user in found.users],
        "används_av_fler": found.more_users,
    }


def _node_json(node: Node) -> dict[str, object]:
    made_of = [
        {
            "blad": part.sheet,
            "område": part.address,
            "celler": [_node_json(each) for each in part.nodes],
            "fler": part.more,
        }
        for part in node.made_of
    ]
    return {
        "cell": node.at.in_sheet,
        "etikett": node.label,
        "slag": node.cell.kind.value,
        "värde": _json(node.cell.value),
        "formel": node.cell.formula,
        "består_av": made_of,
    }


def _json(value: CellValue) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
