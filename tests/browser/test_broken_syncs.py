"""Whatever sync of a command fails, and however: the workbook is as it was, and the pane says so."""

from typing import Any

import pytest
from tests.live.cases import CASES

# How a sync may fail: before anything of it is done; in the middle, with what stood before done or
# not; or after all of it, when only the answer is lost.
WAYS = {
    "nothing done": "f.breakAt = 0",
    "half, taken back by Excel": "f.breakAt = 2",
    "half, left by Excel": "f.breakAt = 2; f.afterFailure = 'before'",
    "all, and no answer": "f.breakAt = null; f.afterFailure = 'before'",
}
# The ways that leave something behind in Excel, for the client to take back.
WORST = {way: how for way, how in WAYS.items() if "afterFailure" in how}


def in_turn(ways: dict[str, str]) -> list[Any]:
    """The first way always, the others in make test-all: each goes through every sync."""
    first, *others = (pytest.param(how, id=way) for way, how in ways.items())
    return [
        first,
        *(pytest.param(*each.values, id=each.id, marks=pytest.mark.slow) for each in others),
    ]


def syncs(pane) -> int:
    return pane.page.evaluate("() => ramkollTest.faults.syncs")


def broken_in_turn(pane, act, way):
    pane.host("remember")
    before = syncs(pane)
    act()
    pane.done()
    total = syncs(pane) - before
    assert pane.trouble == ""
    assert pane.changed() != []
    assert pane.host("undo")
    assert pane.changed() == []
    told = 0
    for n in range(1, total + 1):
        pane.faulty(f"f.breakSync({n}); {way}")
        act()
        pane.done()
        pane.faulty("f.clear()")
        if not pane.trouble:
            # A selection that cannot be read is no reason to stop, nor is what comes when all is
            # written.
            assert n in (1, total)
            pane.host("undo")
        else:
            told += 1
            assert "Inget har ändrats" in pane.trouble
            assert "Försök igen" in pane.trouble
            assert len(pane.error_id) == 8
        assert pane.changed() == [], f"sync {n} of {total}"
    assert told >= total - 2 > 3


@pytest.mark.parametrize("way", in_turn(WAYS))
@pytest.mark.host("office", "rollback")
def test_anvand(open_pane, way):
    pane = open_pane("616")
    pane.host("select", "Prognos", "A9")
    pane.run("Prognosförslag")
    use = pane.page.locator("main").get_by_role("button", name="Använd C")
    broken_in_turn(pane, use.click, way)


@pytest.mark.parametrize("way", in_turn(WORST))
def test_markera(open_pane, way):
    pane = open_pane("616")
    pane.run("Kontrollera")
    switch = pane.page.get_by_role("switch")
    pane.host("remember")
    before = syncs(pane)
    switch.click()
    pane.done()
    total = syncs(pane) - before
    marked = pane.changed()
    assert marked
    switch.click()
    pane.done()
    assert pane.changed() == []
    for n in range(2, total + 1):
        nothing: list[str] = []
        for there in (nothing, marked):
            pane.faulty(f"f.breakSync({n}); {way}")
            switch.click()
            pane.done()
            pane.faulty("f.clear()")
            if pane.trouble:
                assert pane.changed() == there, f"sync {n} of {total}"
                assert switch.get_attribute("aria-checked") == str(bool(there)).lower()
                switch.click()
                pane.done()
            assert pane.trouble == ""


@pytest.mark.parametrize("way", in_turn(WORST))
@pytest.mark.host("office", "rollback")
def test_uppdatera_utfall(open_pane, way):
    pane = open_pane("605")
    pane.host("type", CASES["refresh-605"].written)
    broken_in_turn(pane, lambda: pane.ribbon("refresh"), way)


def test_when_even_taking_back_fails_the_pane_says_what_to_do(open_pane):
    pane = open_pane("616")
    pane.host("select", "Prognos", "A9")
    pane.run("Prognosförslag")
    use = pane.page.locator("main").get_by_role("button", name="Använd C")
    before = syncs(pane)
    use.click()
    pane.done()
    last = syncs(pane) - before
    while not pane.trouble:
        # The last one writes; the one after it takes back.
        pane.faulty(
            f"f.breakSync({last}); f.breakSync({last + 1}); f.breakAt = null; f.afterFailure = 'before'"
        )
        use.click()
        pane.done()
        last -= 1
        pane.faulty("f.clear()")
    assert "Ctrl+Z" in pane.trouble
    assert len(pane.error_id) == 8


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "skyddad"),
        ("InvalidOperationInCellEditMode", "Tryck Enter i cellen"),
        ("RequestPayloadSizeLimitExceeded", "Inget har ändrats"),
    ],
)
def test_what_excel_refuses_is_said_in_swedish(open_pane, code, said):
    pane = open_pane("616")
    pane.faulty(f"f.breakSync(3, '{code}')")
    pane.ribbon("check")
    assert said in pane.trouble
    assert len(pane.error_id) == 8
    pane.button("Försök igen", ".trouble").click()
    assert "fynd" in pane.done()


def test_somebody_writing_in_a_cell_is_asked_to_finish(open_pane):
    pane = open_pane("616")
    pane.faulty("f.cellEdit = true")
    pane.ribbon("check")
    assert "Tryck Enter i cellen, eller Esc" in pane.trouble
    pane.faulty("f.clear()")
    pane.button("Försök igen", ".trouble").click()
    assert "fynd" in pane.done()
