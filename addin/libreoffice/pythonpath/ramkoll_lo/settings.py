"""What this user has chosen: kept in LibreOffice's own profile, for the user alone."""

from __future__ import annotations

import json
import os
from typing import NamedTuple


class Settings(NamedTuple):
    """An engine of the user's own choice (empty: find one), and how one is started."""

    address: str = ""
    code: str = ""
    command: str = ""


def load(path: str) -> Settings:
    """The settings of a file; none when it is missing or cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        return Settings(*(str(found.get(name, "")) for name in Settings._fields))
    except (OSError, ValueError, AttributeError):
        return Settings()


def save(path: str, settings: Settings) -> None:
    """Write the settings so that only their owner can read them. OSError when it cannot."""
    aside = f"{path}.ny"
    if os.path.exists(aside):
        os.remove(aside)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(settings._asdict(), file, ensure_ascii=False, indent=1)
    os.replace(aside, path)
