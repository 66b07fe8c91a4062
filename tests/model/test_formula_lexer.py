"""Formulas cut into pieces: every form that Excel stores, and texts made to be slow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.model.cells import Area
from ramkoll.model.formula_lexer import (
    area_of,
    sheet_of,
    tokens,
    well_formed,
    workbook_and_sheet,
)
from ramkoll.model.formula_references import words
from ramkoll.model.formula_text import CopyKeys, SharedFormula, in_r1c1


@pytest.mark.parametrize(
    ("formula", "cut"),
    [
        ("Blad1!$A1+1.5E-3", "sheet:Blad1! area:$A1 sign:+ number:1.5E-3"),
        ("'Å ''24'!A:$B", "sheet:'Å ''24'! area:A:$B"),
        ("Jan:Dec!1:$2", "sheet:Jan:Dec! area:1:$2"),
        ("[1]Blad!A1", "sheet:[1]Blad! area:A1"),
        ("[1]!Namn", "sheet:[1]! word:Namn"),
        ("[1]'B 1'!A1", "sheet:[1]'B 1'! area:A1"),
        ("Blad!A1:Blad!B2", "sheet:Blad! area:A1 sign:: sheet:Blad! area:B2"),
        ("A1:B2:C3", "area:A1 sign:: area:B2:C3"),
        ("A:A:B:B", "area:A:A sign:: area:B:B"),
        ("1:1:2:2", "area:1:1 sign:: area:2:2"),
        ("LOG10(A1)", "word:LOG10 sign:( area:A1 sign:)"),
        ("XFD1+XFE1+A1048576+A1048577", "area:XFD1 sign:+ word:XFE1 sign:+ area:A1048576 "
         "sign:+ word:A1048577"),
        ("XFD:XFD,XFE:XFE", "area:XFD:XFD sign:, word:XFE sign:: word:XFE"),
        ("T[[#This Row],[A '[1']]]*2", "word:T brackets:[[#This Row],[A '[1']]] sign:* number:2"),
        ("A1#/B1", "area:A1 sign:# sign:/ area:B1"),
        ("#N/A/A1", "error:#N/A sign:/ area:A1"),
        ("#GETTING_DATA+#DIV/0!", "error:#GETTING_DATA sign:+ error:#DIV/0!"),
        ('"a ""A1"""&A1<>B1', 'text:"a ""A1""" sign:& area:A1 sign:<> area:B1'),
        ("Q1!A1+taxa2024+_A1", "sheet:Q1! area:A1 sign:+ word:taxa2024 sign:+ word:_A1"),
        ("İ1+ſ1", "word:İ1 sign:+ word:ſ1"),
        ("", ""),
    ],
)  # fmt: skip
def test_each_piece_is_told_for_what_it_is(formula: str, cut: str) -> None:
    assert " ".join(f"{kind}:{text}" for kind, text in tokens(formula)) == cut


def test_a_sheet_is_named_as_people_know_it() -> None:
    assert sheet_of("'Å ''24'!") == "Å '24"
    assert workbook_and_sheet(sheet_of("'C:\\ny\\[bok 1.xlsx]B 1'!")) == ("bok 1.xlsx", "B 1")
    assert workbook_and_sheet(sheet_of("[1]!")) == ("1", "")
    assert workbook_and_sheet("Jan:Dec") == ("", "Jan:Dec")


def test_an_area_may_be_given_from_any_corner() -> None:
    assert area_of("$B$9:a2") == Area(2, 1, 9, 2)
    assert area_of("C:A") == Area(1, 1, 1_048_576, 3)
    assert area_of("3:$2") == Area(2, 1, 3, 16_384)


def test_what_excel_never_stores_is_told() -> None:
    assert all(well_formed(token) for token in tokens("'B 1'!A1+#N/A+#ref!+Namn*$B$2"))
    for odd in ("'B 1'A1", "#A1", "#N/A!", "A$", "$"):
        assert not all(well_formed(token) for token in tokens(odd)), odd


FRAGMENTS = (
    *"[]'\"!#:$,;(){}+-<>=& .\\?@%\n\0",
    *("A1", "$B$2", "a:c", "1:2", "Blad", "'B 1'!", "[1]", "''", '""', "T[", "'[", "1.5", "e-3"),
    *("#REF!", "#N/A", "SUM(", "XFE1", "å", "ſ", "İ", "١"),
)


@given(st.text() | st.lists(st.sampled_from(FRAGMENTS)).map("".join))
def test_pieces_put_together_are_the_formula_and_any_text_is_taken(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text
    assert all(token.text for token in tokens(text))
    assert bool(words(text)) == bool(text.strip())


@given(st.lists(st.sampled_from(FRAGMENTS)).map("".join))
def test_a_copy_is_cut_as_its_first_is(text: str) -> None:
    copied = SharedFormula.parse(text).moved(3, 2)
    assert [token.kind for token in tokens(copied)] == [token.kind for token in tokens(text)]
    assert in_r1c1(copied, 8, 7) == in_r1c1(text, 5, 5)
    assert CopyKeys().key(copied, 8, 7) == CopyKeys().key(text, 5, 5)


def test_brackets_longer_than_any_name_are_signs() -> None:
    assert [token.kind for token in tokens(f"T[{'a' * 600}]")] == ["word", "brackets"]
    assert [token.kind for token in tokens(f"T[{'a' * 601}]")] == ["word", "sign", "word", "sign"]
    assert len(list(tokens(f"T[[{'a' * 600}],{'[a],' * 290}[b]]"))) == 2
    assert [t.kind for t in tokens(f"T[[{'a' * 601}]]")] == [
        "word",
        "sign",
        "sign",
        "word",
        "sign",
        "sign",
    ]


# Looked through to the end from each of their places, these would take minutes.
@pytest.mark.parametrize("text", [*"['\"!#$.A1:(_\\", "a.", "1e", "1:", "A1:", "a:a", "[1]a", "'!"])
def test_hostile_lengths_are_cut_in_one_go(text: str) -> None:
    formula = text * 100_000
    assert "".join(token.text for token in tokens(formula)) == formula


@pytest.mark.parametrize("text", ["['", "[a'"])
def test_brackets_that_never_close_are_not_looked_through_again_and_again(text: str) -> None:
    formula = text * 40_000
    assert "".join(token.text for token in tokens(formula)) == formula
