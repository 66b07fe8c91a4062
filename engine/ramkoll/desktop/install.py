"""Installing for one user, without administrator rights, and taking it away again.

What was put where is written down in a record beside our data. Only what is there, or is as it
would be, is ever replaced or removed: a file or value of somebody else's stays, and is said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ramkoll.desktop import options as settings
from ramkoll.desktop.machine import RUN_KEY, VBA_KEY, Machine
from ramkoll.desktop.options import Options, read_options
from ramkoll.desktop.xlam.package import build_xlam
from ramkoll.model.errors import RamkollError
from ramkoll.store.layouts import load_layouts

ADDIN = "Ramkoll.xlam"
AUTOSTART = "ramkoll.desktop"
RECORD = "skrivbord-installerat.json"
NAME = "Ramkoll"
PROCESS, RUN_PYTHON = "process", "runpython"
# Windows passes over a longer line of the Run key without a word.
_LONGEST_RUN = 260


@dataclass(frozen=True)
class _File:
    path: Path
    content: bytes
    words: str

    @property
    def stamp(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class _Value:
    key: str
    name: str
    value: str
    words: str


@dataclass(frozen=True)
class _Record:
    """What is ours: files by path with their hashes, values by key and name."""

    files: dict[str, str]
    values: dict[tuple[str, str], str]

    @property
    def bytes(self) -> bytes:
        listed = [[key, name, value] for (key, name), value in self.values.items()]
        said = {"files": self.files, "registry": listed}
        return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def install(machine: Machine, given: Options, way: str = PROCESS) -> list[str]:
    """Put everything in its place; what was done, in Swedish. Doing it again changes nothing.

    ``given`` goes before what the settings say already. Raises RamkollError before anything is
    done when something of somebody else's is in the way.
    """
    chosen = given.over(read_options(machine.data))
    wanted = list(_wanted(machine, chosen, way))
    before = _read_record(machine)
    for each in wanted:
        _refuse_foreign(machine, each, before)
    files = {str(each.path): each.stamp for each in wanted if isinstance(each, _File)}
    values = {(each.key, each.name): each.value for each in wanted if isinstance(each, _Value)}
    after = _Record(files, values)
    # Written first: what is half done is known when it is done again, or taken away.
    both = _Record(before.files | files, before.values | values)
    machine.write(machine.data / RECORD, both.bytes)
    done = [_put(machine, each) for each in wanted]
    gone = _Record(
        {path: stamp for path, stamp in before.files.items() if path not in files},
        {at: value for at, value in before.values.items() if at not in values},
    )
    done += _taken_away(machine, gone)
    machine.write(machine.data / RECORD, after.bytes)
    return [*done, *_next_steps(machine, way)]


def uninstall(machine: Machine) -> list[str]:
    """Take away what install has put there, and nothing else; what was done, in Swedish."""
    record = _read_record(machine)
    if not record.files and not record.values:
        return ["Ramkoll är inte installerat på skrivbordet för den här användaren."]
    done = _taken_away(machine, record)
    machine.remove(machine.data / RECORD)
    return [*done, f"Kvar finns kvitteringar och logg i {machine.data}."]


def _wanted(machine: Machine, chosen: Options, way: str) -> Iterator[_File | _Value]:
    windows = machine.platform == "win32"
    if way == RUN_PYTHON and not windows:
        raise RamkollError("--way runpython gäller bara Excel i Windows.", todo="Utelämna --way.")
    if windows:
        yield _File(machine.startup / ADDIN, _addin(chosen.layouts), "Tillägget i Excel")
    path = machine.data / settings.FILE
    there = machine.read(path)
    said = chosen.text.encode()
    # What somebody has written there by hand stays as it is written, when it says the same.
    same = there is not None and read_options(machine.data) == chosen
    yield _File(path, there if same and there is not None else said, "Inställningarna")
    command = f'"{machine.python}" -m ramkoll desktop'
    if windows:
        yield _Value(VBA_KEY, "vag", way, "Vägen från Excels knappar")
        yield _Value(VBA_KEY, "python", str(machine.python), "Var Python finns")
        if way == PROCESS:
            if len(command) > _LONGEST_RUN:
                raise RamkollError(
                    "Windows kan inte starta Ramkoll automatiskt: sökvägen är för lång.",
                    where=str(machine.python),
                    todo="Installera Python i en mapp med kortare sökväg.",
                )
            yield _Value(RUN_KEY, NAME, command, "Start vid inloggning")
    else:
        entry = f"[Desktop Entry]\nType=Application\nName={NAME}\nExec={command}\nTerminal=false\n"
        yield _File(machine.startup / AUTOSTART, entry.encode(), "Start vid inloggning")


def _addin(layouts: Path | None) -> bytes:
    return build_xlam(load_layouts(layouts))


def _refuse_foreign(machine: Machine, each: _File | _Value, ours: _Record) -> None:
    if isinstance(each, _File):
        there = machine.read(each.path)
        known = {each.stamp, ours.files.get(str(each.path))}
        own_settings = each.path.name == settings.FILE  # read, and found to be what we wrote
        if there is None or own_settings or hashlib.sha256(there).hexdigest() in known:
            return
        raise RamkollError(
            "Det ligger redan en annan fil med det namnet.",
            where=str(each.path),
            todo="Flytta den eller ta bort den, och kör kommandot igen.",
        )
    value = machine.registry.get(each.key, each.name)
    if value not in (None, each.value, ours.values.get((each.key, each.name))):
        raise RamkollError(
            "I Windows register står redan något annat med det namnet.",
            where=f"HKEY_CURRENT_USER\\{each.key}\\{each.name}",
            todo="Ta bort det om det är från en äldre installation, och kör kommandot igen.",
        )


def _put(machine: Machine, each: _File | _Value) -> str:
    if isinstance(each, _File):
        if machine.read(each.path) == each.content:
            return f"{each.words}: oförändrat, {each.path}"
        machine.write(each.path, each.content)
        return f"{each.words}: {each.path}"
    place = f"HKEY_CURRENT_USER\\{each.key}\\{each.name} = {each.value}"
    if machine.registry.get(each.key, each.name) == each.value:
        return f"{each.words}: oförändrat, {place}"
    machine.set_value(each.key, each.name, each.value)
    return f"{each.words}: {place}"


def _taken_away(machine: Machine, record: _Record) -> list[str]:
    done = []
    for name, stamp in record.files.items():
        there = machine.read(Path(name))
        if there is None:
            continue
        if hashlib.sha256(there).hexdigest() == stamp:
            machine.remove(Path(name))
            done.append(f"Borttaget: {name}")
        else:
            done.append(f"Kvar, eftersom någon har ändrat det: {name}")
    for (key, name), value in record.values.items():
        place = f"HKEY_CURRENT_USER\\{key}\\{name}"
        there_now = machine.registry.get(key, name)
        if there_now == value:
            machine.delete_value(key, name)
            done.append(f"Borttaget: {place}")
        elif there_now is not None:
            done.append(f"Kvar, eftersom någon har ändrat det: {place}")
    return done


def _read_record(machine: Machine) -> _Record:
    path = machine.data / RECORD
    said = machine.read(path)
    if said is None:
        return _Record({}, {})
    try:
        found = json.loads(said)
        return _Record(
            {str(path): str(stamp) for path, stamp in found["files"].items()},
            {(key, name): value for key, name, value in found["registry"]},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RamkollError(
            "Förteckningen över vad som är installerat går inte att läsa.",
            where=str(path),
            todo="Ta bort den filen och kör ramkoll desktop --install; det som redan finns "
            "och är vårt känns igen.",
        ) from error


def _next_steps(machine: Machine, way: str) -> Iterator[str]:
    if machine.platform == "win32":
        yield "Starta om Excel, så finns fliken Ramkoll där."
    else:
        yield "Excel finns inte i Linux. LibreOffice behöver tillägget Ramkoll.oxt."
    if way == PROCESS:
        yield "Ramkoll startar vid nästa inloggning. Starta nu med ramkoll desktop."
