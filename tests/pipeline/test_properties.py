"""What must hold of any region, any order of files and any one cell that is changed."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pipeline.damage import FILE, UNIT, Books, figures
from tests.pipeline.made_up import GROUPS, Region, unit

from ramkoll.excel.scan import scan
from ramkoll.layout.form import Form
from ramkoll.layout.identify import identify
from ramkoll.layout.locate import locate
from ramkoll.model.facts import PART
from ramkoll.model.period import Period
from ramkoll.pipeline.check import check
from ramkoll.pipeline.distribute import distribute
from ramkoll.pipeline.submissions import open_frame
from ramkoll.store.layouts import load_layouts

LAYOUTS = load_layouts()
FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

ore = st.integers(-(10**13), 10**13).map(lambda each: Decimal(each) / 100)
tkr = st.integers(-(10**8), 10**8)
groups = st.sampled_from([code for code, *_ in GROUPS])


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of one example's own: fixtures are shared between examples."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    """Two units over three years, with decimals, gaps, varav rows, zeros and huge amounts."""
    region = Region([unit("A"), unit("B", area="Annat")])
    enheter = st.sampled_from(["A", "B"])
    parts = st.sampled_from(["", "", "", "del ett", "budgetregleringspost"])

    def key(years: list[int], months: int) -> st.SearchStrategy[tuple[str, str, int, int, str]]:
        return st.tuples(enheter, groups, st.sampled_from(years), st.integers(1, months), parts)

    past = draw(st.dictionaries(key([2023, 2024], 12), ore, max_size=30))
    now = draw(st.dictionaries(key([2025], 5), ore, min_size=1, max_size=30))
    budget = draw(st.dictionaries(key([2025], 12), ore, max_size=30))
    rows = st.tuples(ore, ore, ore)
    forecast = draw(st.dictionaries(st.tuples(enheter, groups), rows, max_size=4))
    for (enhet, line, year, month, part), kronor in (past | now).items():
        region.outcome.append((enhet, line, year, month, kronor, part))  # type: ignore[arg-type]
    for (enhet, line, year, month, part), kronor in budget.items():
        region.budget.append((enhet, line, year, month, kronor, part))  # type: ignore[arg-type]
    for at, three in forecast.items():
        region.forecast.append((*at, *three))  # type: ignore[arg-type]
    for n, figure in enumerate(draw(st.lists(tkr, max_size=4))):
        day = f"2025-0{n + 1}-15"
        region.decisions.append((f"B{n}", day, 2025, "RS", "Vård", "A", figure, "justering", "å;,"))
    return region


def forms(books: Path) -> dict[str, Form]:
    """Every unit's workbook as it is read."""
    frame = open_frame(books / "budgetram.xlsx", LAYOUTS)
    found = {}
    for path in books.glob("*.xlsx"):
        if path.name != "budgetram.xlsx":
            submission = scan(path)
            form = locate(submission, identify(submission, LAYOUTS.forms), frame.register)
            assert form.irregularities == ()
            found[form.enhet] = form
    return found


@FEW
@given(regions())
def test_what_is_distributed_is_read_back_to_the_ore(region: Region) -> None:
    with folder() as work:
        region.write(work / "in")
        made = distribute(work / "in", Period(2025, 5), work / "ut", LAYOUTS, lambda *_: None)
        assert [each.rule for each in made.findings if each.rule != "R092"] == []
        read = forms(work / "ut")
        frame = open_frame(work / "ut" / "budgetram.xlsx", LAYOUTS).register
    put_in: dict[tuple[str, str, str, Period, str], Decimal] = {}
    for measure, rows in (("outcome", region.outcome), ("budget", region.budget)):
        for enhet, line, year, month, figure, part in rows:
            # A row is the whole of its account group; its parts stand below it again.
            for each in {"", part}:
                at = (enhet, line, measure, Period(year, month), each)
                put_in[at] = put_in.get(at, Decimal(0)) + figure
    columns = ("forecast_typed", "forecast_previous", "budget_year")
    for enhet, line, *three in region.forecast:
        for measure, figure in zip(columns, three, strict=True):
            put_in[enhet, line, measure, Period(2025, 12), ""] = Decimal(figure)
    got = {
        (f.key.enhet, f.key.line, f.key.measure, f.key.period, dict(f.key.breakdown).get(PART, "")):
        f.value
        for form in read.values()
        for f in form.facts
        if isinstance(f.value, Decimal)
    }  # fmt: skip
    assert got == put_in
    amounts = [(each.id, each.day.isoformat(), each.amount.number) for each in frame.decisions]
    assert amounts == [(row[0], row[1], Decimal(str(row[6])) * 1000) for row in region.decisions]


@FEW
@given(st.permutations(["b", "å ny", "Ö", "0", "zz", "q", "M"]), st.booleans())
def test_the_names_and_order_of_files_do_not_matter(
    books: Books, names: list[str], below: bool
) -> None:
    with folder() as work:
        inbox = work / "in"
        for name, path in zip(names, sorted(books.folder.glob("*.xlsx")), strict=True):
            to = inbox / (name if below else "") / f"{name}.xlsx"
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)
        checked = check([inbox], LAYOUTS, lambda *_: None)
        assert figures(checked) == books.figures
        assert {(each.rule, each.message) for each in checked.findings} == books.findings


@FEW
@given(st.data(), st.integers(-(10**9), 10**9))
def test_a_change_of_one_input_changes_only_what_depends_on_it(
    books: Books, data: st.DataObject, value: int
) -> None:
    with folder() as work:
        inbox = work / "in"
        shutil.copytree(books.folder, inbox)
        form = forms(books.folder)[UNIT]
        fact = data.draw(
            st.sampled_from([each for each in form.facts if isinstance(each.value, Decimal)])
        )
        book = openpyxl.load_workbook(inbox / FILE)
        book[fact.at.sheet][fact.at.address] = value
        book.save(inbox / FILE)
        after = figures(check([inbox], LAYOUTS, lambda *_: None))
    changed = {
        key
        for key in {*after, *books.figures}
        # The forecast methods and the profile of the unit as a whole follow every amount.
        if after.get(key) != books.figures.get(key) and not key[3] and key[2] != UNIT
    }
    assert {key[1:3] for key in changed} <= {(UNIT, fact.key.line)}
    month = fact.key.period
    assert month is not None
    may = {
        "outcome": {"outcome_ytd"} if month.year == 2025 else {"prior_ytd"},
        "budget": {"budget_ytd"},
        "budget_year": {"budget_year"},
        "forecast_typed": {"forecast"},
        "forecast_previous": {"forecast_previous"},
    }
    until = fact.key.measure not in ("outcome", "budget") or month.month <= 5
    assert {key[0] for key in changed} <= (may[fact.key.measure] if until else set())


@settings(parent=FEW, max_examples=12)
@given(st.data())
def test_no_damage_to_bytes_or_cells_ends_in_anything_but_a_finding(
    books: Books, data: st.DataObject
) -> None:
    with folder() as work:
        inbox = work / "in"
        shutil.copytree(books.folder, inbox)
        path = inbox / data.draw(st.sampled_from([FILE, "20.xlsx"]))
        if data.draw(st.booleans()):
            raw = bytearray(path.read_bytes())
            for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=20)):
                raw[at] ^= data.draw(st.integers(1, 255))
            path.write_bytes(raw)
        else:
            _scramble(path, data)
        checked = check([inbox], LAYOUTS, lambda *_: None)
        assert checked.package is not None
        others = {k: v for k, v in figures(checked).items() if k[1] == "30"}
        assert others == {k: v for k, v in books.figures.items() if k[1] == "30"}


def _scramble(path: Path, data: st.DataObject) -> None:
    """Put odd values in cells of any sheet, and take cells away."""
    book = openpyxl.load_workbook(path)
    values = st.one_of(
        st.none(),
        st.sampled_from(["", "K01", "Netto", "Summa intäkter", "#REF!", "=1/0", "=A1", "Kod", "5"]),
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(10**18), 10**18),
        st.booleans(),
        st.datetimes().filter(lambda each: each.year > 1900),
    )
    for _ in range(data.draw(st.integers(1, 12))):
        page = data.draw(st.sampled_from(book.worksheets))
        at = page.cell(data.draw(st.integers(1, 20)), data.draw(st.integers(1, 12)))
        at.value = data.draw(values)
    book.save(path)
    assert zipfile.is_zipfile(path)
