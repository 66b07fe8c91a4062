"""Every published figure, through real workbooks: extracts, forms, consolidation, written tables.

A table that the report prints otherwise than the published one is put into the published form by
a mapping that is spelled out here, and then compared whole: no cell is left out.
"""

import re
from collections.abc import Callable

import pytest
from tests.pipeline.road import DATA, Road, Table, rows

from ramkoll.model.findings import Severity

AUGUST, MAY = "2024-08", "2023-05"
BYTE_FOR_BYTE = (
    "atgarder",
    "avdelning",
    "fortroendevalda",
    "prognos",
    "regiondirektor",
    "resultatrakning",
    "vardval",
)
CODES = {"●": "0", "◆": "1", "■": "2", "—": "3"}
WORDS = {"0": "helt uppfyllt", "1": "delvis uppfyllt", "2": "ej uppfyllt", "3": "ej mätt"}
PRINTED_UNITS = {"% mot 2019": "%"}  # the print has the year in the indicator's name only
FIGURE = re.compile(r"-?\d+(\.\d+)?%?")
# The symbols of these three were not printed; which they are assumed to be is in the inputs.
UNPRINTED = (
    "Fler forskningsaktiva medarbetare med kort till medellång vårdutbildning",
    "Planera inför utökad läkarutbildning (lokaler, finansiering)",
    "Samiska språk och samisk kultur synliga i lokaler och digitala forum",
)
SECTIONS = {
    "1": (
        "a",
        "Summa, överförd från 2023 till 2024 investeringsbudget per objekt "
        "som genomförts under året.",
    ),
    "2": (
        "b",
        "Summa Under 2024 beviljade investeringar per objekt som ännu inte genomförts",
    ),
    "3": (
        "c",
        "Summa Beslutade investeringar överförda från år 2023 till år 2024 "
        "som ännu inte genomförts",
    ),
}
INVESTMENT_COLUMNS = (
    "Utfall jan-aug",
    "Budget 2024",
    "Kommentar",
    "Upphandling",
    "Prognos 2024",
    "Beslut",
    "Total budget",
    "Utfall sedan start",
)


def published(name: str, data: str = AUGUST) -> Table:
    return rows(DATA / data / "published" / f"{name}.csv")


def of_goals(road: Road, table: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Målområde and the cells by heading of each row of the tables per målområde, by name."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    goals = {
        re.sub(r"\W+", "_", goal.translate(str.maketrans("åäöÅÄÖ", "aaoAAO"))).lower(): goal
        for goal, _ in published("malomrade_symbol")[1:]
    }
    for name, (heading, *body) in road.tables.items():
        if name.startswith(f"{table}_"):
            for row in body:
                assert row[0] not in found
                cells = dict(zip(heading, row, strict=True))
                found[row[0]] = goals[name.removeprefix(f"{table}_")], cells
    return found


def fulfilment(road: Road) -> Table:
    """A goal without indicators has blank cells: «-» in print. Shares are printed with %."""
    heading, *body = road.tables["maluppfyllelse"]
    printed = [heading]
    for label, *counts, status in body:
        if label.startswith("Andel"):
            counts = [f"{each}%" for each in counts]
        shown = [each or "-" for each in counts]
        printed.append([label, *shown, status[2:]])
    return printed


def goal_symbols(road: Road) -> Table:
    """The symbol of the weighed status; the last goal's is not printed."""
    heading, *printed = published("malomrade_symbol")
    found = [heading]
    for (goal, symbol), row in zip(printed, road.tables["maluppfyllelse"][1:], strict=False):
        assert row[-1][0] in CODES
        found.append([goal, row[-1][0] if symbol else ""])
    return found


def tasks(road: Road) -> Table:
    """By name, since ours stand unit by unit. «♦» is «◆» in another typeface."""
    heading, *printed = published("uppdrag")
    ours = of_goals(road, "uppdrag")
    assert ours.keys() == {name for _, _, name, _ in printed}
    found = [heading]
    for _, symbol, name, _ in printed:
        goal, cells = ours[name]
        shown = cells["Status"][0]
        assert shown in CODES
        assert bool(symbol) == (name not in UNPRINTED)
        shown = {"♦": shown.replace("◆", "♦"), "": ""}.get(symbol, shown)
        found.append([goal, shown, name, cells["Ansvar"]])
    return found


def indicators(road: Road) -> Table:
    """By name. Symbols and units that were not printed are blank in the published table only."""
    heading, *printed = published("nyckeltal")
    ours = of_goals(road, "nyckeltal")
    assert ours.keys() == {row[2] for row in printed}
    found = [heading]
    for _, symbol, name, _, outcome_unit, _, target_unit in printed:
        goal, cells = ours[name]
        unit = PRINTED_UNITS.get(cells["Enhet"], cells["Enhet"])
        shown = [cells["Status"][0] if symbol else "", name, cells["Utfall"]]
        shown += [unit if outcome_unit else "", cells["Mål"], unit if target_unit else ""]
        found.append([goal, *shown])
    return found


def derived(road: Road) -> Table:
    """The status code of every indicator and task, where the print lets it be derived."""
    heading, *printed = published("harledd_status")
    ours = {kind: of_goals(road, kind) for kind in ("nyckeltal", "uppdrag")}
    assert len(printed) == sum(map(len, ours.values()))
    found = [heading]
    for kind, _, name, symbol, _, _ in printed:
        goal, cells = ours[kind][name]
        code = CODES[cells["Status"][0]]
        assert cells["Status"][2:].lower() == WORDS[code]
        known = [code, WORDS[code]] if name not in UNPRINTED else ["", "obestämd"]
        found.append([kind, goal, name, symbol, *known])
    return found


def investments(road: Road) -> Table:
    """The three sections below each other, a column that a section lacks blank."""
    found = [published("investeringar")[0]]
    for number, (letter, total) in SECTIONS.items():
        heading, *body = road.tables[f"investeringar_{letter}"]
        area = ""
        for row in body:
            cells = dict(zip(heading, row, strict=True))
            assert not set(heading[1:]) - set(INVESTMENT_COLUMNS)
            label = row[0]
            kind = "objekt"
            if label in ("Fastighet", "Regionstab"):
                kind, area = "delsumma", label
            elif label == f"Summa {letter.upper()}":
                kind, area, label = "summa", "", total
            shown = [cells.get(column, "") for column in INVESTMENT_COLUMNS]
            found.append([number, kind, area, label, *shown])
    return found


def employed(road: Road) -> Table:
    """Women and men were not published for August 2024: ours has two rows more."""
    return road.tables["antal_anstallda"][:2]


def hiring_stop(road: Road) -> Table:
    """The print has an empty column, and the month of the decision in its headings."""
    printed, ours = published("anstallningsstopp"), road.tables["anstallningsstopp"]
    assert ours[0][:2] == [printed[0][0], printed[0][2]]
    return [printed[0], *([label, "", *figures] for label, *figures in ours[1:])]


def same(name: str) -> Callable[[Road], Table]:
    return lambda road: road.tables[name]


AS_PUBLISHED: dict[str, Callable[[Road], Table]] = {
    **{name: same(name) for name in BYTE_FOR_BYTE},
    "maluppfyllelse": fulfilment,
    "malomrade_symbol": goal_symbols,
    "uppdrag": tasks,
    "nyckeltal": indicators,
    "harledd_status": derived,
    "investeringar": investments,
    "antal_anstallda": employed,
    "anstallningsstopp": hiring_stop,
}


def grants_of_may(road: Road) -> Table:
    """Income and cost of each code below each other instead of side by side."""
    heading, *printed = published("nationella_satsningar", MAY)
    ours = {label: figures for label, *figures in road.tables["nationella_satsningar"][1:]}
    assert ours.keys() == {label for label, _ in printed} - {"Erhållet bidrag", "Kostnad"}
    found, column = [heading], 0
    for label, _ in printed:
        column = {"Erhållet bidrag": 0, "Kostnad": 1, "Nettoresultat": 2}.get(label, column)
        code = "Nettoresultat" if label in ("Erhållet bidrag", "Kostnad") else label
        found.append([label, ours[code][column]])
    return found


def employed_of_may(road: Road) -> Table:
    """Whole numbers are printed without decimals, and the months with their last day."""
    heading, *body = road.tables["antal_anstallda"]
    days = [f"{each}-31" if re.fullmatch(r"\d{4}-05", each) else each for each in heading]
    return [days, *([label, *(n.removesuffix(".0") for n in row)] for label, *row in body)]


MAY_AS_PUBLISHED: dict[str, Callable[[Road], Table]] = {
    "nationella_satsningar": grants_of_may,
    "antal_anstallda": employed_of_may,
}


@pytest.mark.parametrize("name", AS_PUBLISHED)
def test_a_table_of_august_is_the_published_one(road, name):
    assert AS_PUBLISHED[name](road(AUGUST, AUGUST)) == published(name)


@pytest.mark.parametrize("name", BYTE_FOR_BYTE)
def test_a_table_that_is_printed_alike_is_so_to_the_last_byte(road, name):
    written = road(AUGUST, AUGUST).written / f"{name}.csv"
    assert written.read_bytes() == (DATA / AUGUST / "published" / f"{name}.csv").read_bytes()


@pytest.mark.parametrize("name", MAY_AS_PUBLISHED)
def test_a_table_of_may_is_the_published_one(road, name):
    assert MAY_AS_PUBLISHED[name](road(MAY, MAY)) == published(name, MAY)


def figures(table: Table) -> int:
    return sum(bool(FIGURE.fullmatch(cell)) for row in table[1:] for cell in row)


def test_no_published_table_is_left_out_and_so_many_figures_were_compared(road):
    tables = {
        data: {path.stem for path in (DATA / data / "published").glob("*.csv")}
        for data in (AUGUST, MAY)
    }
    assert tables == {AUGUST: set(AS_PUBLISHED), MAY: set(MAY_AS_PUBLISHED)}
    compared = {
        data: {name: figures(make(road(data, data))) for name, make in mapping.items()}
        for data, mapping in ((AUGUST, AS_PUBLISHED), (MAY, MAY_AS_PUBLISHED))
    }
    assert compared == {d: {n: figures(published(n, d)) for n in tables[d]} for d in tables}
    assert {data: sum(each.values()) for data, each in compared.items()} == {AUGUST: 564, MAY: 26}


def test_the_figures_of_the_published_text_are_in_the_tables(road):
    tables = road(AUGUST, AUGUST).tables
    sick = {row[0]: row[1] for row in tables["sjukfranvaro"]}
    assert sick["Total sjukfrånvaro av ordinarie arbetstid"] == "5.7"
    vacant = next(row for row in tables["vakanser"] if row[0].startswith("Vakanshållningar"))
    assert vacant[1:] == ["21.3", "9.6"]


@pytest.mark.parametrize("period", [AUGUST, MAY])
def test_the_published_periods_block_nothing(road, period):
    found = road(period, period)
    every = (*found.made.findings, *found.checked.findings)
    assert [each for each in every if each.severity is Severity.BLOCKS] == []
