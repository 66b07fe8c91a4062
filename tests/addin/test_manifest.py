"""The manifest that Ramkoll renders, and the command that writes it."""

from xml.etree.ElementTree import fromstring

import pytest

from ramkoll import __version__
from ramkoll.cli import main
from ramkoll.model.errors import RamkollError
from ramkoll.server.manifest import ADDIN_ID, manifest, office_version, server_address
from ramkoll.server.manifest_check import faults
from ramkoll.server.manifest_shape import BASE, OVERRIDES, TYPES
from ramkoll.store.ribbon import ICON_SIZES, load_ribbon, ribbon

URL = "https://localhost:8443"


def test_the_manifest_is_as_reviewed(golden):
    golden("addin/manifest.xml", manifest(load_ribbon(), URL, "0.2.0"))


def test_our_own_checker_finds_nothing_wrong_with_it():
    assert faults(manifest(load_ribbon(), URL, __version__).encode()) == ()


def test_the_words_of_the_ribbon_are_those_of_the_manifest():
    tab = load_ribbon()
    root = fromstring(manifest(tab, URL, __version__))
    said = {each.get("id"): each.get("DefaultValue") for each in root.iter(TYPES + "String")}
    for button, control in zip(tab.buttons, root.iter(OVERRIDES + "Control"), strict=True):
        assert said[_resid(control, "Label")] == button.label
        assert said[_resid(control, "Supertip", "Title")] == button.screentip
        assert said[_resid(control, "Supertip", "Description")] == button.supertip
    for group, element in zip(tab.groups, root.iter(OVERRIDES + "Group"), strict=True):
        assert said[_resid(element, "Label")] == group.label


def _resid(element, *path):
    found = element.find("/".join(OVERRIDES + step for step in path))
    assert found is not None
    return found.get("resid")


def test_every_picture_has_the_size_in_its_address():
    root = fromstring(manifest(load_ribbon(), URL, "0.2.0"))
    pictures = {each.get("id"): each.get("DefaultValue") for each in root.iter(TYPES + "Image")}
    shown = [image for image in root.iter(TYPES + "Image") if image.get("size")]
    assert len(shown) == (13 + 3) * len(ICON_SIZES)
    for image in shown:
        address = pictures[image.get("resid")]
        assert address is not None
        assert address.startswith(f"{URL}/icons/")
        assert address.endswith(f"-{image.get('size')}.png?v=0.2.0")


def test_only_the_panel_is_shown_by_office_itself():
    root = fromstring(manifest(load_ribbon(), URL, __version__))
    called = [element.text or "" for element in root.iter(OVERRIDES + "FunctionName")]
    assert "panel" not in called
    assert sorted([*called, "panel"]) == sorted(each.command for each in load_ribbon().buttons)


def test_texts_of_the_ribbon_cannot_break_out_of_the_xml():
    text = """
[tab]
id = "t"
label = '"/><x a="'
keytip = "Y"
icon = "i"
[[group]]
id = "g"
label = "<b> & 'c'"
icon = "i"
[[group.button]]
id = "panel"
label = "]]>"
command = "panel"
kind = "pane"
screentip = "a < b"
supertip = '&lt;"citat"&amp;'
keytip = "P"
icon = "i"
size = "large"
"""
    tab = ribbon(text, "prov.toml")
    made = manifest(tab, URL, "0.2.0").encode()
    said = {
        each.get("id"): each.get("DefaultValue") for each in fromstring(made).iter(TYPES + "String")
    }
    assert said["tab.label"] == '"/><x a="'
    assert said["group.g.label"] == "<b> & 'c'"
    assert said["panel.text"] == '&lt;"citat"&amp;'
    assert faults(made, tab) == ()


def test_the_id_is_that_of_all_versions():
    root = fromstring(manifest(load_ribbon(), "https://ramkoll.region.se", "9.9.9"))
    assert root.findtext(BASE + "Id") == ADDIN_ID == "6842fa44-0693-48ab-9296-0f80cdf11d5f"


@pytest.mark.parametrize(
    ("ours", "offices"),
    [
        ("0.2.0", "1.0.2.0"),
        ("0.2", "1.0.2.0"),
        ("1", "1.1.0.0"),
        ("1.0.0", "1.1.0.0"),
        ("2.10.3", "1.2.10.3"),
        ("0.3.0.dev1", "1.0.3.0"),
        ("1.2.3+lokal", "1.1.2.3"),
    ],
)
def test_the_version_for_office_is_four_numbers_from_one_on(ours, offices):
    assert office_version(ours) == offices


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://localhost:8443", "https://localhost:8443"),
        ("https://localhost:8443/", "https://localhost:8443"),
        (" https://Ramkoll.Region.SE ", "https://ramkoll.region.se"),
        ("https://127.0.0.1:1", "https://127.0.0.1:1"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("HTTPS://xn--rmkoll-bua.se", "https://xn--rmkoll-bua.se"),
    ],
)
def test_an_address_is_taken_as_a_machine_and_a_port(given, address):
    assert server_address(given) == address
    assert faults(manifest(load_ribbon(), given, "0.2.0").encode()) == ()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "börjar inte med https://"),
        ("localhost:8443", "börjar inte med https://"),
        ("http://localhost:8443", "börjar inte med https://"),
        ("javascript:alert(1)", "börjar inte med https://"),
        ("https://", "datorns namn"),
        ("https://:8443", "datorns namn"),
        ("https://localhost:8443/panel", "något efter datorns namn"),
        ("https://localhost:8443//", "något efter datorns namn"),
        ("https://localhost?", "något efter datorns namn"),
        ("https://localhost#nyckel=1", "något efter datorns namn"),
        ("https://anna@localhost", "ett användarnamn"),
        ("https://anna:x@localhost", "ett användarnamn"),
        ("https://*.region.se", "ett jokertecken"),
        ("https://räkna.se", "datorns namn får bara ha"),
        ("https://local host", "datorns namn får bara ha"),
        ("https://localhost\\evil", "datorns namn får bara ha"),
        ('https://localhost"', "datorns namn får bara ha"),
        ("https://-x.se", "datorns namn får bara ha"),
        ("https://x..se", "datorns namn får bara ha"),
        ("https://localhost:0", "porten är inget nummer"),
        ("https://localhost:", "porten är inget nummer"),
        ("https://localhost:65536", "går inte att tolka"),
        ("https://localhost:åtta", "går inte att tolka"),
        ("https://[::1", "går inte att tolka"),
        ("https://[fe80::1]", "datorns namn får bara ha"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_swedish(given, says):
    with pytest.raises(RamkollError) as raised:
        server_address(given)
    assert says in raised.value.what
    assert "ramkoll serve" in raised.value.todo


def test_the_command_writes_what_it_then_finds_no_fault_with(tmp_path, capsys):
    path = tmp_path / "ny" / "ramkoll.xml"
    assert main(["manifest", "--url", URL, "--out", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == manifest(load_ribbon(), URL, __version__)
    assert main(["manifest", "--check", str(path)]) == 0
    assert "Inga fel" in capsys.readouterr().out


def test_the_command_prints_the_manifest_when_no_file_is_named(capsys):
    assert main(["manifest", "--url", URL]) == 0
    assert capsys.readouterr().out == manifest(load_ribbon(), URL, __version__)


def test_the_command_tells_each_fault_and_ends_with_1(tmp_path, capsys):
    path = tmp_path / "trasigt.xml"
    path.write_text(
        manifest(load_ribbon(), URL, __version__).replace(' lifetime="long"', ""), encoding="utf-8"
    )
    assert main(["manifest", "--check", str(path)]) == 1
    said = capsys.readouterr().out
    assert "attributet lifetime saknas" in said
    assert "1 fel i" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--url", "http://x"], "börjar inte med https://"),
        (["--check", "finns-inte.xml"], "går inte att läsa"),
        (["--check", "x.xml", "--out", "y.xml"], "--out hör till --url"),
    ],
)
def test_wrong_use_of_the_command_ends_with_2(arguments, says, capsys):
    assert main(["manifest", *arguments]) == 2
    assert says in capsys.readouterr().err
