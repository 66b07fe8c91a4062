"""The .xlam as a package: well-formed, the ribbon's words, its pictures, the same every time."""

import io
import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from tests.desktop.xlam.made import modules, parts, ribbon_part, xlam
from tests.desktop.xlam.olevba import read_back, suspicions

from ramkoll import __version__
from ramkoll.cli import main
from ramkoll.desktop.xlam.constants import KINDS
from ramkoll.desktop.xlam.package import RIBBON_PART, build_twin, build_xlam
from ramkoll.desktop.xlam.project import Kind, Module
from ramkoll.desktop.xlam.ribbon_check import ribbon_faults
from ramkoll.desktop.xlam.ribbon_xml import NAMESPACE
from ramkoll.excel.structure import faults
from ramkoll.live.catalogue import commands
from ramkoll.store.layouts import load_layouts
from ramkoll.store.ribbon import load_ribbon

NS = f"{{{NAMESPACE}}}"
README = Path(__file__).parents[3] / "addin" / "desktop" / "README.md"


def test_the_package_is_well_formed_and_so_is_its_twin():
    assert faults(xlam()) == ()
    assert faults(build_twin(load_layouts())) == ()


def rewritten(part, old, new):
    """The package with one of its parts written otherwise."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts().items():
            text = data.replace(old.encode(), new.encode()) if name == part else data
            assert (text != data) == (name == part)
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("part", "old", "new", "rule"),
    [
        (RIBBON_PART, "2009/07/customui", "2012/07/customui", "ribbon.root"),
        (RIBBON_PART, 'image="check"', 'image="chek"', "ribbon.image"),
        ("customUI/_rels/customUI14.xml.rels", 'Id="check"', 'Id="chek"', "ribbon.image"),
        ("customUI/_rels/customUI14.xml.rels", "images/check.png", "images/chek.png", "rels.dangling"),
        ("[Content_Types].xml", "addin.macroEnabled.main", "addin.main", "types.kind"),
        ("xl/_rels/workbook.xml.rels", "vbaProject.bin", "vbaProjekt.bin", "rels.dangling"),
    ],
)  # fmt: skip
def test_a_package_that_hangs_together_badly_is_told(part, old, new, rule):
    assert rule in {each.rule for each in faults(rewritten(part, old, new))}


def test_the_same_content_gives_the_same_bytes():
    assert build_xlam(load_layouts()) == xlam()
    with zipfile.ZipFile(io.BytesIO(xlam())) as archive:
        assert archive.testzip() is None
        assert {each.date_time for each in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


def test_it_says_that_it_is_an_add_in_and_which():
    types = parts()["[Content_Types].xml"].decode()
    assert "application/vnd.ms-excel.addin.macroEnabled.main+xml" in types
    assert f">{__version__}</cp:version>" in parts()["docProps/core.xml"].decode()
    assert f"Ramkoll {__version__}" in parts()["xl/worksheets/sheet1.xml"].decode()


def test_the_modules_of_workbook_and_sheet_have_their_code_names():
    names = [
        re.findall(r'codeName="(\w+)"', parts()[part].decode())[0]
        for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml")
    ]
    assert [each.name for each in modules() if each.kind is Kind.DOCUMENT] == names


def test_the_ribbon_says_what_the_other_hosts_say():
    tab = load_ribbon()
    root = fromstring(ribbon_part())
    shown = root.find(f".//{NS}tab")
    assert (shown.get("label"), shown.get("keytip")) == (tab.label, tab.keytip)
    groups = shown.findall(f"{NS}group")
    assert [each.get("label") for each in groups] == [each.label for each in tab.groups]
    for group, element in zip(tab.groups, groups, strict=True):
        for button, control in zip(group.buttons, element, strict=True):
            said = {
                name: control.get(name)
                for name in ("tag", "label", "image", "screentip", "supertip", "keytip")
            }
            assert said == {
                "tag": button.command,
                "label": button.label,
                "image": button.icon,
                "screentip": button.screentip,
                "supertip": button.supertip,
                "keytip": button.keytip,
            }
            assert control.get("size") == ("large" if button.size == "large" else "normal")


def test_every_picture_is_one_that_the_other_hosts_show():
    icons = Path(__file__).parents[3] / "addin" / "office" / "dist" / "icons"
    rels = fromstring(parts()["customUI/_rels/customUI14.xml.rels"])
    shown = {each.get("Id"): parts()[f"customUI/{each.get('Target')}"] for each in rels}
    tab = load_ribbon()
    wanted = {group.icon for group in tab.groups} | {button.icon for button in tab.buttons}
    assert shown == {name: (icons / f"{name}-32.png").read_bytes() for name in wanted}


def test_our_own_checker_finds_nothing_wrong_with_the_ribbon():
    images = {
        each.get("Id", "") for each in fromstring(parts()["customUI/_rels/customUI14.xml.rels"])
    }
    assert ribbon_faults(ribbon_part(), images, modules(), load_ribbon()) == ()


def constants(text):
    kinds: dict[str, str] = {}
    for ids, kind in re.findall(r"(?s)Case (\".*?\")\r\n +KindsFor = ([\w +]+)\r\n", text):
        kinds |= dict.fromkeys(re.findall(r'"(\w+)"', ids), kind)
    return kinds


def test_which_button_needs_which_workbook_is_what_the_commands_say():
    text = read_back(xlam())["RamkollConstants"]
    kinds = constants(text)
    for command in commands().values():
        assert kinds.get(command.id, "KIND_NONE") == KINDS[command.reads], command.id
    assert kinds["check"] == "KIND_FORM"
    assert kinds["consolidate"] == "KIND_REPORT"
    assert "units" not in kinds
    assert "panel" not in kinds
    assert 'FORM_LABELS As String = "formulär"' in text
    assert 'REPORT_SHEETS As String = "Underlag/Om"' in text


def own_layouts(folder, label):
    source = Path(__file__).parents[3] / "templates" / "avdelning-1.toml"
    text = source.read_text(encoding="utf-8")
    assert text.count('"Formulär"') == 1
    folder.mkdir()
    (folder / source.name).write_text(text.replace('"Formulär"', f'"{label}"'), encoding="utf-8")
    return folder


def test_the_forms_of_a_region_are_known_by_their_own_label(tmp_path, capsys):
    out = tmp_path / "ramkoll.xlam"
    layouts = own_layouts(tmp_path / "mallar", "Blankett: «A»")
    assert main(["build-xlam", "--out", str(out), "--layouts", str(layouts)]) == 0
    assert "skrivet" in capsys.readouterr().out
    found = read_back(out.read_bytes())
    assert 'FORM_LABELS As String = "blankett: «a»|formulär"' in found["RamkollConstants"]
    others = {name: text for name, text in read_back(xlam()).items() if name != "RamkollConstants"}
    assert {name: text for name, text in found.items() if name in others} == others


@pytest.mark.parametrize("label", ["Анкета", "A|B"])
def test_a_label_that_vba_cannot_hold_is_told_of(tmp_path, capsys, label):
    layouts = own_layouts(tmp_path / "mallar", label)
    out = tmp_path / "ramkoll.xlam"
    assert main(["build-xlam", "--out", str(out), "--layouts", str(layouts)]) == 2
    assert f"«{label.casefold()}»" in capsys.readouterr().err
    assert not out.exists()


def test_only_an_xlam_is_written(tmp_path, capsys):
    assert main(["build-xlam", "--out", str(tmp_path / "ramkoll.xlsm")]) == 2
    assert "slutar på .xlam" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_more_modules_go_into_the_twin_only():
    probe = Module("Probe", Kind.MODULE, 'Attribute VB_Name = "Probe"\r\n')
    assert read_back(build_twin(load_layouts(), probe))["Probe"] == probe.text


def test_what_virus_scanners_find_suspicious_is_what_it_is_told_about():
    text = README.read_text(encoding="utf-8")
    for word in suspicions(xlam()):
        assert f"`{word}`" in text, word


def test_without_the_packages_of_the_commands_it_says_what_to_install(
    monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr("ramkoll.cli.addin_commands.find_spec", lambda name: None)
    assert main(["build-xlam", "--out", str(tmp_path / "ramkoll.xlam")]) == 2
    assert 'pip install "ramkoll[desktop]"' in capsys.readouterr().err


def test_the_ten_minutes_in_a_real_excel_expect_this_ribbon():
    text, tab = README.read_text(encoding="utf-8"), load_ribbon()
    assert f"{len(tab.groups)} groups, {len(tab.buttons)} buttons with pictures" in text
    assert f"letters at every button: {', '.join(each.keytip for each in tab.buttons)} |" in text
    kinds = constants(read_back(xlam())["RamkollConstants"])
    usable = [each.label for each in tab.buttons if each.command not in kinds]
    assert f"greyed: all but {', '.join(usable)} |" in text
    for kind, said in (("FORM", "in the form"), ("REPORT", "in the report")):
        told = text.partition(f"{said}: ")[2].partition(";" if kind == "FORM" else " |")[0]
        for each in tab.buttons:
            shown = each.label in told or (each in tab.groups[0].buttons and "Avdelning's" in told)
            assert shown == (f"KIND_{kind}" in kinds.get(each.command, "")), (each.label, told)
