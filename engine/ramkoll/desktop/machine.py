"""What installing touches of a machine: files of the user's, and the user's registry. One edge."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ramkoll.model.errors import RamkollError
from ramkoll.server.settings import data_folder

#: Keys under HKEY_CURRENT_USER.
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
VBA_KEY = r"Software\VB and VBA Program Settings\Ramkoll\Excel"


class Registry(Protocol):
    """Text values under HKEY_CURRENT_USER."""

    def get(self, key: str, name: str) -> str | None:
        """A value; None when it is not there."""

    def set(self, key: str, name: str, value: str) -> None:
        """Write a value, with the keys it stands under."""

    def delete(self, key: str, name: str) -> None:
        """Take a value away, and the keys that are ours and hold nothing any more."""


@dataclass(frozen=True)
class Machine:
    """This user on this machine.

    ``data`` is the folder of our own data, ``startup`` where Excel looks for add-ins (Windows) or
    the desktop for what it is to start (Linux), ``python`` what runs us without a console.
    Nothing is changed when it is ``dry``.
    """

    platform: str
    data: Path
    startup: Path
    python: Path
    registry: Registry
    dry: bool = False

    def read(self, path: Path) -> bytes | None:
        """A file; None when there is none. RamkollError when it cannot be read."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _refused(path, error) from error

    def write(self, path: Path, content: bytes) -> None:
        """Write a file whole. RamkollError when it cannot be, and then the old one is there."""
        if self.dry:
            return
        made = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file, made = tempfile.mkstemp(prefix=".", suffix=".ny", dir=path.parent)
            with os.fdopen(file, "wb") as open_file:
                open_file.write(content)
            os.replace(made, path)
        except OSError as error:
            if made is not None:
                with suppress(OSError):
                    os.unlink(made)
            raise _refused(path, error) from error

    def remove(self, path: Path) -> None:
        """Take a file away. RamkollError when it cannot be."""
        if self.dry:
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _refused(path, error) from error

    def set_value(self, key: str, name: str, value: str) -> None:
        """Write a value of the registry."""
        if not self.dry:
            self.registry.set(key, name, value)

    def delete_value(self, key: str, name: str) -> None:
        """Take a value of the registry away."""
        if not self.dry:
            self.registry.delete(key, name)


def this_machine(
    *,
    dry: bool = False,
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    registry: Registry | None = None,
) -> Machine:
    """The machine that this runs on. RamkollError where there is nothing to install into."""
    data = data_folder(environment, platform)
    python = Path(sys.executable)
    if platform == "win32":
        roaming = Path(environment.get("APPDATA") or Path.home() / "AppData" / "Roaming")
        startup = roaming / "Microsoft" / "Excel" / "XLSTART"
        silent = python.with_name("pythonw.exe")
        python = silent if silent.is_file() else python
    elif platform == "linux":
        settings = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        startup = Path(settings) / "autostart"
    else:
        raise RamkollError(
            "Ramkoll kan bara installeras på skrivbordet i Windows och Linux.",
            todo="På Mac: använd tillägget med panelen i Excel (ramkoll serve).",
        )
    return Machine(platform, data, startup, python, registry or WindowsRegistry(), dry)


class WindowsRegistry:
    """The registry of Windows; never asked on another system."""

    def __init__(self) -> None:
        self._winreg: Any = None
        if sys.platform == "win32":
            import winreg

            self._winreg = winreg

    def get(self, key: str, name: str) -> str | None:
        """A value; None when it is not there, or is no text."""
        reg = self._winreg
        try:
            with reg.OpenKey(reg.HKEY_CURRENT_USER, key) as opened:
                value, _ = reg.QueryValueEx(opened, name)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _registry_refused(key, error) from error
        return value if isinstance(value, str) else ""

    def set(self, key: str, name: str, value: str) -> None:
        """Write a text value."""
        reg = self._winreg
        try:
            with reg.CreateKey(reg.HKEY_CURRENT_USER, key) as opened:
                reg.SetValueEx(opened, name, 0, reg.REG_SZ, value)
        except OSError as error:
            raise _registry_refused(key, error) from error

    def delete(self, key: str, name: str) -> None:
        """Take a value away, and our own keys when they are empty."""
        reg = self._winreg
        try:
            with reg.OpenKey(reg.HKEY_CURRENT_USER, key, 0, reg.KEY_SET_VALUE) as opened:
                reg.DeleteValue(opened, name)
            for ours in (key, key.rpartition("\\")[0]) if key == VBA_KEY else ():
                with reg.OpenKey(reg.HKEY_CURRENT_USER, ours) as opened:
                    subkeys, values, _ = reg.QueryInfoKey(opened)
                if subkeys or values:
                    break
                reg.DeleteKey(reg.HKEY_CURRENT_USER, ours)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _registry_refused(key, error) from error


def _refused(path: Path, error: OSError) -> RamkollError:
    held = isinstance(error, PermissionError) and path.suffix == ".xlam"
    return RamkollError(
        "Excel har filen öppen." if held else f"Filen går inte att skriva ({error.strerror}).",
        where=str(path),
        todo="Stäng alla Excelfönster och kör kommandot igen."
        if held
        else "Se efter att mappen går att skriva i, och kör kommandot igen.",
    )


def _registry_refused(key: str, error: OSError) -> RamkollError:
    return RamkollError(
        f"Windows register går inte att ändra ({error.strerror}).",
        where=f"HKEY_CURRENT_USER\\{key}",
        todo="Be IT se efter vilken princip som hindrar det.",
    )
