"""The window: who is let in, when it is opened, and what it is told."""

import json
import re
import time

import pytest
from tests.desktop.conftest import Stream, desktop
from tests.desktop.memory_excel import until

from ramkoll.desktop.window import SECONDS, Opener, Tickets, programs, start_browser


def ticket(desk):
    [address] = desk.opened
    found = re.fullmatch(
        rf"http://127\.0\.0\.1:{desk.settings.port}/window\.html#biljett=(\S+)", address
    )
    assert found, address
    desk.opened.clear()
    return found[1]


def exchange(desk, given, **headers):
    body = json.dumps({"ticket": given}).encode()
    return desk.ask("POST", "/biljett", body, Authorization=None, **headers)


@pytest.fixture
def fresh(here):
    """The module's desk, with no window open or on its way."""
    here.close_windows()
    return here


def test_a_ticket_is_good_once_and_the_secret_is_on_no_command_line(fresh):
    fresh.done()
    given = ticket(fresh)
    assert fresh.settings.secret not in given
    assert exchange(fresh, given).json == {"secret": fresh.settings.secret}
    again = exchange(fresh, given)
    assert again.status == 401
    assert again.error["todo"].startswith("Välj Panel")


def test_a_ticket_is_good_for_a_minute():
    now = 0.0
    tickets = Tickets(lambda: now)
    late, used = tickets.give(), tickets.give()
    now = SECONDS - 1
    assert tickets.take(used)
    now = SECONDS
    assert not tickets.take(late)
    assert not tickets.take("")


@pytest.mark.parametrize("given", ["", "gissning", 1, None])
def test_what_is_no_ticket_gives_no_secret(fresh, given):
    assert fresh.settings.secret.encode() not in exchange(fresh, given).body
    fresh.press("panel")
    good = ticket(fresh)
    assert exchange(fresh, good, Origin="https://elak.example").status == 403
    assert exchange(fresh, good, Host="elak.example").status == 421
    assert exchange(fresh, good).status == 200


def test_a_click_opens_a_window_when_none_is_open_and_only_one(fresh):
    fresh.done()
    fresh.done()
    assert len(fresh.opened) == 1  # on its way
    window = Stream(fresh)
    fresh.done()
    assert len(fresh.opened) == 1
    window.close()
    until(lambda: fresh.desk.board.unwatched_since is not None)
    fresh.done()
    assert len(fresh.opened) == 2


def test_panel_opens_a_window_in_front_and_the_old_one_gives_way(fresh):
    fresh.done()
    old = Stream(fresh)
    shown = old.next()
    assert shown["result"]
    assert fresh.press("panel").status == 202
    assert len(fresh.opened) == 2
    new = Stream(fresh)
    while not (last := old.next())["elsewhere"]:
        pass
    assert last["elsewhere"]
    assert old.next() is None
    state = new.next()
    assert (state["elsewhere"], state["result"], state["show"]) == (False, shown["result"], "panel")
    fresh.press("help")
    assert (state := new.next())["show"] == "help"
    assert state["result"] == shown["result"]
    old.close()
    new.close()


def test_panel_in_another_workbook_shows_nothing_of_the_first(fresh):
    fresh.done()
    fresh.press("panel", book="605.xlsx")
    state = fresh.state
    assert (state["book"], state["phase"], state["result"]) == ("605.xlsx", "idle", None)


def test_the_window_is_told_of_each_step_and_hears_that_the_desk_is_there(fresh):
    window = Stream(fresh)
    window.next()
    fresh.press(do="write", value=1)
    seen = []
    while (state := window.next())["phase"] != "done":
        seen.append(state["phase"])
    assert seen[0] == "reading"
    assert [each for each in ("reading", "working", "writing") if each in seen] == list(
        dict.fromkeys(seen)
    )
    assert state["result"]["message"].startswith("check")
    begun = time.monotonic()
    assert window.answer.readline() == b"\n"
    assert time.monotonic() - begun < 5 * fresh.settings.limits.heartbeat + 1
    window.close()


def test_the_line_to_the_window_ends_with_the_desk(tmp_path):
    with desktop(tmp_path) as ending:
        window = Stream(ending)
        window.next()
    while window.next() is not None:
        pass
    window.close()


def test_where_no_browser_starts_the_error_is_read_in_the_status_bar(fresh, monkeypatch):
    monkeypatch.setattr("ramkoll.desktop.desk._READ_SECONDS", 0.1)
    monkeypatch.setattr(fresh.desk, "_show", lambda anew: False)
    fresh.done(do="refuse")
    until(lambda: "Bladet saknas. Lägg till det." in fresh.book.said)
    until(lambda: fresh.book.did[-1] == "restored")
    answer = fresh.press("panel")
    assert answer.status == 409
    assert "ingen webbläsare" in answer.body.decode()


def test_a_window_that_never_came_is_opened_again():
    now, opened = 0.0, []

    def start(address):
        opened.append(address)
        return True

    opener = Opener("http://x/", Tickets(), start, lambda: now)
    assert opener.open(anew=False)
    assert opener.open(anew=False)
    assert len(opened) == 1
    now = 30.0
    assert opener.open(anew=False)
    assert len(opened) == 2
    opener = Opener("http://x/", Tickets(), lambda address: False)
    assert not opener.open(anew=False)
    assert not opener.open(anew=False)


def test_edge_is_preferred_to_chrome_wherever_they_are_installed(tmp_path):
    x86, local = tmp_path / "Program Files (x86)", tmp_path / "Local"
    edge = x86 / "Microsoft/Edge/Application/msedge.exe"
    chrome = local / "Google/Chrome/Application/chrome.exe"
    environment = {"PROGRAMFILES(X86)": str(x86), "LOCALAPPDATA": str(local)}
    assert list(programs(environment, "win32")) == []
    for each in (chrome, edge):
        each.parent.mkdir(parents=True)
        each.write_bytes(b"")
    assert list(programs(environment, "win32")) == [str(edge), str(chrome)]


def test_no_browser_offers_to_send_the_window_away_to_be_translated(fresh):
    page = fresh.get("/window.html", Authorization=None).body.decode()
    assert 'translate="no"' in page
    assert "notranslate" in page
    assert "appsforoffice" not in page


def test_without_a_screen_no_browser_is_started(tmp_path, monkeypatch):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert list(programs({"PATH": str(tmp_path)}, "linux")) == []
    assert list(programs({"PATH": str(tmp_path), "DISPLAY": ":0"}, "linux")) == [str(program)]
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert start_browser("http://x/") is False
