"""The desk: a click in Excel from the macro's call to the cells, over an Excel in memory."""

import json
import threading

import pytest
from tests.desktop.conftest import desktop
from tests.desktop.memory_excel import until

from ramkoll.desktop.port import Caller
from ramkoll.model.errors import RamkollError


def test_a_click_reads_asks_applies_and_offers_undo(here):
    state = here.done(do="write", value="hej")
    assert state["phase"] == "done"
    assert state["result"]["message"].startswith("check såg")
    assert here.excel.asked == [Caller(7, "616.xlsx", "C:\\mapp\\616.xlsx")]
    assert here.book.did == [
        "running Kontrollera",
        "read",
        "apply",
        "restored",
        "offer_undo Kontrollera",
    ]
    assert here.book.value("Utfall!A50") == "hej"
    assert state["undo"] == "Kontrollera"


def test_how_it_is_saved_is_said_after_what_was_done(here):
    here.book.kept = "Arbetsboken är öppnad skrivskyddad."
    said = here.done(do="write", value="hej")["result"]["message"]
    assert said.endswith(" Arbetsboken är öppnad skrivskyddad.")
    assert not here.done("check")["result"]["message"].endswith("skrivskyddad.")


def test_only_the_sheets_that_the_command_asks_for_are_sent(here):
    said = {
        each: here.done(each)["result"]["message"] for each in ("check", "units", "consolidate")
    }
    assert said == {
        "check": f"check såg {len(here.book.workbook.sheets)} blad",
        "units": "units såg 0 blad",
        "consolidate": "consolidate såg 3 blad",  # those that form and report both have
    }


def test_excel_is_spoken_to_by_one_thread_only(here):
    here.done(do="write", value=1)
    here.undo()
    here.ended()
    here.post("go", {"sheet": "Utfall", "address": "B3"})
    assert here.book.threads == {"ramkoll-desk"}


def test_a_command_that_wrote_nothing_offers_no_undo(here):
    state = here.done("check")
    assert here.book.did == ["running Kontrollera", "read", "restored"]
    assert state["undo"] == ""


def test_only_a_command_whose_sheets_are_ours_may_write_over_formulas(here):
    here.done("check", do="write", value=1)
    assert here.book.over_formulas is False
    here.done("consolidate", do="write", value=1)
    assert here.book.over_formulas is True


def test_the_status_bar_says_how_far_it_has_come(here):
    here.press(do="steps")
    until(lambda: "Kontrollera: 3 av 20 · Läser arbetsböcker" in here.book.said)
    state = here.state
    assert (state["phase"], state["done"], state["total"]) == ("working", 3, 20)
    here.ask("DELETE", "/api/v1/desk/calls")
    here.ended()


def test_a_second_click_is_refused_in_a_sentence_that_a_macro_can_show(here):
    here.press(do="steps")
    answer = here.press("refresh", book="605.xlsx")
    assert answer.status == 409
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.body.decode().split("\n") == [
        "Kontrollera körs redan i 616.xlsx.",
        "Vänta tills det är klart, eller tryck Esc för att avbryta.",
    ]
    here.ask("DELETE", "/api/v1/desk/calls")
    assert here.ended()["phase"] == "cancelled"
    assert here.excel.books["605.xlsx"].did == []


def test_escape_stops_a_command_and_leaves_the_workbook_as_it_was(here):
    before = here.book.workbook
    here.press(do="steps")
    until(lambda: here.state["phase"] == "working")
    assert here.ask("DELETE", "/api/v1/desk/calls").status == 202
    assert here.ended()["phase"] == "cancelled"
    assert here.book.workbook is before
    assert here.book.did == ["running Kontrollera", "read", "restored"]


def test_a_cancel_while_the_sheets_are_read_stops_before_anything_is_asked(here):
    here.book.held["read"] = threading.Event()
    here.press(do="write", value=1)
    until(lambda: "read" in here.book.did)
    here.ask("DELETE", "/api/v1/desk/calls")
    jobs = sum(here.get("/api/v1/health").json["jobs"].values())
    here.book.held["read"].set()
    assert here.ended()["phase"] == "cancelled"
    assert sum(here.get("/api/v1/health").json["jobs"].values()) == jobs
    assert "apply" not in here.book.did


def test_a_cancel_while_cells_are_written_comes_too_late_and_the_command_is_whole(here):
    here.book.held["apply"] = threading.Event()
    here.press(do="write", value="hel")
    until(lambda: "apply" in here.book.did)
    state = here.ask("DELETE", "/api/v1/desk/calls").json
    assert (state["phase"], state["stopping"]) == ("writing", False)
    here.book.held["apply"].set()
    assert here.ended()["phase"] == "done"
    assert here.book.value("Utfall!A50") == "hel"


def test_undo_puts_back_what_the_last_command_wrote_in_that_workbook(here):
    before = here.book.workbook
    here.done(do="write", value="hej")
    here.done(book="605.xlsx", do="write", value="annat")
    assert here.undo().status == 202
    state = here.ended()
    assert state["result"]["message"] == "Kontrollera är ångrat."
    assert here.book.workbook is before
    assert here.excel.books["605.xlsx"].value("Utfall!A50") == "annat"
    here.undo()
    assert here.ended()["problem"]["what"] == "Det finns inget att ångra som Ramkoll har skrivit."


def test_what_cannot_be_put_back_is_said(here):
    here.book.left = ["Diagrammets plats."]
    state = here.done(do="write", value="hej")
    assert state["left"] == ["Diagrammets plats."]
    here.undo()
    assert here.ended()["result"]["message"] == "Kontrollera är ångrat. Diagrammets plats."


def test_an_undo_that_excel_refuses_can_be_tried_again(here):
    here.done(do="write", value="hej")
    here.book.broken["put_back"] = RamkollError("Cellen är ändrad.", todo="Ändra tillbaka.")
    here.undo()
    assert here.ended()["problem"]["what"] == "Cellen är ändrad."
    here.book.broken.clear()
    here.undo()
    assert here.ended()["phase"] == "done"


@pytest.mark.parametrize("step", ["running", "read", "apply"])
def test_what_excel_refuses_is_the_calls_problem(here, step):
    here.book.broken[step] = RamkollError("Bladet är skyddat.", where="Utfall", todo="Lås upp.")
    state = here.done(do="write", value=1)
    assert state["phase"] == "failed"
    assert state["problem"] | {"id": ""} == {
        "id": "", "what": "Bladet är skyddat.", "where": "Utfall", "expected": "", "todo": "Lås upp."
    }  # fmt: skip
    assert step == "running" or here.book.did[-1] == "restored"


def test_what_a_command_refuses_comes_with_the_id_that_the_log_has(here, caplog):
    caplog.set_level("INFO", "ramkoll.server")
    problem = here.done(do="refuse")["problem"]
    assert (problem["what"], problem["where"]) == ("Bladet saknas.", "Utfall")
    assert problem["id"] in [each.facts.get("error") for each in caplog.records]


@pytest.mark.slow
def test_a_worker_that_dies_leaves_the_workbook_and_the_desk(here):
    assert "avbröts" in here.done(do="die")["problem"]["what"]
    assert here.done("check")["phase"] == "done"


def test_a_fault_of_ours_is_said_without_its_inside_and_logged_without_cells(here, caplog):
    caplog.set_level("INFO", "ramkoll.server")
    here.book.broken["read"] = ValueError("Anna Andersson 19500101")
    problem = here.done()["problem"]
    assert "fel-id" in problem["what"]
    assert "orörd" in problem["todo"]
    [logged] = [each.facts for each in caplog.records if each.getMessage() == "fault"]
    assert "Anna" not in json.dumps(logged)


def test_a_fault_while_cells_are_written_does_not_say_that_nothing_has_changed(here):
    here.book.broken["apply"] = ValueError("x")
    problem = here.done(do="write", value=1)["problem"]
    assert "orörd" not in problem["todo"]
    assert "utan att spara" in problem["todo"]


def test_a_status_bar_that_fails_ends_the_command_and_its_job(here):
    here.book.broken["say"] = RamkollError("Excel svarar inte.", todo="Stäng dialogrutan.")
    here.press(do="steps")
    assert here.ended()["problem"]["what"] == "Excel svarar inte."
    until(lambda: here.get("/api/v1/health").json["jobs"]["running"] == 0)


def test_what_is_written_is_done_though_excels_undo_cannot_be_told(here):
    here.book.broken["offer_undo"] = RamkollError("Nej.", todo="Inget.")
    state = here.done(do="write", value="hej")
    assert (state["phase"], state["undo"]) == ("done", "Kontrollera")


def test_what_is_written_can_be_undone_though_excels_settings_could_not_be_put_back(here):
    here.book.broken["restored"] = RamkollError("Statusfältet är kvar.", todo="Starta om Excel.")
    state = here.done(do="write", value="hej")
    assert state["problem"]["what"] == "Statusfältet är kvar."
    assert state["undo"] == "Kontrollera"
    here.book.broken.clear()
    here.undo()
    assert here.ended()["phase"] == "done"
    assert here.book.value("Utfall!A50") != "hej"


def test_a_workbook_that_has_been_closed_is_said(here):
    assert here.done(book="607.xlsx")["problem"]["what"] == "Arbetsboken är inte öppen längre."


def test_the_window_asks_about_the_workbook_of_the_last_call(here):
    here.done(book="605.xlsx")
    assert here.post("calls", {"command": "units"}).status == 202
    state = here.ended()
    assert (state["book"], state["command"]) == ("605.xlsx", "units")
    assert here.post("go", {"sheet": "Utfall", "address": "C20"}).status == 204
    assert here.excel.books["605.xlsx"].selection == "C20"


def test_a_cell_that_cannot_be_gone_to_is_said(here):
    here.done()
    here.book.broken["go_to"] = RamkollError("Bladet är dolt.", todo="Visa det.")
    answer = here.post("go", {"sheet": "Dolt", "address": "A1"})
    assert (answer.status, answer.error["what"]) == (409, "Bladet är dolt.")


def test_no_cell_is_gone_to_while_a_command_runs(here):
    here.press(do="steps")
    assert here.post("go", {"sheet": "Utfall", "address": "A1"}).status == 409
    here.ask("DELETE", "/api/v1/desk/calls")
    here.ended()


def test_before_the_first_call_no_workbook_is_known(tmp_path):
    with desktop(tmp_path) as fresh:
        assert fresh.state["call"] == 0
        answer = fresh.post("calls", {"command": "check"})
        assert answer.status == 409
        assert "vilken arbetsbok" in answer.error["what"]
        assert fresh.post("undo", {}).status == 409
        assert fresh.post("go", {"sheet": "A", "address": "A1"}).status == 409


def test_without_excel_the_desk_serves_others_and_says_so(tmp_path):
    with desktop(tmp_path, excel=lambda: None, has_excel=False) as fresh:
        assert fresh.state["excel"] is False
        assert (
            "Excel för Windows"
            in fresh.ask(
                "POST", "/api/v1/desk/calls", b'{"command":"check","book":"605.xlsx"}'
            ).error["expected"]
        )
        assert fresh.get("/api/v1/commands").status == 200


def test_an_excel_that_cannot_be_reached_at_all_is_each_calls_problem(tmp_path):
    def broken():
        raise RamkollError("Paketet pywin32 saknas.", todo="Installera om Ramkoll.")

    with desktop(tmp_path, excel=broken) as fresh:
        assert fresh.done()["problem"]["what"] == "Paketet pywin32 saknas."


def test_a_command_that_is_not_there_is_refused(here):
    answer = here.press("dans")
    assert answer.status == 404
    assert "Kommandot «dans» finns inte." in answer.body.decode()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"command":1}', b'{"command":"check","book":2}', b'{"command":"check","x":1}'],
)  # fmt: skip
def test_a_call_that_cannot_be_understood_is_refused(here, body):
    answer = here.ask("POST", "/api/v1/desk/calls", body)
    assert answer.status == 422
    assert answer.error["todo"].startswith("Uppdatera Ramkolls tillägg")


@pytest.mark.slow
def test_a_desk_that_ends_while_cells_are_written_writes_them_all_first(tmp_path):
    with desktop(tmp_path) as ending:
        book = ending.book
        book.held["apply"] = threading.Event()
        ending.press(do="write", value="hel")
        until(lambda: "apply" in book.did)
        threading.Timer(ending.settings.limits.cancel + 1.5, book.held["apply"].set).start()
    assert book.value("Utfall!A50") == "hel"
    assert book.did[-2:] == ["restored", "offer_undo Kontrollera"]


ROUTES = [
    ("GET", "/api/v1/desk"),
    ("GET", "/api/v1/desk/events"),
    ("POST", "/api/v1/desk/calls"),
    ("DELETE", "/api/v1/desk/calls"),
    ("POST", "/api/v1/desk/undo"),
    ("POST", "/api/v1/desk/go"),
    ("POST", "/api/v1/desk/stop"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_without_the_secret_or_to_a_stranger(here, method, path):
    body = None if method in ("GET", "DELETE") else b"{}"
    assert here.ask(method, path, body, Authorization=None).status == 401
    assert here.ask(method, path, body, Authorization="Bearer fel").status == 401
    assert here.ask(method, path, body, Host="elak.example").status == 421
    assert here.ask(method, path, body, Origin="https://elak.example").status == 403
    assert here.stopped == []


def test_a_refusal_by_the_guards_is_plain_text_too(here):
    answer = here.ask("POST", "/api/v1/desk/calls", b"{}", Authorization=None, Accept="text/plain")
    assert answer.status == 401
    assert answer.body.decode().startswith("Startkoden saknas eller är fel.\n")
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_it_is_stopped_by_whoever_has_the_secret(here):
    assert here.post("stop", {}).status == 204
    assert here.stopped.pop()
