"""The command line as a user meets it: Swedish words, exit codes, whole files or none."""

import json
import re

import pytest
from tests.conftest import EXAMPLES

from ramkoll.cli import commands, main
from ramkoll.cli.parser import parser

COMMANDS = (
    "areas", "build-oxt", "build-xlam", "cells", "certificate", "check", "consolidate", "demo",
    "desktop", "distribute", "explain", "export", "manifest", "refresh", "rules", "serve", "tables",
    "template", "trace",
)  # fmt: skip
ENGLISH = re.compile(r"\b(usage|error|required|optional|arguments?:|options|show this)\b")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_is_swedish(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([*command.split(), "--help"])
    said = capsys.readouterr().out
    assert stopped.value.code == 0
    assert "Så här: ramkoll" in said
    assert ENGLISH.search(said) is None, said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "det saknas: KOMMANDO"),
        (["chek"], "finns inte; välj bland"),
        (["check"], "det saknas: SÖKVÄG"),
        (["distribute", "--inputs", "x", "--out", "y"], "det saknas: --period"),
        (["distribute", "--inputs", "x", "--out", "y", "--period", "aug"], "ingen period"),
        (["consolidate", "x", "--out"], "--out ska följas av ett värde"),
        (["consolidate", "x", "--out", "y", "--time", "igår"], "ingen tid"),
        (["export", "bok.xlsx", "--out", "ut.xlsx"], "det saknas: --nämnd"),
        (["rules", "--fort"], "okänt: --fort"),
    ],
)
def test_wrong_use_is_said_in_swedish_with_exit_code_2(arguments, says, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert says in said
    assert ENGLISH.search(said) is None, said


def test_every_command_has_a_function():
    assert set(commands.COMMANDS) == set(COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["areas", "finns/inte"],
        ["cells", "finns-inte.xlsx"],
        ["cells", "."],
        ["check", "finns/inte"],
        ["consolidate", "finns/inte", "--out", "ut.xlsx"],
        ["distribute", "--inputs", "finns/inte", "--period", "2024-08", "--out", "ut"],
        ["refresh", "finns/inte", "--inputs", "finns/inte"],
        ["refresh", ".", "--inputs", "."],
        ["tables", "finns-inte.xlsx", "--out", "ut"],
        ["trace", "finns-inte.xlsx", "Blad!A1"],
        ["export", "finns-inte.xlsx", "--nämnd", "--out", "ut.xlsx"],
        ["export", "finns-inte.xlsx", "--nämnd", "--out", "ut.xlsm"],
        ["rules", "R999"],
        ["template", "--out", "ut", "--layouts", "finns/inte"],
    ],
)
def test_a_fault_of_set_up_is_one_swedish_sentence_and_what_to_do(
    arguments, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("Fel: ")
    assert "Traceback" not in said
    assert list(tmp_path.rglob("*.*")) == []


@pytest.mark.host("cli", "check")
def test_the_findings_of_the_examples_are_these(golden, capsys):
    assert main(["check", str(EXAMPLES)]) in (0, 1)
    golden("findings-2024-08.txt", capsys.readouterr().out)


@pytest.mark.host("cli", "consolidate")
def test_the_demo_writes_the_workbook_and_says_what_it_did(tmp_path, capsys):
    assert main(["demo", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert (tmp_path / "regionstyrelsen-2024-08.xlsx").stat().st_size > 50_000
    for word in ("Läst: 23 arbetsböcker", "Funnet:", "Resultat:", "Tid per steg:", "läsa filer"):
        assert word in said.out
    assert "23 av 23" in said.err


def test_the_json_of_a_check_holds_what_the_text_says(capsys):
    code = main(["check", "--json", str(EXAMPLES)])
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["filer"]) == 23
    blocking = [each for each in answer["fynd"] if each["allvar"] == "stoppar"]
    assert code == (1 if blocking else 0)
    assert all(each["regel"] and each["fil"] and each["meddelande"] for each in answer["fynd"])


def test_a_single_workbook_without_frame_says_which_rules_were_not_run(capsys):
    main(["check", str(EXAMPLES / "605.xlsx")])
    assert "Inte körda, eftersom ingen ramarbetsbok är angiven" in capsys.readouterr().out


def test_a_check_that_hands_back_says_what_it_wrote(tmp_path, capsys):
    own = tmp_path / "in"
    own.mkdir()
    (own / "605.xlsx").write_bytes((EXAMPLES / "605.xlsx").read_bytes())
    (own / "trasig.xlsx").write_bytes(b"PK ingen arbetsbok")
    out = tmp_path / "åter"
    arguments = ["check", str(own), "--return", str(out), "--time", "2024-09-12T08:00"]
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert f"1 kopia skriven i {out}." in said
    assert "Ingen kopia av trasig.xlsx: " in said
    assert [path.name for path in out.iterdir()] == ["605.xlsx"]
    assert main([*arguments, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["kopior"] == ["605.xlsx"]
    assert [each["fil"] for each in answer["utan_kopia"]] == ["trasig.xlsx"]
    assert answer["utan_anteckning"] == []


def test_copies_among_the_submissions_are_refused_before_anything_is_read(tmp_path, capsys):
    (tmp_path / "605.xlsx").write_bytes((EXAMPLES / "605.xlsx").read_bytes())
    assert main(["check", str(tmp_path), "--return", str(tmp_path / "åter")]) == 2
    assert "Välj en annan mapp efter --return" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["605.xlsx"]


@pytest.fixture
def few(tmp_path_factory):
    """A folder with one unit's workbook and the frame."""
    folder = tmp_path_factory.mktemp("inlämnat")
    for name in ("605.xlsx", "budgetram.xlsx"):
        (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    return folder


@pytest.mark.host("cli", "cancel")
def test_an_interrupted_run_leaves_no_file(few, tmp_path, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("ramkoll.pipeline.consolidate.workbook_bytes", interrupted)
    out = tmp_path / "rs.xlsx"
    assert main(["consolidate", str(few), "--out", str(out)]) == 130
    assert "Avbrutet" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_ours_is_no_traceback_but_an_id(few, tmp_path, monkeypatch, capsys):
    def broken(*_):
        raise AssertionError("ours")

    monkeypatch.setattr("ramkoll.pipeline.consolidate.workbook_bytes", broken)
    assert main(["consolidate", str(few), "--out", str(tmp_path / "rs.xlsx")]) == 2
    said = capsys.readouterr().err
    assert "fel-id" in said
    assert "Traceback" not in said


def test_consolidate_takes_frame_layouts_and_json():
    arguments = parser().parse_args(
        ["consolidate", "in", "--frame", "ram.xlsx", "--out", "ut.xlsx", "--layouts", "l", "--json"]
    )
    assert arguments.json
    assert arguments.layouts.name == "l"
