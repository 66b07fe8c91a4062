"""Causes in the report: per comparison and område, with what is left unexplained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ramkoll.compute.items import Figure, Item, Source, records
from ramkoll.layout.expr import Expr, parse
from ramkoll.model.facts import Record

CAUSES = "causes"
# What the form calls a comparison, the dataset in the report, and the deviation to explain.
COMPARISONS: Mapping[str, tuple[str, str]] = {
    "Budget": ("causes_budget", "outcome_ytd - budget_ytd"),
    "Föregående år": ("causes_prior", "outcome_ytd - prior_ytd"),
    "Prognos": ("causes_forecast", "given(forecast, forecast - budget_year)"),
}
AREA_FORM, YES = "omrade", "J"
REST = "Övrigt, ej förklarat"


def cause_items(sources: Sequence[Source], areas: Mapping[str, str]) -> Iterator[Item]:
    """The causes for the board of each område, and a row for what they do not explain.

    An område's own causes go before those of its units: they are about the same kronor.
    Where any område has a cause, every other has its row too: the total is all of them.
    ``areas`` gives the område of each unit, in the order of the report.
    """
    for comparison, (dataset, deviation) in COMPARISONS.items():
        found = {
            area: list(_of_area(sources, areas, area, comparison))
            for area in dict.fromkeys(areas.values())
        }
        if not any(found.values()):
            continue
        for area, causes in found.items():
            yield from (_item(dataset, area, *each) for each in causes)
            yield Item(
                dataset,
                f"rest:{area}",
                REST,
                {"area": area},
                exprs={"amount": _rest(dataset, deviation)},
                area=area,
            )


def _rest(dataset: str, deviation: str) -> Expr:
    if deviation.startswith("given("):
        name, _, then = deviation.removeprefix("given(").removesuffix(")").partition(", ")
        return parse(f"given({name}, {then} - {dataset})")
    return parse(f"{deviation} - {dataset}")


def _of_area(
    sources: Sequence[Source], areas: Mapping[str, str], area: str, comparison: str
) -> Iterator[tuple[Source, Record]]:
    own = [s for s in sources if s.form.places.layout.id == AREA_FORM and s.form.enhet == area]
    units = [s for s in sources if areas.get(s.form.enhet) == area]
    for chosen in (own, units):
        found = [
            (source, record)
            for source in chosen
            if CAUSES in source.form.places.tables
            for record in records(source, CAUSES)
            if record.text("comparison") == comparison
            and record.text("to_board").upper() == YES
            and record.number("amount") is not None
        ]
        if found:
            yield from found
            return


def _item(dataset: str, area: str, source: Source, record: Record) -> Item:
    amount = record.columns["amount"]
    is_area = source.form.enhet == area
    who = "" if is_area else f"{source.label}: "
    once = " (engångspost)" if record.text("one_off").upper() == YES else ""
    texts = {"text": record.text("text"), "kind": record.text("kind")}
    figure = Figure(
        dataset,
        amount.number,
        amount.unit,
        amount.at,
        source.form.sha256,
        "" if is_area else source.form.enhet,
        area=area,
    )
    label = f"{who}{record.text('cause') or record.text('group')}{once}"
    key = f"{source.form.file}:{record.line}"
    return Item(dataset, key, label, {"area": area}, texts, (figure,), at=record.at)
