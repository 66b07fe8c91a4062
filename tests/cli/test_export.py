"""``ramkoll export --nämnd`` as a user meets it."""

import json
from pathlib import Path

import pytest

from ramkoll.cli import main


def test_a_report_that_is_not_approved_is_not_written(
    consolidated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nämnd.xlsx"
    assert main(["export", str(consolidated), "--nämnd", "--out", str(out), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["skriven"] is False
    assert told["arbetsbok"] is None
    assert len(told["blad"]) == 19
    (why,) = told["hinder"]
    assert "Rapporten är ett utkast: regionens arbetsbok är inte godkänd." in why
    assert "--utkast" in why
    assert list(tmp_path.iterdir()) == []


def test_a_draft_is_written_and_what_was_left_out_is_told(
    consolidated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nämnd.xlsx"
    asked = ["export", str(consolidated), "--namnd", "--utkast", "--out", str(out)]
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "Med i nämndens version, 19 blad: Sammanfattning, Måluppfyllelse, " in said
    assert "Utanför, 9 blad: Prognosunderlag, " in said
    assert "Granskning, Underlag, Om." in said
    assert "Utelämnat: 62 källrader med filnamn." in said
    assert "Diagram: 8." in said
    assert "Genomsökt del för del" in said
    assert f"Arbetsboken är skriven: {out}" in said
    assert out.exists()
