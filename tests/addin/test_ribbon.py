"""The one source of the ribbon: what it must say, and what is refused."""

import pytest

from ramkoll.model.errors import RamkollError
from ramkoll.store.ribbon import load_ribbon, ribbon

COMMANDS = [
    ("Kontrollera", "check"),
    ("Nästa att kommentera", "next_comment"),
    ("Prognosförslag", "forecast"),
    ("Uppdatera utfall", "refresh"),
    ("Jämför med förra", "compare"),
    ("Mina avdelningar", "units"),
    ("Sammanställ", "consolidate"),
    ("Stäm av", "reconcile"),
    ("Visa källa", "trace"),
    ("Panel", "panel"),
    ("Granskning som blad", "review"),
    ("Ta bort markeringar", "clear_marks"),
    ("Hjälp", "help"),
]

SMALL = """
[tab]
id = "flik"
label = "Flik"
keytip = "YR"
icon = "flik"
[[group]]
id = "ett"
label = "Ett"
icon = "ett"
[[group.button]]
id = "a"
label = "A"
command = "a"
kind = "command"
screentip = "Gör a"
supertip = "Gör a med det som är markerat."
keytip = "A"
icon = "a"
size = "large"
[[group.button]]
id = "b"
label = "B"
command = "b"
kind = "pane"
screentip = "Gör b"
supertip = "Gör b med det som är markerat."
keytip = "B"
icon = "b"
size = "small"
"""


def test_the_ribbon_has_every_button_in_its_order():
    tab = load_ribbon()
    assert tab.label == "Ramkoll"
    assert [group.label for group in tab.groups] == ["Avdelning", "Regionstyrelsen", "Verktyg"]
    assert [(button.label, button.command) for button in tab.buttons] == COMMANDS


def test_only_the_panel_and_the_help_are_of_the_pane():
    pane = [button.command for button in load_ribbon().buttons if button.kind == "pane"]
    assert pane == ["panel", "help"]


def test_no_label_is_that_of_a_tab_or_command_in_excel():
    tab = load_ribbon()
    words = {tab.label, *(each.label for each in tab.groups), *(each.label for each in tab.buttons)}
    taken = {"Granska", "Konsolidera", "Arkiv", "Start", "Infoga", "Sidlayout", "Formler", "Data"}
    assert words.isdisjoint(taken)


def test_every_supertip_is_a_sentence_that_says_more_than_the_label():
    for button in load_ribbon().buttons:
        assert button.supertip.endswith("."), button.id
        assert len(button.supertip) > len(button.label) + 20, button.id
        assert not button.screentip.endswith("."), button.id


def test_a_small_ribbon_is_read():
    tab = ribbon(SMALL, "ribbon.toml")
    assert [button.kind for button in tab.buttons] == ["command", "pane"]
    assert tab.icons == ("flik", "ett", "a", "b")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[tab]", "[tab", "den är ingen giltig TOML"),
        ('[tab]\nid = "flik"', '[tabb]\nid = "flik"', "filen har en okänd uppgift: tabb"),
        ('label = "Flik"\n', "", "fliken saknar en text för label"),
        ('label = "Flik"', "label = 7", "fliken saknar en text för label"),
        ('label = "Flik"', 'label = "  "', "fliken saknar en text för label"),
        ('label = "B"', 'label = "B "', "knappen «b» saknar en text för label"),
        (
            'size = "small"',
            'size = "small"\nsmak = "salt"',
            "knappen «b» har en okänd uppgift: smak",
        ),
        ('size = "small"', 'size = "medium"', "okänd size «medium»; välj bland large, small"),
        ('kind = "pane"', 'kind = "macro"', "okänd kind «macro»; välj bland command, pane"),
        ('id = "b"', 'id = "a"', "id «a» står på två ställen"),
        ('command = "b"', 'command = "a"', "kommandot «a» står på två ställen"),
        ('icon = "b"', 'icon = "../b"', "«../b» ska vara små bokstäver"),
        ('command = "b"', 'command = "B();"', "«B();» ska vara små bokstäver"),
        ('keytip = "B"', 'keytip = "A"', "tangenttipset «A» är också början av «A»"),
        ('keytip = "B"', 'keytip = "AB"', "tangenttipset «A» är också början av «AB»"),
        ('keytip = "B"', 'keytip = "Å"', "tangenttipset «Å» ska vara en till tre av A–Z"),
        ('label = "B"', f'label = "{"B" * 126}"', "är längre än 125 tecken"),
        ('"Gör b"', f'"{"b" * 126}"', "har en screentip som är längre än 125 tecken"),
        ("Gör b med", "Gör b med " + "x" * 250, "har en supertip som är längre än 250 tecken"),
    ],
)
def test_a_fault_of_the_file_is_said_in_swedish(old, new, says):
    assert SMALL.count(old) >= 1
    with pytest.raises(RamkollError) as raised:
        ribbon(SMALL.replace(old, new), "ribbon.toml")
    assert says in raised.value.what
    assert raised.value.where == "ribbon.toml"
    assert raised.value.todo


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "filen har inga [[group]]"),
        ("group = 3", "filen har inga [[group]]"),
        ("[[group]]\nid = 'x'\nlabel = 'X'\nicon = 'x'", "gruppen «x» har inga [[button]]"),
        (SMALL[SMALL.index("[[group]]") :], "fliken saknas"),
    ],
)
def test_a_file_without_its_parts_is_refused(text, says):
    with pytest.raises(RamkollError) as raised:
        ribbon(text, "ribbon.toml")
    assert says in raised.value.what
