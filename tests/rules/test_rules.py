"""Every rule, shown by cases: what it finds in a messy region, what it says, what it lets pass."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from tests.kept import Kept
from tests.rules.case import Case
from tests.rules.economy_cases import ECONOMY_CASES
from tests.rules.extract_cases import EXTRACT_CASES
from tests.rules.form_cases import FORM_CASES
from tests.rules.integrity_cases import INTEGRITY_CASES
from tests.rules.own_sheet_cases import OWN_SHEET_CASES
from tests.rules.recalculation_cases import RECALCULATION_CASES
from tests.rules.region import PERIOD, type_over, write_extracts, write_region
from tests.rules.register_cases import REGISTER_CASES
from tests.rules.shape_cases import SHAPE_CASES
from tests.rules.sheets_cases import SHEETS_CASES
from tests.rules.sheets_region import write_sheets_region

from ramkoll.layout.typed import text_in
from ramkoll.model.findings import Finding, Scope, Severity
from ramkoll.model.period import Period
from ramkoll.model.units import swedish_amount
from ramkoll.pipeline.check import Checked, check
from ramkoll.pipeline.distribute import Distribution, distribute
from ramkoll.pipeline.keep import Keep, made_anew
from ramkoll.rules.catalogue import rules
from ramkoll.rules.checks.comments import direction
from ramkoll.store.layouts import Layouts, load_layouts

CASES = (
    *EXTRACT_CASES,
    *SHAPE_CASES,
    *RECALCULATION_CASES,
    *FORM_CASES,
    *INTEGRITY_CASES,
    *REGISTER_CASES,
    *ECONOMY_CASES,
    *SHEETS_CASES,
    *OWN_SHEET_CASES,
)
Outcome = Checked | Distribution  # both hold findings
SheetsOf = Callable[[Period], tuple[Path, Checked, Kept]]
RULES = {rule.id: rule for rule in rules()}
SECTIONS = ("Varför:", "Godkänns:", "Källa:")
# V15, V17, V37 and V38 hold this report against an earlier one or its texts.
ISSUE = {f"V{n:02d}" for n in (*range(1, 15), 16, *range(18, 37), 39, 40, 41)} | {"T33"}


@pytest.fixture(scope="session")
def layouts() -> Layouts:
    return load_layouts()


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory, layouts: Layouts) -> Path:
    return write_region(tmp_path_factory.mktemp("region"), layouts)


@pytest.fixture(scope="session")
def sheets_of(tmp_path_factory: pytest.TempPathFactory, layouts: Layouts) -> SheetsOf:
    """The region with all sheets in a period, and what is found in it untouched."""

    @cache
    def made(period: Period) -> tuple[Path, Checked, Kept]:
        folder = tmp_path_factory.mktemp("sheets")
        path = write_sheets_region(folder, layouts, period)
        return path, check([path], layouts, lambda *_: None), Kept(path)

    return made


@pytest.fixture(scope="session")
def untouched(region: Path, layouts: Layouts) -> Checked:
    return check([region], layouts, lambda *_: None)


@pytest.fixture(scope="session")
def kept(region: Path) -> Kept:
    return Kept(region)


def run(case: Case, region: Path, layouts: Layouts, folder: Path, keep: Keep) -> Outcome:
    if case.extract is not None:
        write_extracts(folder)
        name, lines = case.extract
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as extract:
            extract.write(f"\n{lines}")
        return distribute(folder, PERIOD, folder / "böcker", layouts, lambda *_: None)
    shutil.copytree(region, folder)
    for edit in case.edits:
        edit(folder)
    if case.report is not None:
        layouts = replace(layouts, reports=tuple(case.report(each) for each in layouts.reports))
        keep = made_anew
    own_sheets = RULES[case.rule].scope is Scope.OWN
    return check([folder], layouts, lambda *_: None, own_sheets=own_sheets, keep=keep)


def in_full(finding: Finding) -> list[str]:
    lines = [f"{finding.severity.value} {finding.at}", f"  {finding.message}"]
    lines.append(f"  → {finding.tip}")
    if finding.related:
        lines.append(f"  se även {', '.join(str(ref) for ref in finding.related)}")
    if finding.effect is not None:
        lines.append(f"  gäller {swedish_amount(finding.effect)}")
    return lines


def others(rule: str, found: Outcome, before: Outcome) -> str:
    """The other rules that have more to say than about the untouched region."""
    counts = Counter(each.rule for each in found.findings)
    counts -= Counter(each.rule for each in before.findings)
    named = [f"{each} ({n})" for each, n in sorted(counts.items()) if each != rule]
    return ", ".join(named) or "inga"


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_finds_what_it_should_and_lets_the_rest_pass(
    rule: str,
    region: Path,
    sheets_of: SheetsOf,
    layouts: Layouts,
    untouched: Checked,
    kept: Kept,
    tmp_path: Path,
    golden: Callable[[str, str], None],
) -> None:
    lines = [f"{rule} {RULES[rule].title}"]
    for n, case in enumerate(each for each in CASES if each.rule == rule):
        of, before, keep = sheets_of(case.sheets) if case.sheets else (region, untouched, kept)
        found = run(case, of, layouts, tmp_path / str(n), keep)
        own = [each for each in found.findings if each.rule == rule]
        assert bool(own) == case.found, f"{case.name}: {[f.message for f in found.findings]}"
        lines += ["", f"== {'fälls' if case.found else 'godkänns'}: {case.name} =="]
        lines += [line for each in own for line in in_full(each)]
        earlier = before if case.extract is None else Distribution((), ())
        lines.append(f"andra fynd: {others(rule, found, earlier)}")
    golden(f"rules/{rule}.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_has_its_page_a_tip_and_cases_of_both_kinds(rule: str) -> None:
    page, tip = RULES[rule].doc, RULES[rule].tip
    assert [page.count(section) for section in SECTIONS] == [1, 1, 1]
    assert [page.index(section) for section in SECTIONS] == sorted(map(page.index, SECTIONS))
    assert RULES[rule].title.endswith(".")
    assert tip
    assert "§" not in page
    assert {case.found for case in CASES if case.rule == rule} == {True, False}


def test_every_case_is_of_a_rule_that_exists() -> None:
    assert {case.rule for case in CASES} == set(RULES)


def test_the_catalogue_covers_the_checks_of_the_domain() -> None:
    covered = {check_id for rule in RULES.values() for check_id in rule.covers}
    assert covered >= ISSUE


def test_a_messy_region_that_is_right_gives_only_status_and_the_comments_it_lacks(
    untouched: Checked,
) -> None:
    found = Counter((each.rule, each.severity) for each in untouched.findings)
    assert found == {
        ("R121", Severity.WARNING): 1,  # the staff's net deviates by 15 percent
        ("R123", Severity.WARNING): 1,  # and a forecast changed by 600 tkr
        ("R141", Severity.INFO): 6,  # three units, two områden and the region
    }
    assert [each.rule for each in untouched.not_run] == ["R144"]  # the calendar is empty


def test_workbooks_with_all_sheets_that_are_right_give_no_more(sheets_of: SheetsOf) -> None:
    _, checked, _ = sheets_of(PERIOD)
    assert {each.rule for each in checked.findings} == {"R121", "R123", "R141"}
    assert [each.rule for each in checked.not_run] == ["R144"]  # the calendar is empty


def test_without_a_frame_workbook_its_rules_say_that_they_were_not_run(
    region: Path, layouts: Layouts
) -> None:
    checked = check([region / "10.xlsx"], layouts, lambda *_: None)
    assert {each.rule for each in checked.findings} == {"R123", "R141"}
    needing = {rule.id for rule in RULES.values() if rule.needs}
    assert {each.rule for each in checked.not_run} == needing
    assert {"R201", "R211", "R221", "R301", "R321"} <= needing


def test_signs_are_checked_without_a_frame_workbook(
    region: Path, layouts: Layouts, tmp_path: Path
) -> None:
    case = next(case for case in CASES if case.rule == "R112")
    run(case, region, layouts, tmp_path / "böcker", made_anew)
    checked = check([tmp_path / "böcker" / "20.xlsx"], layouts, lambda *_: None)
    assert "R112" in {each.rule for each in checked.findings}


def test_the_order_of_files_changes_no_finding(
    region: Path, layouts: Layouts, untouched: Checked
) -> None:
    files = sorted(region.iterdir(), reverse=True)
    again = check(files, layouts, lambda *_: None, whole=True)
    assert again.findings == untouched.findings


@pytest.mark.parametrize("seed", range(12))
def test_a_formula_typed_over_anywhere_is_found_at_its_cell_and_nowhere_else(
    seed: int, region: Path, layouts: Layouts, untouched: Checked, kept: Kept, tmp_path: Path
) -> None:
    choice = Random(seed)
    with_formulas = [each for each in untouched.forms if any(each.computed.values.values())]
    view = choice.choice(with_formulas)
    filled = [slot for slot, value in view.computed.values.items() if value is not None]
    at = view.form.places.ref(choice.choice(filled))
    shutil.copytree(region, tmp_path / "böcker")
    type_over(tmp_path / "böcker", at, choice.choice([12345.6, None, "–"]))
    found = check([tmp_path / "böcker"], layouts, lambda *_: None, keep=kept)
    new = [each for each in found.findings if each not in untouched.findings]
    assert [(each.at, each.severity) for each in new] == [(at, Severity.BLOCKS)]


@pytest.mark.parametrize(
    ("comment", "kind", "way"),
    [
        ("Överskott på grund av vakanser.", "", "better"),
        ("Enheten visar ett underskott på 4,5 mkr.", "", "worse"),
        ("Underskottet beror på hyrpersonal. Åtgärder pågår.", "", "worse"),
        ("Negativ avvikelse till följd av prisökningar", "", "worse"),
        ("Högre kostnader än budgeterat, främst larm.", "kostnad", "worse"),
        ("Sämre än budget.", "", "worse"),
        ("Högre kostnader än budget, men bidraget väger upp.", "", None),
        ("Högre kostnader än budget.", "intäkt", None),
        ("Inget överskott.", "", None),
        ("Det blir inte något underskott.", "", None),
        ("Överskott på intäkter, underskott på personal.", "", None),
        ("Underskott i budgetregleringsposten.", "", None),
        ("Underskott på hyran vägs upp.", "", None),
        ("Trots ett underskott i början är nettot bra.", "", None),
        ("Minskat underskott jämfört med förra året.", "", None),
        ("Underskott föregående år.", "", None),
        ("Vårdvalets underskott täcks.", "", None),
        ("Underskottstäckning från ägaren.", "", None),
        ("Vakanser.", "", None),
    ],
)
def test_a_comment_says_a_direction_only_when_that_is_sure(
    comment: str, kind: str, way: str | None, layouts: Layouts
) -> None:
    said = direction(comment, kind, layouts.defaults)
    assert (said[0] if said else None) == way


def test_the_region_is_of_the_period_that_the_cases_think(untouched: Checked) -> None:
    assert {form.period for form in untouched.forms} == {PERIOD}
    units = [form.form for form in untouched.forms if form.unit]
    assert {text_in(form.fields["area"]) for form in units} == {"Närvård", "Ledning"}
