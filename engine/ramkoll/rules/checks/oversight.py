"""Oversight of the boards: what they were asked to do comes back in time."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.listing import ListRow, list_rows
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

WARNING = Severity.WARNING


@rule(
    "R498",
    Scope.FORM,
    WARNING,
    "{namn}: uppdraget har inget datum då det ska återrapporteras.",
    tip="Skriv datumet i kolumnen Ska återrapporteras.",
    covers=["T33"],
)
def task_without_due_date(view: FormView) -> Iterator[Hit]:
    """Varje uppdrag till en nämnd ska ha ett datum för återrapporten.

    Varför: ett uppdrag utan datum blir aldrig försenat, och ingen frågar efter det.
    Godkänns: datum finns, eller uppdraget är återrapporterat.
    Källa: regionens arbetsbok, bladet Uppsikt.
    """
    for row in _tasks(view):
        if not row.text("due") and not row.text("reported"):
            yield hit(row.at("due"), namn=_name(row))


@rule(
    "R499",
    Scope.FORM,
    WARNING,
    "{namn} skulle ha återrapporterats {datum}, men någon återrapport finns inte {dag}.",
    tip="Skriv datumet för återrapporten, eller begär in den.",
    covers=["T33"],
)
def report_overdue(view: FormView) -> Iterator[Hit]:
    """Ett uppdrag ska vara återrapporterat när dess datum har passerat.

    Varför: uppsikten är till för att uppdragen ska bli gjorda.
    Godkänns: datumet är efter periodens sista dag, eller uppdraget är återrapporterat.
    Källa: regionens arbetsbok, bladet Uppsikt.
    """
    today = view.period.last_day.isoformat()
    for row in _tasks(view):
        due = row.text("due")
        if due and due < today and not row.text("reported"):
            yield hit(
                row.at("reported"), related=[row.at("due")], namn=_name(row), datum=due, dag=today
            )


def _tasks(view: FormView) -> Iterator[ListRow]:
    return (row for row in list_rows(view, "oversight") if row.says("task"))


def _name(row: ListRow) -> str:
    board, paragraph = row.text("board"), row.text("paragraph")
    which = f"{board} {paragraph}".strip()
    return f"{which}, {row.named('task')}" if which else row.named("task")
