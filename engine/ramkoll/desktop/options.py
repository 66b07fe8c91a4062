"""What the desk is told when it starts: from the command line, else from the file of settings."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from ramkoll.model.errors import RamkollError

FILE = "skrivbord.toml"
_HEAD = """\
# Ramkoll på skrivbordet: var regionens filer ligger. Läses när Ramkoll startar.
# Skriven av ramkoll desktop --install; en rad med # först gäller inte.
"""


@dataclass(frozen=True)
class Options:
    """Where the region's files lie; None is not set up. Port 0 is any that is free."""

    submissions: Path | None = None
    inputs: Path | None = None
    previous: Path | None = None
    layouts: Path | None = None
    data: Path | None = None
    port: int | None = None

    def over(self, other: Options) -> Options:
        """These, and the other's where these say nothing."""
        return Options(
            *(
                getattr(self, n) if getattr(self, n) is not None else getattr(other, n)
                for n in NAMES
            )
        )

    @property
    def text(self) -> str:
        """The file that holds these."""
        lines = []
        for name in NAMES:
            value = getattr(self, name)
            if value is not None:
                # A JSON text is a TOML text too; everything but ASCII is escaped or as it is.
                said = (
                    value if isinstance(value, int) else json.dumps(str(value), ensure_ascii=False)
                )
                lines.append(f"{name} = {said}\n")
        return _HEAD + "".join(lines)


NAMES = tuple(each.name for each in fields(Options))


def read_options(folder: Path) -> Options:
    """What the file in a folder says; nothing when there is none.

    Raises RamkollError for a file that cannot be read, and for what it must not say.
    """
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Options()
    except (OSError, ValueError) as error:
        raise RamkollError(
            "Inställningarna går inte att läsa.",
            where=str(path),
            todo="Spara filen som UTF-8, eller ta bort den och kör ramkoll desktop --install.",
        ) from error
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(
            path, f"{error}", "Skriv sökvägar med enkla citattecken: inputs = 'C:\\utdrag'."
        ) from error
    for name, value in said.items():
        if name not in NAMES:
            raise _wrong(path, f"«{name}» är ingen inställning", f"Välj bland {', '.join(NAMES)}.")
        if name == "port" and not (type(value) is int and 0 <= value <= 65535):
            raise _wrong(path, "port ska vara ett tal", "Skriv till exempel port = 0.")
        if name != "port" and not (isinstance(value, str) and value):
            raise _wrong(path, f"{name} ska vara en mapp", f"Skriv {name} = 'mappens sökväg'.")
    port = said.pop("port", None)
    return Options(port=port, **{name: Path(folder) for name, folder in said.items()})


def _wrong(path: Path, what: str, todo: str) -> RamkollError:
    return RamkollError(
        f"Inställningarna går inte att använda: {what}.", where=str(path), todo=todo
    )
