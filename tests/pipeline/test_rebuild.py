"""What is built twice is the same, byte for byte: forms, examples, the report."""

from datetime import datetime
from pathlib import Path

import pytest

from ramkoll.model.period import Period
from ramkoll.pipeline.consolidate import consolidate
from ramkoll.pipeline.templates import write_templates
from ramkoll.store.layouts import load_layouts

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "workbooks" / "2024-08"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.xlsx"))}


def _same(ours: dict[str, bytes], theirs: dict[str, bytes]) -> list[str]:
    """Names that differ; the bytes themselves would drown the message."""
    return [name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)]


def test_the_templates_in_the_repository_are_what_their_toml_gives(tmp_path):
    written = list(write_templates(load_layouts(), tmp_path))
    assert [path.name for path in written] == [
        "avdelning-1.xlsx",
        "budgetram-1.xlsx",
        "omrade-1.xlsx",
        "personal-1.xlsx",
        "region-1.xlsx",
        "regionstyrelse-1.xlsx",
    ]
    assert _same(_bytes(tmp_path), _bytes(ROOT / "templates")) == [], "run: make templates"


def test_the_example_workbooks_are_what_distribute_gives(road):
    distributed = _bytes(road("2024-08", "2024-08").books)
    assert len(distributed) == 23
    assert _same(distributed, _bytes(EXAMPLES)) == [], "run: make workbooks"


def test_the_consolidated_workbook_is_the_same_every_time(tmp_path, consolidated):
    folder = consolidated.parent / "again"
    made = datetime(2024, 9, 12, 8, 0)
    folder.mkdir()
    # The links lead from where the report lies: beside the first one they are the same.
    again = consolidated.parent / "again.xlsx"
    consolidate(EXAMPLES, again, load_layouts(), lambda *_: None, made)
    assert again.read_bytes() == consolidated.read_bytes()


def test_a_layout_of_ones_own_goes_before_ramkolls(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    text = (ROOT / "templates" / "avdelning-1.toml").read_text(encoding="utf-8")
    changed = text.replace('heading = "Avvikelse"', 'heading = "Skillnad"', 1)
    assert changed != text
    (own / "avdelning-1.toml").write_text(changed, encoding="utf-8")
    layout = load_layouts(own).form("avdelning", Period(2024, 8))
    assert layout.table("economy").columns[2].heading == "Skillnad"


@pytest.mark.parametrize(
    ("text", "says"),
    [("id = ", "tolka"), ('id = "x"\nversion = 1', "valid_from"), ("[[sheet]]\n", "id")],
)
def test_a_layout_that_cannot_be_used_is_named_with_its_fault(tmp_path, text, says):
    (tmp_path / "egen-1.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match=r"egen-1\.toml") as caught:
        load_layouts(tmp_path)
    assert says in str(caught.value)


def test_the_latest_form_that_is_valid_is_taken(tmp_path):
    text = (ROOT / "templates" / "avdelning-1.toml").read_text(encoding="utf-8")
    newer = text.replace("version = 1", "version = 2", 1).replace("2020-01", "2025-01", 1)
    (tmp_path / "avdelning-2.toml").write_text(newer, encoding="utf-8")
    layouts = load_layouts(tmp_path)
    assert layouts.form("avdelning", Period(2024, 12)).name == "avdelning-1"
    assert layouts.form("avdelning", Period(2025, 1)).name == "avdelning-2"
    with pytest.raises(Exception, match="2019-12"):
        layouts.form("avdelning", Period(2019, 12))
