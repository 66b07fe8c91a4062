"""What the rules judge by, in small: differences, slips, plans and persons in text."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.rules.economy_cases import forecast
from tests.rules.region import write_region

from ramkoll.layout.typed import leads_out
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact, Facts, Key, Read
from ramkoll.model.units import Unit
from ramkoll.pipeline.check import check
from ramkoll.rules.checks.outlook import names_plan, no_plan_for_deficit
from ramkoll.rules.checks.persons import number_in_text, persons_in_text
from ramkoll.rules.checks.slips import factor_of
from ramkoll.rules.residual import Term, of_months, of_terms, of_total, sentence
from ramkoll.store.layouts import Layouts, load_layouts

ROWS = [Term("Personal", Decimal(-5000)), Term("Hyra", Decimal(-700)), Term("El", Decimal(-700))]


@pytest.fixture(scope="module")
def layouts() -> Layouts:
    return load_layouts()


@pytest.mark.parametrize(
    ("residual", "said"),
    [
        (5000, " Skillnaden är lika stor som om Personal (−5 tkr) saknas."),
        (-5000, " Skillnaden är lika stor som om Personal (−5 tkr) är med två gånger."),
        (10000, " Skillnaden är lika stor som om Personal (−5 tkr) har vänt tecken."),
        (700, " Skillnaden passar på flera: Hyra (−0,7 tkr) saknas; El (−0,7 tkr) saknas."),
        (5002, ""),
        (0, ""),
    ],
)
def test_a_difference_in_a_total_names_the_row_that_it_is(residual: int, said: str) -> None:
    assert sentence(of_total(Decimal(residual), ROWS)).replace("\u00a0", " ") == said


def test_at_most_three_rows_are_named() -> None:
    rows = [Term(f"Rad {n}", Decimal(100)) for n in range(5)]
    said = sentence(of_total(Decimal(-100), rows))
    assert said.count("saknas") == 3
    assert said.endswith("med flera.")


def test_a_difference_between_terms_and_their_total_names_the_term() -> None:
    assert of_terms(Decimal(-2500), ROWS)[0].endswith("dubbelt så stort som det ska vara")
    assert of_terms(Decimal(-10000), ROWS)[0].endswith("har vänt tecken")
    assert of_terms(Decimal(-5000), ROWS)[0].endswith("är med en gång för mycket")


def test_one_month_in_the_place_of_another_is_the_difference_between_them() -> None:
    counted = [Term("juli", Decimal(-40)), Term("maj", Decimal(-90))]
    assert [each.split(" (")[0] for each in of_months(Decimal(-50), counted, [])] == ["maj"]
    extra = of_months(Decimal(-33), counted, [Term("september", Decimal(-33))])
    assert extra[0].endswith("är med")


@pytest.mark.parametrize(
    ("value", "others", "factor"),
    [
        (2_400_000, [2400], 1000),
        (2_400_000, [2400, 1500], 1000),
        (24_000, [2400, 2300], 10),
        (24_000, [2400], None),  # one figure is not enough for ten
        (24_000, [2400, 23_000], None),  # and one that supports it is enough against
        (24_000, [2400, 4000], None),
        (24_000, [2400, 2300, 4000], 10),
        (240, [2400, 2300], "0.1"),
        (2, [2400, 1800], "0.001"),
        (2, [2400], None),  # a row that is hardly used
        (-24_000, [2400, 2300], None),
        (24_000, [0, 0], None),
    ],
)
def test_a_slip_needs_figures_that_agree(value, others, factor) -> None:
    found = factor_of(Decimal(value), [Decimal(each) for each in others])
    assert found == (None if factor is None else Decimal(factor))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("19121212-1212", True),
        ("Patienten 191212121212.", True),
        ("121212-1212", True),
        ("121212+1212", True),
        ("121272-1219", True),
        ("121212-1213", False),
        ("121312-1211", False),
        ("Dnr 121212-1212", False),
        ("RS/121212-1212", False),
        ("tel 121212-1212", False),
        ("1212121212 kr", False),
        ("121212 1212", False),
        ("1 212 121 212", False),
        ("070-12 34 56", False),
        ("0701121212", False),
        ("556012-5790", False),  # an organisation's number has no month
        ("2024-08-31", False),
    ],
)
def test_a_personal_number_is_a_day_and_a_check_digit(text: str, found: bool) -> None:
    assert bool(number_in_text(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Enhetschefen är sjukskriven sedan mars.", True),
        ("Överskott eftersom en medarbetare är långtidssjuk.", True),
        ("Anna Exempelsson är föräldraledig.", True),
        ("Vikarie för Eriks föräldraledighet", True),
        ("Controllern är på rehab", True),
        ("Lägre kostnad under chefens sjukskrivning.", True),
        ("Ersättare för T. Exempelsson, tjänstledig", True),
        ("Sjukfrånvaron ökar och sjukskrivningarna blir längre.", False),
        ("Enhetschefen följer upp sjukfrånvaron.", False),
        ("Chefen arbetar med rehabilitering i tid.", False),
        ("Rehabilitering av byggnaden; projektledaren rapporterar.", False),
        ("Två medarbetare är föräldralediga.", False),
        ("Chefen har ersatt föräldraledig personal.", False),
        ("Sjukvård köps av Region Skåne.", False),
        ("Anna Exempelsson svarar på frågor.", False),
        ("Sjuklönekostnader enligt plan.", False),
        ("Enhetschefen slutar. Fler sjuka i influensa.", False),
    ],
)
def test_an_absence_is_a_persons_only_beside_a_person(
    text: str, found: bool, layouts: Layouts
) -> None:
    assert (persons_in_text(text, layouts.defaults.persons) is not None) == found


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("Åtgärder pågår.", True),
        ("Handlingsplan beslutad i juni", True),
        ("Inga åtgärder.", False),
        ("Det finns inga nya åtgärder", False),
        ("Handlingsplan saknas.", True),  # not understood: the reader sees it
        ("Hyrpersonal.", False),
    ],
)
def test_a_plan_is_named_unless_it_is_denied(text: str, plan: bool, layouts: Layouts) -> None:
    assert names_plan(text, layouts.defaults) == plan


def test_measures_in_a_list_are_a_plan(tmp_path, layouts: Layouts) -> None:
    region = write_region(tmp_path, layouts)
    forecast("K01", -33000, "10")(region)
    (view,) = check([region / "10.xlsx"], layouts, lambda *_: None).forms
    assert any(no_plan_for_deficit(view))
    at = Read(CellRef("10.xlsx", "Åtgärder", 7, 1))
    measure = Fact(Key("measures", "10", "000001", "name"), "Färre resor", Unit.NONE, at)
    planned = replace(view, form=replace(view.form, facts=view.form.facts | Facts([measure])))
    assert not any(no_plan_for_deficit(planned))


@pytest.mark.parametrize(
    ("formula", "out"),
    [
        ("[1]Blad1!A1", True),
        ("'C:\\Mina\\[bok.xlsx]A'!A1", True),
        ("'\\\\server\\ekonomi\\[bok.xlsx]A'!A1", True),
        ('HYPERLINK("https://exempel.se")', True),
        ("MinFlik!B7", False),
        ("SUM('Min flik'!B7:B9)*1000", False),
        ("Tabell1[Belopp]", False),
        ("SUM(Tabell1[2024])", False),
        ("Tabell1[[2023]:[2024]]+1", False),
        ("SUM(A1,[1]Blad1!A1)", True),
        ("'[12]-Min flik'!A1", True),
        ("[3]!Ram", True),
        ("Tabell1[[#This Row],[Belopp]]", False),
    ],
)
def test_a_formula_leads_out_of_the_workbook(formula: str, out: bool) -> None:
    assert leads_out(formula) == out


def test_a_text_of_nothing_but_names_takes_no_longer_than_it_is(layouts: Layouts) -> None:
    """Every word was once held against every name: a hostile cell took half a minute."""
    begun = time.process_time()
    assert persons_in_text("Anna " * 6_500, layouts.defaults.persons) is None
    assert time.process_time() - begun < 2
