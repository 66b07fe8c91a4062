"""The forecast methods in the report: one row a unit, each method as a formula over Underlag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ramkoll.compute.forecast import Basis, bracket, proposals
from ramkoll.compute.forecast_basis import basis_of
from ramkoll.compute.items import Figure, Item, Source
from ramkoll.layout.expr import parse
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import TOTAL_LINE
from ramkoll.model.register import Register
from ramkoll.model.units import Unit, swedish_amount

FORECASTS, MONTHS = "forecast_methods", "months"
# The basis as measures, and each method as the same sum that compute/forecast makes.
MEASURES: Mapping[str, tuple[str, str]] = {
    "f_outcome": ("outcome", "Utfall hittills"),
    "f_budget": ("budget", "Budget hittills"),
    "f_budget_year": ("budget_year", "Budget helår"),
    "f_prior": ("prior", "Utfall föregående år, samma månader"),
    "f_prior_year": ("prior_year", "Utfall föregående år, helår"),
    "f_recent": ("recent", "Utfall de tre senaste månaderna"),
    "f_prior_recent": ("prior_recent", "Utfall samma tre månader föregående år"),
}
FICTIVE = {
    "f_fictive_year": "Fiktiva poster i budget helår",
    "f_fictive_left": "Fiktiva poster i budget för resten",
    "f_fictive_gone": "Fiktiva poster i budget hittills",
}
LABELS = {measure: label for measure, (_, label) in MEASURES.items()} | FICTIVE
OWN, OWN_LINE = "own_forecast", f"{TOTAL_LINE}net"
FORMULAS: Mapping[str, str] = {
    "A": "f_outcome + f_budget_year - f_budget - f_fictive_left",
    "B": "f_outcome * 12 / month",
    "C": "f_outcome * (f_budget_year - f_fictive_year) / (f_budget - f_fictive_gone)",
    "D": "f_outcome * f_prior_year / f_prior",
    "E": "f_outcome + f_recent * (f_prior_year - f_prior) / f_prior_recent",
    "F": "f_budget_year - f_fictive_year + (f_outcome - f_budget + f_fictive_gone) * 12 / month",
}


def forecast_items(sources: Sequence[Source], register: Register) -> Iterator[Item]:
    """What each unit's methods give. A method that gives nothing says why in the row's note."""
    for source in sources:
        basis = basis_of(source.form, source.computed, register)
        if basis is None:
            continue
        found = proposals(basis)
        exprs = {
            f"method_{each.method}": parse(
                "f_outcome" if basis.months_left == 0 else FORMULAS[each.method]
            )
            for each in found
            if each.value is not None
        }
        ends = bracket(found)
        notes = [f"{each.method}: {each.why}." for each in found if each.value is None]
        if ends is not None:
            low, high = (swedish_amount(each) for each in ends.ends)
            notes.insert(0, f"Metoderna ger från {low} till {high}.")
        yield Item(
            FORECASTS,
            source.form.enhet,
            source.label,
            {"enhet": source.form.enhet},
            {"note": " ".join(notes)},
            tuple(_figures(source, basis)),
            exprs=exprs,
        )


def _figures(source: Source, basis: Basis) -> Iterator[Figure]:
    place = source.form.places.tables[MONTHS]
    at = CellRef(source.form.file, place.sheet, place.header_row, 1)
    amounts: dict[str, Decimal | None] = {
        measure: getattr(basis, name) for measure, (name, _) in MEASURES.items()
    }
    # An item may add up to nothing over the year and still be budgeted in the months left.
    if basis.fictive_year is not None and (basis.fictive_year or basis.fictive_left):
        amounts["f_fictive_year"] = basis.fictive_year
        amounts["f_fictive_left"] = basis.fictive_left
        amounts["f_fictive_gone"] = basis.fictive_year - basis.fictive_left
    for fact in source.computed.facts.select("forecast", dataset="forecasts", line=OWN_LINE):
        sha256, enhet = source.form.sha256, source.form.enhet
        yield Figure(OWN, fact.number, Unit.KR, fact.at, sha256, enhet)
    for measure, amount in amounts.items():
        if amount is not None:
            yield Figure(
                measure,
                amount,
                Unit.KR,
                at,
                source.form.sha256,
                source.form.enhet,
                "radsummorna Netto på bladet, summerade över månaderna",
                label=LABELS[measure],
            )
