"""Whom a workbook names, as the board version must not."""

import pytest
from tests.excel.board.report import changed, packed, parts_of, small_report

from ramkoll.excel.board.people import people_named

REPORT = small_report()
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
APP, CORE, BOOK = "docProps/app.xml", "docProps/core.xml", "xl/workbook.xml"


def created_by(name: str) -> bytes:
    return changed(REPORT, CORE, lambda xml: xml.replace(">Ramkoll<", f">{name}<"))


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("Anna Ek", ("Anna Ek",)),
        ("Ek, Anna (RS)", ("Anna Ek", "Ek, Anna")),
        ("Anna Ek;Bo Al", ("Anna Ek", "Bo Al")),
        ("kalsve01", ("kalsve01",)),
        ("Exempelregionen", ()),
        ("Region Exempel", ()),
        ("Ekonomiavdelningen", ()),
        ("Microsoft Office User", ()),
        ("openpyxl", ()),
        ("AE", ()),
    ],
)
def test_people_are_told_from_organisations_and_programs(
    name: str, people: tuple[str, ...]
) -> None:
    assert people_named(created_by(name), "x.xlsx") == people


def test_people_are_found_in_comments_threads_and_settings() -> None:
    parts = parts_of(REPORT)
    parts["xl/comments1.xml"] = (
        f'<x:comments xmlns:x="{MAIN}"><x:authors><x:author>Bo Al</x:author>'
        "<x:author>tc={0-1}</x:author></x:authors></x:comments>"
    ).encode()
    parts["xl/persons/person.xml"] = (
        b'<personList><person displayName="Ceder, Cia" userId="S::cia"/></personList>'
    )
    parts[APP] = parts[APP].replace(b"<Company>", b"<Manager>Dag Ek</Manager><Company>")
    parts[BOOK] = parts[BOOK].replace(
        b"<workbookPr", b'<fileSharing userName="Eva Fors"/><workbookPr'
    )
    parts[BOOK] = parts[BOOK].replace(
        b"<bookViews>",
        rb'<x15:absPath xmlns:x15="urn:x" url="C:\%b\fiagra\bok"/><bookViews>' % b"Users",
    )
    found = people_named(packed(parts), "x.xlsx", ["Ring först. (Greta Hall, 2024-09-12)", "(x)"])
    assert found == (
        "Bo Al", "Ceder, Cia", "Cia Ceder", "Dag Ek", "Eva Fors", "Greta Hall", "fiagra",
    )  # fmt: skip


def test_a_damaged_part_names_nobody() -> None:
    parts = parts_of(REPORT) | {"xl/persons/person.xml": b"<personList><person"}
    assert people_named(packed(parts), "x.xlsx") == ()
