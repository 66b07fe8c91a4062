"""Excel's own settings are as they were, whatever happens; the status bar, Esc and Ångra."""

import pytest

from ramkoll.live.actions import WriteValues
from ramkoll.model.errors import RamkollError

ACTION = WriteValues("Blad 1", "B2", [[1.0]])


def test_while_writing_excel_is_quiet_and_afterwards_as_it_was(small):
    seen = []
    put = small.sheet.write

    def write(*cell, **more):
        seen.append(small.excel.settings.copy())
        put(*cell, **more)

    small.sheet.write = write
    before = small.excel.settings.copy()
    small.apply(ACTION)
    assert seen[0] == {
        "Calculation": -4135,
        "EnableEvents": False,
        "DisplayAlerts": False,
        "AutoFillFormulasInLists": False,
        "ScreenUpdating": False,
        "Cursor": 2,
        "EnableCancelKey": 0,
        "Interactive": False,
        "StatusBar": False,
    }
    assert small.excel.settings == before


def test_what_the_user_has_chosen_is_what_comes_back(small):
    own = {
        "Calculation": -4135,
        "EnableEvents": False,
        "AutoFillFormulasInLists": False,
        "Cursor": 1,
    }
    small.excel.settings.update(own)
    before = small.excel.settings.copy()
    small.apply(ACTION)
    assert small.excel.settings == before


def test_the_user_gets_the_keyboard_back_first_and_excel_calculates_last(small):
    small.apply(ACTION)
    put = [c for c in small.excel.calls if c.startswith(("Application.", "AutoCorrect."))]
    back = put[-8:]
    assert (back[0], back[-1]) == ("Application.Interactive", "Application.Calculation")


def test_a_setting_that_cannot_be_put_back_is_named(small):
    small.excel.writes = 0
    small.excel.fail_at, small.excel.fail_for_ever = 10, True
    with pytest.raises(RamkollError) as caught:
        small.apply(ACTION)
    assert "tangentbord och mus" in caught.value.what
    assert "beräkningen" in caught.value.what
    assert "Starta om Excel" in caught.value.todo


def test_running_shows_words_lets_esc_cancel_and_leaves_no_trace(small):
    before = small.excel.settings.copy()
    with small.ours.running("Uppdatera utfall"):
        assert small.excel.settings["StatusBar"] == "Ramkoll: Uppdatera utfall …"
        assert small.excel.keys == {"{ESC}": "'Ramkoll.xlam'!Ramkoll_Avbryt"}
        small.ours.say("läser 3 av 22")
        assert small.excel.settings["StatusBar"] == "Ramkoll: läser 3 av 22"
    assert small.excel.settings == before
    assert small.excel.keys == {}


def test_anothers_words_in_the_status_bar_come_back(small):
    small.excel.settings["StatusBar"] = "Hämtar kurser"
    with pytest.raises(ZeroDivisionError), small.ours.running("Kontrollera"):
        raise ZeroDivisionError
    assert small.excel.settings["StatusBar"] == "Hämtar kurser"
    assert small.excel.keys == {}


def test_an_error_within_keeps_its_words(small):
    with pytest.raises(RamkollError, match=r"^Så är det"), small.ours.running("Kontrollera"):
        raise RamkollError("Så är det.", todo="Gör så.")


def test_undo_is_offered_by_our_macro(small):
    small.ours.offer_undo("Uppdatera utfall")
    assert small.excel.undo_offer == ("Ramkoll: Uppdatera utfall", "'Ramkoll.xlam'!Ramkoll_Angra")


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ({}, ""),
        ({"read_only": True, "autosave": True}, "en egen kopia"),
        ({"autosave": True}, "Spara automatiskt är på"),
    ],
)
def test_how_what_is_written_is_saved_is_said_when_it_is_not_as_usual(small, fact, said):
    for name, value in fact.items():
        setattr(small.fake, name, value)
    assert said in small.ours.saving()
    assert bool(said) == bool(small.ours.saving())


def test_an_excel_without_autosave_is_not_asked_for_it(small):
    small.fake.autosave, small.excel.new = True, False
    assert small.ours.saving() == ""


def test_without_the_add_in_no_key_and_no_undo_leads_nowhere(small):
    small.excel.addins = []
    with small.ours.running("Kontrollera"):
        assert small.excel.keys == {}
    small.ours.offer_undo("Kontrollera")
    assert small.excel.undo_offer is None


def test_go_to_shows_the_cell_and_says_when_it_cannot(small):
    small.ours.go_to("Blad 1", "C3")
    assert (small.fake.active, small.fake.selected["Blad 1"]) == (0, "$C$3")
    with pytest.raises(RamkollError, match="Bladet «Dolt» är dolt"):
        small.ours.go_to("Dolt", "A1")
    with pytest.raises(RamkollError, match="Bladet «Borta» finns inte"):
        small.ours.go_to("Borta", "A1")
