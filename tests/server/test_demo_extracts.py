"""The demo's extracts are the examples', some days later."""

from decimal import Decimal
from pathlib import Path

from tests.pipeline.opened import INPUTS, ROOT, frame, layouts, view_of

from ramkoll.model.period import Period
from ramkoll.pipeline.distribute import prepare
from ramkoll.pipeline.refresh import refresh
from ramkoll.server.demo_extracts import later_extracts


def test_late_bookings_change_the_outcome_of_the_largest_workbook(tmp_path: Path):
    bookings = ROOT / "workbooks" / "prova" / "sena_bokningar.csv"
    later = later_extracts(INPUTS, bookings, tmp_path / "utdrag")
    assert {each.name for each in later.iterdir()} == {each.name for each in INPUTS.iterdir()}
    ready = prepare(later, Period(2024, 8), layouts(), frame().form)
    new = refresh(view_of("616"), ready, layouts())
    assert [(each.slot.row.line, each.kronor) for each in new.changes] == [
        ("K07", Decimal(1_250_000)),
        ("K11", Decimal(340_000)),
    ]
    assert new.stale  # comments that speak of the old amounts
    untouched = refresh(view_of("604"), ready, layouts())
    assert untouched.changes == ()
