"""The checker of the ribbon: each way to break one is told, and told once."""

from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desktop.xlam.made import modules, parts, ribbon_part

from ramkoll.desktop.xlam.project import Kind
from ramkoll.desktop.xlam.ribbon_check import ribbon_faults
from ramkoll.store.ribbon import load_ribbon

GOOD = ribbon_part().decode("utf-8")
IMAGES = {each.get("Id", "") for each in fromstring(parts()["customUI/_rels/customUI14.xml.rels"])}
CALLBACK = "Public Sub Ramkoll_OnAction(control As IRibbonControl)"


def faults(xml=GOOD, images=IMAGES, vba=None):
    made = xml.encode("utf-8") if isinstance(xml, str) else xml
    return ribbon_faults(made, images, vba or modules(), load_ribbon())


def broken(old, new):
    assert old in GOOD, old
    return GOOD.replace(old, new, 1)


BROKEN = {
    "a part that is cut off is no XML": (
        GOOD[:-15],
        f"Delen är ingen giltig XML: felet är på rad {GOOD.count(chr(10)) - 1}, tecken 3.",
    ),
    "a document type is refused": (
        broken("<customUI", "<!DOCTYPE customUI>\n<customUI"),
        "Delen har en dokumenttypsdeklaration (<!DOCTYPE>); ta bort den.",
    ),
    "an unknown encoding is told": (
        broken('encoding="UTF-8"', 'encoding="klingon"'),
        "Delen är ingen giltig XML: teckenkodningen är okänd. Spara den som UTF-8.",
    ),
    "the namespace of Excel 2007 is refused": (
        broken("2009/07", "2006/01"),
        "Delen börjar med <{http://schemas.microsoft.com/office/2006/01/customui}customUI>, "
        "väntat <{http://schemas.microsoft.com/office/2009/07/customui}customUI>.",
    ),
    "a control that we do not use is told": (
        broken("<ribbon>", "<ribbon><qat/>"),
        "ribbon: <qat> hör inte hemma här.",
    ),
    "an attribute of another control is told": (
        broken('size="large"', 'size="large" getPressed="X"'),
        "button ramkoll_check: attributet getPressed hör inte hemma här.",
    ),
    "a button without a key tip is told": (
        broken('keytip="K" ', ""),
        "button ramkoll_check: attributet keytip saknas.",
    ),
    "a size that Excel does not know is told": (
        broken('size="large"', 'size="stor"'),
        "button ramkoll_check: size är «stor»; väntat normal eller large.",
    ),
    "an id with a blank is told": (
        broken('id="ramkoll_check"', 'id="ramkoll check"'),
        "button ramkoll check: id är «ramkoll check»; väntat en bokstav och sedan bokstäver, "
        "siffror, _ . eller -.",
    ),
    "a key tip of four letters is told": (
        broken('keytip="YR"', 'keytip="YRAM"'),
        "tab ramkoll_tab_ramkoll: keytip är «YRAM»; väntat en till tre av A–Z och 0–9.",
    ),
    "a text that is too long is told": (
        broken('screentip="Kontrollera arbetsboken"', f'screentip="{"x" * 1025}"'),
        f"button ramkoll_check: screentip är «{'x' * 60}»; väntat 1 till 1024 tecken.",
    ),
    "an empty group is told": (
        broken("      </tab>", '        <group id="g" label="G" image="unit"/>\n      </tab>'),
        "group g: <button> saknas.",
    ),
    "an id that stands twice is told": (
        broken('id="ramkoll_next_comment"', 'id="ramkoll_check"'),
        "Elementet «ramkoll_check» finns 2 gånger; ett id får finnas en gång.",
    ),
    "a picture that is not in the package is told": (
        broken('image="check"', 'image="chek"').replace('image="unit"', 'image="check"'),
        "Bilden «chek» finns inte i paketet.",
    ),
    "key tips of which one begins another are told": (
        broken('keytip="N"', 'keytip="KN"'),
        "Tangenttipset «K» är också början av «KN».",
    ),
    "a procedure that is not there is told": (
        broken('onLoad="Ramkoll_OnLoad"', 'onLoad="Ramkoll_OnLod"'),
        "onLoad: proceduren Ramkoll_OnLod finns inte i VBA; väntat en gång.",
    ),
    "a procedure for something else is told": (
        broken('onLoad="Ramkoll_OnLoad"', 'onLoad="Ramkoll_OnAction"'),
        "onLoad: Ramkoll_OnAction i RamkollRibbon har andra parametrar; väntat IRibbonUI.",
    ),
    "a command that the ribbon has not is told": (
        broken('tag="check"', 'tag="kontrollera"'),
        "Kommandot «kontrollera» finns inte på menyfliken.",
    ),
    "a command with two buttons is told": (
        broken('tag="next_comment"', 'tag="check"'),
        "Kommandot «check» har 2 knappar; högst 1.",
    ),
}
ALSO = {  # what follows from the same change
    "a picture that is not in the package is told": {"Bilden «unit» visas inte."},
    "a command that the ribbon has not is told": {"Knappen Kontrollera (check) saknas."},
    "a command with two buttons is told": {"Knappen Nästa att kommentera (next_comment) saknas."},
}


@pytest.mark.parametrize("what", BROKEN)
def test_each_fault_is_told_with_its_place(what):
    xml, said = BROKEN[what]
    assert set(faults(xml)) == {said} | ALSO.get(what, set())


def changed(old, new):
    """The modules with a line of the ribbon's module written otherwise."""
    made = [replace(each, text=each.text.replace(old, new, 1)) for each in modules()]
    assert tuple(made) != modules()
    return tuple(made)


@pytest.mark.parametrize(
    ("vba", "said"),
    [
        (
            changed(CALLBACK, CALLBACK.replace("Public", "Private")),
            "onAction: Ramkoll_OnAction i RamkollRibbon är ingen Public Sub i en vanlig modul.",
        ),
        (
            changed(CALLBACK, CALLBACK.replace("Sub", "Function")),
            "onAction: Ramkoll_OnAction i RamkollRibbon är ingen Public Sub i en vanlig modul.",
        ),
        (
            changed(CALLBACK, CALLBACK.replace("control As IRibbonControl", "")),
            "onAction: Ramkoll_OnAction i RamkollRibbon har andra parametrar; väntat IRibbonControl.",
        ),
        (
            changed("ByRef returnedVal", "ByRef returnedVal As Boolean"),
            "getEnabled: Ramkoll_GetEnabled i RamkollRibbon har andra parametrar; "
            "väntat IRibbonControl, Variant.",
        ),
        (
            changed(CALLBACK, f"' {CALLBACK}"),
            "onAction: proceduren Ramkoll_OnAction finns inte i VBA; väntat en gång.",
        ),
        (
            tuple(
                replace(each, kind=Kind.CLASS) if each.name == "RamkollRibbon" else each
                for each in modules()
            ),
            "onAction: Ramkoll_OnAction i RamkollRibbon är ingen Public Sub i en vanlig modul.",
        ),
        (
            (*modules(), replace(modules()[-1], name="Second")),
            "onAction: proceduren Ramkoll_OnAction finns 2 gånger i VBA; väntat en gång.",
        ),
    ],
    ids=[
        "private", "a function", "no parameter", "a typed answer", "a comment", "in a class", "twice",
    ],
)  # fmt: skip
def test_a_procedure_that_excel_would_not_call_is_told(vba, said):
    assert said in faults(vba=vba)


def test_a_picture_that_no_button_shows_is_told():
    assert faults(images=IMAGES | {"rest"}) == ("Bilden «rest» visas inte.",)


def test_a_missing_button_is_told():
    start = GOOD.index('<button id="ramkoll_help"')
    end = GOOD.index("/>", start) + 2
    said = faults(GOOD[:start] + GOOD[end:])
    assert said == ("Bilden «help» visas inte.", "Knappen Hjälp (help) saknas.")


@settings(max_examples=40)
@given(st.binary(max_size=60), st.integers(0, len(GOOD)))
def test_any_bytes_are_judged_and_nothing_is_raised(noise, at):
    data = GOOD.encode("utf-8")
    faults(noise)
    faults(data[:at] + noise + data[at:])
