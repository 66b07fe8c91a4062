"""The desk over COM: a click from the macro's call to Excel's own cells, and back by its undo."""

from copy import deepcopy

import pytest
from tests.desktop.conftest import desktop
from tests.desktop.excel.ranges import dollars
from tests.desktop.excel.sheets import area, book_of
from tests.desktop.memory_excel import until
from tests.pipeline.opened import BOOKS, INPUTS, book

from ramkoll.server import worker
from ramkoll.server.settings import Limits

pytestmark = pytest.mark.slow


@pytest.fixture
def excel(session, tmp_path):
    """An Excel with 616.xlsx, and a desk that drives it."""
    fake = book_of(book("616"))
    fake.active = [each.name for each in fake.sheets].index("Prognos")
    fake.selected["Prognos"] = dollars(area("A9"))
    opened = session.opens(fake)
    with desktop(
        tmp_path, worker.engine, excel=session.ours,
        limits=Limits(workers=1), submissions=BOOKS, inputs=INPUTS,
    ) as desk:  # fmt: skip
        assert desk.warm()
        yield desk, opened, fake


def press(desk, opened, fake, command, **arguments):
    said = {"command": command, "hwnd": opened.hwnd, "book": fake.name, "path": fake.path}
    answer = desk.post("calls", said | {"arguments": arguments}, Accept="text/plain")
    assert answer.status == 202, answer.body


def test_a_forecast_is_written_offered_to_excels_undo_and_put_back(excel):
    desk, opened, fake = excel
    before, settings = deepcopy(opened.state()), opened.settings.copy()
    press(desk, opened, fake, "forecast")
    state = desk.ended()
    assert state["problem"] is None
    assert opened.state() == before
    press(
        desk,
        opened,
        fake,
        "use_forecast",
        line="K07",
        method="C",
    )
    state = desk.ended()
    assert (state["phase"], state["undo"]) == ("done", "Använd förslaget")
    assert opened.undo_offer == ("Ramkoll: Använd förslaget", "'Ramkoll.xlam'!Ramkoll_Angra")
    assert opened.state() != before
    assert (opened.settings, opened.keys) == (settings, {})
    desk.post("undo", {"hwnd": opened.hwnd, "book": fake.name, "path": fake.path})
    assert desk.ended()["result"]["message"] == "Använd förslaget är ångrat."
    assert opened.settings == settings


def test_a_finding_is_gone_to(excel):
    desk, opened, fake = excel
    press(desk, opened, fake, "check")
    at = desk.ended()["result"]["view"]["findings"][0]["at"]
    assert desk.post("go", {"sheet": at["sheet"], "address": at["address"]}).status == 204
    assert fake.sheets[fake.active].name == at["sheet"]
    assert fake.selected[at["sheet"]] == dollars(area(at["address"]))


def test_esc_is_set_while_a_command_runs_and_stops_it(excel):
    desk, opened, fake = excel
    before, settings = deepcopy(opened.state()), opened.settings.copy()
    press(desk, opened, fake, "units")
    until(lambda: opened.keys or desk.state["phase"] not in ("reading", "working"))
    desk.ask("DELETE", "/api/v1/desk/calls")
    assert desk.ended()["phase"] in ("cancelled", "done")
    assert (opened.state(), opened.settings, opened.keys) == (before, settings, {})


def test_a_workbook_that_is_not_open_is_said(excel):
    desk, opened, _ = excel
    desk.post(
        "calls", {"command": "check", "hwnd": opened.hwnd, "book": "607.xlsx", "path": "C:/x"}
    )
    problem = desk.ended()["problem"]
    assert "607.xlsx" in problem["what"] + problem["where"]
    assert problem["todo"]
