"""Notes of ours at cells: put there, changed and taken away; those of others stay as they are."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import XML

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from tests.conftest import EXAMPLES
from tests.excel.broken import package
from tests.excel.corpus import CORPUS
from tests.excel.edited import FILE, entries, part, prefixed, rich_workbook, with_parts
from tests.excel.test_scan_oracle import by_openpyxl

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, Grafted, Note, SheetGraft
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.model.beside import Note as Read
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, parse_a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import PlannedCell, SheetPlan

OURS = "Ramkoll"
TEXT = "Prognosen är lägre än utfallet.\nGör så här: rätta <B3> & kommentera «varför»."
SHEET1, COMMENTS, DRAWING = (
    "xl/worksheets/sheet1.xml",
    "xl/comments1.xml",
    "xl/drawings/vmlDrawing1.vml",
)
RELS = "xl/worksheets/_rels/sheet1.xml.rels"


def notes(sheet: str, *places: str, text: str = TEXT) -> Graft:
    found = tuple(Note(sheet, *parse_a1(place), f"{text} ({place})") for place in places)
    return Graft(notes=found, author=OURS)


NONE = Graft(author=OURS)


def put(data: bytes, what: Graft) -> Grafted:
    """Graft, and see that a second run changes nothing and only what was told differs."""
    done = graft(data, FILE, what, dependents=False)
    assert graft(done.data, FILE, what, dependents=False).data is done.data
    old, new = entries(data), entries(done.data)
    told = {edit.part for edit in done.edits}
    assert told == {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return done


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(data: bytes, sheet: str | None = None) -> dict[tuple[int, int], Read]:
    book = scan_bytes(data, FILE)
    found = book.sheets[0] if sheet is None else book.sheet(sheet)
    assert found is not None
    return dict(found.beside.notes)


def first_sheet(data: bytes) -> str:
    return scan_bytes(data, FILE).sheets[0].name


def shapes(vml: str) -> list[tuple[int, int]]:
    """The cells of the notes' shapes, from 1, of a drawing that must be well-formed."""
    root = XML(vml)
    x = "{urn:schemas-microsoft-com:office:excel}"
    ids = [each.get("id") for each in root if each.tag.endswith("}shape")]
    assert len(set(ids)) == len(ids)
    kinds = {"#" + each.get("id", "") for each in root if each.tag.endswith("}shapetype")}
    assert {e.get("type") for e in root if e.tag.endswith("}shape")} <= kinds
    return [
        (int(each.findtext(f"{x}Row", "")) + 1, int(each.findtext(f"{x}Column", "")) + 1)
        for each in root.iter(f"{x}ClientData")
        if each.get("ObjectType") == "Note"
    ]


@cache
def hosts() -> dict[str, bytes]:
    rich = rich_workbook()
    names = (SHEET1, COMMENTS, "xl/workbook.xml")
    return {
        "rikt": rich,
        "prefix": with_parts(rich, {name: prefixed(part(rich, name)) for name in names}),
        "strikt": package(strict=True),
        "enkelt": package(),
        "openpyxl": by_openpyxl(),
        "exempel": (EXAMPLES / "605.xlsx").read_bytes(),
        "delar": (CORPUS / "names-of-parts.xlsx").read_bytes(),
        "prefixade": (CORPUS / "prefixed.xlsx").read_bytes(),
        "libreoffice": (CORPUS / "libreoffice.xlsx").read_bytes(),
    }


@pytest.mark.parametrize("name", hosts())
def test_notes_come_beside_those_of_others_and_go_without_a_trace(name: str) -> None:
    data = hosts()[name]
    sheet, before = first_sheet(data), read(data)
    places = ("D20", "A1", "C7")
    done = put(data, notes(sheet, *places))
    assert done.not_noted == ()
    wanted = {parse_a1(place): Read(OURS, f"{TEXT} ({place})") for place in places}
    assert read(done.data) == before | wanted
    gone = put(done.data, NONE)
    assert contents(gone.data) == contents(data)
    assert scan_bytes(done.data, FILE).sheets[0].cells == scan_bytes(data, FILE).sheets[0].cells


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("name", hosts())
def test_another_program_reads_the_same_notes(name: str) -> None:
    data = put(hosts()[name], notes(first_sheet(hosts()[name]), "D20")).data
    if name in ("strikt", "delar"):
        assert read(data)[20, 4].author == OURS
        return  # openpyxl knows no such file
    found = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["D20"].comment
    assert found is not None
    assert (found.author, found.text) == (OURS, f"{TEXT} (D20)")


def test_each_note_has_a_hidden_shape_at_its_cell_as_tall_as_its_text_needs() -> None:
    data = put(package(), Graft(author=OURS, notes=(
        Note("Blad1", 3, 2, "Kort."), Note("Blad1", 9, 5, "Lång text. " * 60),
    ))).data  # fmt: skip
    vml = part(data, DRAWING)
    assert shapes(vml) == [(3, 2), (9, 5)]
    assert vml.count("visibility:hidden") == 2
    heights = [float(each) for each in re.findall(r"height:([\d.]+)pt", vml)]
    assert 15 < heights[0] < 30
    assert heights[1] > 5 * heights[0]
    # Beside the cell in column B, from the row above.
    assert "<x:Anchor>2, 15, 1, 2, 7, 15, 3" in vml.replace("7, 15, 2", "7, 15, 3")


def test_the_pointer_to_the_drawing_stands_where_the_standard_wants_it() -> None:
    rich = rich_workbook()
    done = put(rich, notes("Tabell", "A1", "D9"))
    xml = part(done.data, "xl/worksheets/sheet2.xml")
    assert re.search(r'<pageMargins [^>]*/><legacyDrawing r:id="rId2"/><tableParts ', xml)
    assert '<Default Extension="vml"' in part(done.data, "[Content_Types].xml")
    assert part(done.data, "[Content_Types].xml").count("comments+xml") == 2


def test_a_pointer_comes_before_form_controls_that_are_written_in_two_ways() -> None:
    controls = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>'
    )
    data = rich_workbook()
    xml = part(data, "xl/worksheets/sheet2.xml").replace("<tableParts", controls + "<tableParts")
    data = with_parts(data, {"xl/worksheets/sheet2.xml": xml})
    done = part(put(data, notes("Tabell", "A1")).data, "xl/worksheets/sheet2.xml")
    assert done.index("<legacyDrawing") < done.index("<mc:AlternateContent")


def test_a_cell_with_somebody_elses_note_keeps_it_and_gets_none() -> None:
    data = rich_workbook()
    done = put(data, notes("Utfall å", "B3", "B4"))
    assert [(each.row, each.column) for each in done.not_noted] == [(3, 2)]
    found = read(done.data)
    assert found[3, 2].text == "En anteckning"
    assert found[4, 2].author == OURS
    assert put(data, notes("Utfall å", "B3")).data is data


def threaded(data: bytes) -> bytes:
    """The workbook with a thread at E5, and its placeholder among the notes at B3."""
    comments = part(data, COMMENTS).replace("<author></author>", "<author>tc={1}</author>")
    comments = comments.replace("En anteckning", "[Threaded comment]")
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    thread = (
        f'<ThreadedComments xmlns="{space}">'
        '<threadedComment ref="E5" id="{1}" personId="{2}"><text>Hej</text></threadedComment>'
        "</ThreadedComments>"
    )
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    link = f'<Relationship Id="rId99" Type="{kind}" Target="../threadedComments/tc1.xml"/>'
    rels = part(data, RELS).replace("</Relationships>", link + "</Relationships>")
    data = with_parts(data, {COMMENTS: comments, RELS: rels})
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/threadedComments/tc1.xml", thread)
    return stream.getvalue()


def test_a_thread_and_the_note_that_stands_for_it_are_somebody_elses() -> None:
    done = put(threaded(rich_workbook()), notes("Utfall å", "B3", "E5", "F5"))
    assert [(each.row, each.column) for each in done.not_noted] == [(3, 2), (5, 5)]
    assert read(done.data)[5, 6].author == OURS


def test_others_comments_and_shapes_keep_their_bytes() -> None:
    data = rich_workbook()
    done = put(data, notes("Utfall å", "A1", "Z99"))
    for name in (COMMENTS, DRAWING):
        old, new = part(data, name), part(done.data, name)
        kind = "comment " if name == COMMENTS else "v:shape "
        (theirs,) = re.findall(rf"<{kind}.*?</{kind.strip()}>", old, re.DOTALL)
        assert theirs in new
    assert sorted(shapes(part(done.data, DRAWING))) == [(1, 1), (3, 2), (99, 26)]
    refs = re.findall(r'<comment ref="(\w+)"', part(done.data, COMMENTS))
    assert refs == ["A1", "B3", "Z99"]


def test_new_notes_take_the_place_of_the_old_on_all_sheets() -> None:
    data = rich_workbook()
    both = Graft(notes=(*notes("Utfall å", "A1").notes, *notes("Tomt", "B2").notes), author=OURS)
    done = put(data, both).data
    again = put(done, notes("Tabell", "C3", text="Nytt")).data
    assert read(again, "Utfall å") == read(data, "Utfall å")
    assert read(again, "Tomt") == {}
    assert read(again, "Tabell") == {(3, 3): Read(OURS, "Nytt (C3)")}
    assert contents(again) == contents(put(data, notes("Tabell", "C3", text="Nytt")).data)


def test_without_an_author_no_note_is_touched() -> None:
    data = put(rich_workbook(), notes("Tomt", "B2")).data
    assert graft(data, FILE, Graft()).data is data
    assert put(rich_workbook(), NONE).edits == ()


def test_notes_that_another_program_has_saved_are_replaced_too() -> None:
    data = put(rich_workbook(), notes("Utfall å", "A1", "C4")).data
    book = openpyxl.load_workbook(io.BytesIO(data))
    book["Tomt"]["A1"].comment = Comment("Någon annans", "Eva")
    stream = io.BytesIO()
    book.save(stream)
    saved = stream.getvalue()
    assert {note.author for note in read(saved, "Utfall å").values()} >= {OURS}
    done = put(saved, notes("Utfall å", "C4", text="Kvar"))
    found = read(done.data, "Utfall å")
    assert {at: n for at, n in found.items() if n.author == OURS} == {
        (4, 3): Read(OURS, "Kvar (C4)")
    }
    assert found[3, 2].text == "En anteckning"
    assert read(done.data, "Tomt") == {(1, 1): Read("Eva", "Någon annans")}
    drawn = next(n for n in entries(saved) if n.endswith(".vml") and ":Row>2<" in part(saved, n))
    assert sorted(shapes(part(done.data, drawn))) == [(3, 2), (4, 3)]


def test_a_drawing_that_is_no_proper_xml_is_still_written_in() -> None:
    data = rich_workbook()
    vml = part(data, DRAWING).replace("<div style", "<br><div style", 1)
    data = with_parts(data, {DRAWING: vml})
    done = put(data, notes("Utfall å", "A1"))
    assert "<br>" in part(done.data, DRAWING)
    assert contents(put(done.data, NONE).data) == contents(data)


def test_a_drawing_with_form_controls_only_gets_what_a_note_needs() -> None:
    data = rich_workbook()
    vml = part(data, DRAWING)
    start, end = vml.index("<v:shapetype"), vml.rindex("</xml>")
    control = '<v:shape id="_x0000_s1025" type="#_x0000_t201"><x:ClientData ObjectType="Button"/></v:shape>'
    kind = '<v:shapetype id="_x0000_t201" o:spt="201"/>'
    data = with_parts(data, {DRAWING: vml[:start] + kind + control + vml[end:]})
    done = put(data, notes("Utfall å", "A1", "A2"))
    assert sorted(shapes(part(done.data, DRAWING))) == [(1, 1), (2, 1)]
    assert control in part(done.data, DRAWING)
    assert contents(put(done.data, NONE).data) == contents(data)


def test_a_package_that_lists_each_part_is_as_it_was_when_the_notes_are_gone() -> None:
    data = rich_workbook()
    kind = "application/vnd.openxmlformats-package.relationships+xml"
    types = part(data, "[Content_Types].xml").replace(
        f'<Default Extension="rels" ContentType="{kind}"/>', ""
    )
    each = [name for name in entries(data) if name.endswith(".rels")]
    listed = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name in each)
    types = types.replace("</Types>", listed + "</Types>")
    data = with_parts(data, {"[Content_Types].xml": types})
    done = put(data, Graft(author=OURS, notes=(Note("Tomt", 1, 1, "x"), Note("Tabell", 1, 1, "y"))))
    with zipfile.ZipFile(io.BytesIO(put(done.data, NONE).data)) as archive:
        assert archive.read("[Content_Types].xml").decode() == types


def test_what_the_list_of_contents_says_of_parts_that_never_were_is_left_alone() -> None:
    data = rich_workbook()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    stale = f'<Override PartName="/xl/comments9.xml" ContentType="{kind}"/></Types>'
    types = part(data, "[Content_Types].xml").replace("</Types>", stale)
    data = with_parts(data, {"[Content_Types].xml": types})
    assert put(data, NONE).data is data


def test_more_notes_than_a_block_of_shapes_holds() -> None:
    many = tuple(Note("Blad1", row, column, "x") for row in range(1, 301) for column in range(1, 6))
    done = put(package(), Graft(author=OURS, notes=many))
    assert len(shapes(part(done.data, DRAWING))) == 1500
    assert 'data="1,2"' in part(done.data, DRAWING)
    assert contents(put(done.data, NONE).data) == contents(package())


@pytest.mark.parametrize("place", [(1, 1), (1, MAX_COLUMN), (MAX_ROW, 1), (MAX_ROW, MAX_COLUMN)])
def test_a_note_at_the_edge_is_drawn_on_the_sheet(place: tuple[int, int]) -> None:
    data = put(package(), Graft(author=OURS, notes=(Note("Blad1", *place, "Lång " * 200),))).data
    anchor = re.search(r"<x:Anchor>([\d, ]+)<", part(data, DRAWING))
    assert anchor is not None
    left, _, top, _, right, _, bottom, _ = map(int, anchor[1].split(","))
    assert 0 <= left < right < MAX_COLUMN
    assert 0 <= top < bottom < MAX_ROW


def test_a_new_sheet_gets_notes_in_the_same_run() -> None:
    plan = SheetPlan("Nytt", (PlannedCell(1, 1, "Rubrik"),))
    what = Graft(sheets=(SheetGraft(plan),), notes=(Note("Nytt", 1, 1, "Se här"),), author=OURS)
    done = put(rich_workbook(), what)
    assert read(done.data, "Nytt") == {(1, 1): Read(OURS, "Se här")}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({COMMENTS: "<comments/>"}, "okänt innehåll"),
        ({COMMENTS: None, RELS: None}, "saknas"),
        ({DRAWING: "<html><body/></html>"}, "ritade på ett sätt"),
        ({DRAWING: "<xml"}, "ritade på ett sätt"),
    ],
)
def test_what_cannot_be_changed_without_risk_is_refused(changes, says) -> None:
    data = rich_workbook()
    if changes.get(COMMENTS, "") is None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as new:
            for name, content in contents(data).items():
                if name not in changes:
                    new.writestr(name, content)
        data = stream.getvalue()
    else:
        data = with_parts(data, changes)
    with pytest.raises(RamkollError) as refused:
        graft(data, FILE, notes("Utfall å", "A1"))
    assert says in str(refused.value)


def test_a_comment_at_no_cell_or_by_nobody_is_refused() -> None:
    data = rich_workbook()
    for old, new in (('ref="B3"', 'ref="Q"'), ('authorId="0"', 'authorId="x"')):
        broken = with_parts(data, {COMMENTS: part(data, COMMENTS).replace(old, new)})
        with pytest.raises(RamkollError, match="anteckningar är skadade"):
            graft(broken, FILE, notes("Utfall å", "A1"))


def test_damaged_notes_on_a_sheet_that_gets_none_hinder_nothing() -> None:
    data = with_parts(rich_workbook(), {COMMENTS: "<comments/>"})
    done = put(data, notes("Tabell", "A1"))
    assert part(done.data, COMMENTS) == "<comments/>"
    assert "xl/comments2.xml" in entries(done.data)


def test_two_sheets_with_the_same_notes_are_refused() -> None:
    data = rich_workbook()
    rels = "xl/worksheets/_rels/sheet2.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    link = f'<Relationship Id="rId9" Type="{kind}" Target="../comments1.xml"/></Relationships>'
    data = with_parts(data, {rels: part(data, rels).replace("</Relationships>", link)})
    with pytest.raises(RamkollError, match="samma anteckningar"):
        graft(data, FILE, notes("Utfall å", "A1"))


def test_a_sheet_that_is_not_there_is_said() -> None:
    with pytest.raises(RamkollError, match="finns inte"):
        graft(package(), FILE, notes("Borta", "A1"))


@pytest.mark.parametrize(
    "what",
    [
        Graft(notes=(Note("Blad1", 1, 1, "x"), Note("BLAD1", 1, 1, "y")), author=OURS),
        Graft(notes=(Note("Blad1", 0, 1, "x"),), author=OURS),
        Graft(notes=(Note("Blad1", 1, 1, ""),), author=OURS),
        Graft(notes=(Note("Blad1", 1, 1, "x" * 32_768),), author=OURS),
        Graft(notes=(Note("Blad1", 1, 1, "a\x01b"),), author=OURS),
        Graft(notes=(Note("Blad1", 1, 1, "x"),)),
        Graft(notes=(Note("Blad1", 1, 1, "x"),), author=" "),
    ],
)
def test_a_note_that_no_cell_can_have_is_our_own_fault(what: Graft) -> None:
    with pytest.raises(ValueError, match=r"note|author"):
        graft(package(), FILE, what)


PLACES = st.tuples(st.integers(1, 40), st.integers(1, 8))
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n_x000D_&<>\"'\r\t"),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25)
@given(st.dictionaries(PLACES, TEXTS, max_size=6), st.dictionaries(PLACES, TEXTS, max_size=6))
def test_whatever_notes_there_were_the_new_ones_are_there(first, second) -> None:
    data = rich_workbook()

    def of(texts: dict[tuple[int, int], str]) -> Graft:
        return Graft(author=OURS, notes=tuple(Note("Utfall å", *at, t) for at, t in texts.items()))

    done = put(graft(data, FILE, of(first)).data, of(second))
    theirs = {(3, 2): "En anteckning"}
    found = {at: note.text for at, note in read(done.data).items()}
    assert found == second | theirs
    assert contents(done.data) == contents(graft(data, FILE, of(second)).data)
    assert contents(put(done.data, NONE).data) == contents(data)


@pytest.mark.libreoffice
def test_libreoffice_shows_the_notes_at_their_cells(tmp_path: Path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None, "install LibreOffice: this test proves nothing without it"
    files = [tmp_path / f"{name}.xlsx" for name in ("rikt", "strikt", "exempel")]
    for file in files:
        data = hosts()[file.stem]
        file.write_bytes(put(data, notes(first_sheet(data), "A1", "D20")).data)
    subprocess.run(
        [program, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(tmp_path / "ut"), *map(str, files)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for file in files:
        theirs, ours = scan(tmp_path / "ut" / file.name), scan(file)
        for mine, other in zip(ours.sheets, theirs.sheets, strict=True):
            notes_there = {at: note.text for at, note in other.beside.notes.items()}
            assert notes_there == {at: note.text for at, note in mine.beside.notes.items()}, file
