"""Installing for one user: what is put where, and that nothing of somebody else's is touched."""

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ramkoll.cli import main
from ramkoll.desktop import install as installing
from ramkoll.desktop.install import ADDIN, RECORD, install, uninstall
from ramkoll.desktop.machine import RUN_KEY, VBA_KEY, Machine, WindowsRegistry, this_machine
from ramkoll.desktop.options import FILE, Options, read_options
from ramkoll.desktop.xlam.package import build_xlam
from ramkoll.model.errors import RamkollError
from ramkoll.store.layouts import load_layouts


@dataclass
class MemoryRegistry:
    values: dict[tuple[str, str], str] = field(default_factory=dict)

    def get(self, key, name):
        return self.values.get((key, name))

    def set(self, key, name, value):
        self.values[key, name] = value

    def delete(self, key, name):
        del self.values[key, name]


@pytest.fixture
def built(monkeypatch):
    """The add-in's bytes stand in for the real ones, which have tests of their own."""
    made = {"bytes": b"PK ett"}
    monkeypatch.setattr(installing, "_addin", lambda layouts: made["bytes"])
    return made


@pytest.fixture
def windows(tmp_path, built):
    return Machine(
        "win32",
        tmp_path / "Ramkoll",
        tmp_path / "XLSTART",
        Path(r"C:\Program\Python\pythonw.exe"),
        MemoryRegistry(),
    )


@pytest.fixture
def linux(tmp_path):
    return Machine(
        "linux",
        tmp_path / "ramkoll",
        tmp_path / "autostart",
        Path("/usr/bin/python3"),
        MemoryRegistry(),
    )


def files(machine):
    root = machine.data.parent
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_everything_is_put_in_its_place_and_each_thing_is_said(windows, tmp_path):
    done = install(windows, Options(submissions=tmp_path / "inlämnat"))
    assert set(files(windows)) == {
        "XLSTART/Ramkoll.xlam",
        "Ramkoll/skrivbord.toml",
        f"Ramkoll/{RECORD}",
    }
    assert windows.registry.values == {
        (VBA_KEY, "vag"): "process",
        (VBA_KEY, "python"): r"C:\Program\Python\pythonw.exe",
        (RUN_KEY, "Ramkoll"): r'"C:\Program\Python\pythonw.exe" -m ramkoll desktop',
    }
    assert read_options(windows.data) == Options(submissions=tmp_path / "inlämnat")
    for place in (
        str(windows.startup / ADDIN),
        str(windows.data / FILE),
        r"HKEY_CURRENT_USER\Software\Microsoft",
    ):
        assert any(place in line for line in done), (place, done)


def test_a_second_time_changes_nothing(windows):
    install(windows, Options())
    before, values = files(windows), dict(windows.registry.values)
    done = install(windows, Options())
    assert files(windows) == before
    assert windows.registry.values == values
    assert sum("oförändrat" in line for line in done) == 5


def test_a_new_version_replaces_the_old_add_in(windows, built):
    install(windows, Options())
    built["bytes"] = b"PK tva"
    install(windows, Options())
    assert (windows.startup / ADDIN).read_bytes() == b"PK tva"
    uninstall(windows)
    assert files(windows) == {}


def test_what_is_not_given_again_is_kept_and_what_is_written_by_hand_too(windows, tmp_path):
    install(windows, Options(inputs=tmp_path / "utdrag"))
    install(windows, Options(previous=tmp_path / "förra"))
    kept = Options(inputs=tmp_path / "utdrag", previous=tmp_path / "förra")
    assert read_options(windows.data) == kept
    by_hand = (windows.data / FILE).read_text("utf-8") + "# min egen rad\n"
    (windows.data / FILE).write_text(by_hand, "utf-8")
    install(windows, Options())
    assert (windows.data / FILE).read_text("utf-8") == by_hand


def test_the_other_way_needs_no_start_at_logon_and_takes_away_the_one_there_was(windows):
    install(windows, Options())
    done = install(windows, Options(), "runpython")
    assert windows.registry.values == {
        (VBA_KEY, "vag"): "runpython",
        (VBA_KEY, "python"): r"C:\Program\Python\pythonw.exe",
    }
    assert any(line.startswith("Borttaget: ") and "Run" in line for line in done)


def test_uninstall_takes_away_what_install_put_there_and_nothing_else(windows):
    windows.startup.mkdir()
    (windows.startup / "Annat.xlam").write_bytes(b"x")
    windows.registry.set(RUN_KEY, "Annat", "y")
    before, values = files(windows), dict(windows.registry.values)
    install(windows, Options())
    done = uninstall(windows)
    assert files(windows) == before
    assert windows.registry.values == values
    assert sum(line.startswith("Borttaget: ") for line in done) == 5
    assert uninstall(windows) == [
        "Ramkoll är inte installerat på skrivbordet för den här användaren."
    ]


def test_what_somebody_has_changed_since_is_left_and_said(windows):
    install(windows, Options())
    (windows.startup / ADDIN).write_bytes(b"signerad")
    windows.registry.set(VBA_KEY, "vag", "runpython")
    done = uninstall(windows)
    assert (windows.startup / ADDIN).read_bytes() == b"signerad"
    assert windows.registry.get(VBA_KEY, "vag") == "runpython"
    assert sum(line.startswith("Kvar, eftersom någon har ändrat det: ") for line in done) == 2


def test_a_file_of_somebody_elses_is_not_overwritten_and_nothing_is_done(windows):
    windows.startup.mkdir()
    (windows.startup / ADDIN).write_bytes(b"deras")
    with pytest.raises(RamkollError) as refused:
        install(windows, Options())
    assert refused.value.where == str(windows.startup / ADDIN)
    assert files(windows) == {"XLSTART/Ramkoll.xlam": b"deras"}
    assert windows.registry.values == {}


def test_a_value_of_somebody_elses_is_not_overwritten_and_nothing_is_done(windows):
    windows.registry.set(RUN_KEY, "Ramkoll", "annat.exe")
    with pytest.raises(RamkollError, match="register"):
        install(windows, Options())
    assert files(windows) == {}
    assert windows.registry.values == {(RUN_KEY, "Ramkoll"): "annat.exe"}


def test_an_open_excel_is_said_and_what_was_half_done_can_be_finished(windows, monkeypatch):
    install(windows, Options())
    monkeypatch.setattr(installing, "_addin", lambda layouts: b"PK tva")

    def held(new, path):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", held)
        with pytest.raises(RamkollError) as refused:
            install(windows, Options())
    assert "går inte att skriva" in refused.value.what or "öppen" in refused.value.what
    assert not list(windows.startup.glob("*.ny"))
    install(windows, Options())
    assert (windows.startup / ADDIN).read_bytes() == b"PK tva"
    uninstall(windows)
    assert files(windows) == {}


def test_an_add_in_that_excel_holds_is_said_to_be_open(windows, monkeypatch):
    def held(new, path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", held)
    with pytest.raises(RamkollError) as refused:
        windows.write(windows.startup / ADDIN, b"")
    assert refused.value.what == "Excel har filen öppen."
    assert "Stäng alla Excelfönster" in refused.value.todo


def test_a_dry_run_says_the_same_and_does_nothing(windows):
    dry = replace(windows, dry=True)
    said = install(dry, Options())
    assert files(windows) == {}
    assert windows.registry.values == {}
    assert install(windows, Options()) == said
    before = files(windows)
    said = uninstall(dry)
    assert files(windows) == before
    assert uninstall(windows) == said


def test_linux_starts_it_at_logon_and_has_no_excel(linux):
    done = install(linux, Options())
    entry = (linux.startup / "ramkoll.desktop").read_text("utf-8")
    assert 'Exec="/usr/bin/python3" -m ramkoll desktop' in entry.splitlines()
    assert any("LibreOffice" in line for line in done)
    with pytest.raises(RamkollError, match="runpython"):
        install(linux, Options(), "runpython")
    uninstall(linux)
    assert files(linux) == {}


def test_a_line_that_windows_would_not_run_is_refused(windows):
    long = replace(windows, python=Path("C:/" + "x" * 260 + "/pythonw.exe"))
    with pytest.raises(RamkollError, match="för lång"):
        install(long, Options())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": {}, "registry": [1]}'])
def test_a_record_that_cannot_be_read_is_said(windows, text):
    install(windows, Options())
    (windows.data / RECORD).write_text(text)
    for act in (lambda: install(windows, Options()), lambda: uninstall(windows)):
        with pytest.raises(RamkollError, match="Förteckningen"):
            act()
    (windows.data / RECORD).unlink()
    install(windows, Options())
    uninstall(windows)
    assert files(windows) == {}


def test_each_system_has_its_own_places(tmp_path):
    environment = {"APPDATA": str(tmp_path / "Roaming"), "LOCALAPPDATA": str(tmp_path / "Local")}
    found = this_machine(environment=environment, platform="win32", registry=MemoryRegistry())
    assert found.startup == tmp_path / "Roaming" / "Microsoft" / "Excel" / "XLSTART"
    assert found.data == tmp_path / "Local" / "Ramkoll"
    found = this_machine(environment={"XDG_CONFIG_HOME": str(tmp_path)}, platform="linux")
    assert found.startup == tmp_path / "autostart"
    with pytest.raises(RamkollError, match="Windows och Linux"):
        this_machine(platform="darwin")


def test_the_command_line_installs_and_takes_away(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.chdir(tmp_path)
    assert main(["desktop", "--install", "--dry-run", "--inputs", "utdrag"]) == 0
    assert "Inget är gjort" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert main(["desktop", "--install", "--inputs", "utdrag"]) == 0
    capsys.readouterr()
    assert read_options(tmp_path / "data" / "ramkoll").inputs == tmp_path / "utdrag"
    assert main(["desktop", "--uninstall"]) == 0
    assert "Borttaget: " in capsys.readouterr().out
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


class Winreg:
    """The registry's module, as far as we use it: keys as a tree of dictionaries."""

    HKEY_CURRENT_USER, KEY_SET_VALUE, REG_SZ = "HKCU", 2, 1

    def __init__(self):
        self.keys: dict[str, dict[str, str]] = {}

    class Key(str):
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    def OpenKey(self, root, key, *_):  # noqa: N802
        if key not in self.keys:
            raise FileNotFoundError(2, "finns inte")
        return self.Key(key)

    def CreateKey(self, root, key):  # noqa: N802
        steps = key.split("\\")
        for n in range(1, len(steps) + 1):
            self.keys.setdefault("\\".join(steps[:n]), {})
        return self.Key(key)

    def QueryValueEx(self, key, name):  # noqa: N802
        if name not in self.keys[key]:
            raise FileNotFoundError(2, "finns inte")
        return self.keys[key][name], self.REG_SZ

    def SetValueEx(self, key, name, reserved, kind, value):  # noqa: N802
        self.keys[key][name] = value

    def DeleteValue(self, key, name):  # noqa: N802
        del self.keys[key][name]

    def QueryInfoKey(self, key):  # noqa: N802
        below = [each for each in self.keys if each.rpartition("\\")[0] == key]
        return len(below), len(self.keys[key]), 0

    def DeleteKey(self, root, key):  # noqa: N802
        assert self.QueryInfoKey(key)[:2] == (0, 0)
        del self.keys[key]


def test_the_registry_is_left_as_it_was_with_others_values_and_keys():
    """Over a module that stands in for winreg: Windows itself is not here."""
    registry = WindowsRegistry()
    registry._winreg = winreg = Winreg()
    winreg.CreateKey("HKCU", RUN_KEY)
    winreg.CreateKey("HKCU", VBA_KEY.rpartition("\\")[0].rpartition("\\")[0])
    before = json.dumps(winreg.keys)
    for key, name in ((VBA_KEY, "vag"), (VBA_KEY, "python"), (RUN_KEY, "Ramkoll")):
        assert registry.get(key, name) is None
        registry.set(key, name, "å")
        assert registry.get(key, name) == "å"
    for key, name in ((VBA_KEY, "vag"), (VBA_KEY, "python"), (RUN_KEY, "Ramkoll")):
        registry.delete(key, name)
    assert json.dumps(winreg.keys) == before
    registry.set(VBA_KEY, "vag", "process")
    winreg.SetValueEx(VBA_KEY, "annat", 0, 1, "deras")
    registry.delete(VBA_KEY, "vag")
    assert winreg.keys[VBA_KEY] == {"annat": "deras"}


@pytest.mark.real_excel(reason="the registry of Windows, and the folder that Excel starts from")
def test_in_windows_the_real_registry_is_as_it_was_afterwards():
    registry = WindowsRegistry()
    assert registry.get(VBA_KEY, "prov") is None
    registry.set(VBA_KEY, "prov", "å")
    assert registry.get(VBA_KEY, "prov") == "å"
    registry.delete(VBA_KEY, "prov")
    assert registry.get(VBA_KEY, "prov") is None
    assert this_machine().startup.parent.is_dir()


def test_the_add_in_that_is_installed_is_the_one_that_is_built(windows, monkeypatch):
    monkeypatch.undo()
    install(windows, Options())
    assert (windows.startup / ADDIN).read_bytes() == build_xlam(load_layouts())
