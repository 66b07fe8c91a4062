"""Where the files that come with Ramkoll lie, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

from ramkoll.model.errors import RamkollError

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """The path of a packaged file or folder, such as ``templates`` or ``workbooks/2024-08``.

    An installed package carries them under ``_data``; a checkout has them at its top.
    """
    candidates = (_PACKAGE / "_data" / name, _PACKAGE.parent.parent / name)
    for path in candidates:
        if path.exists():
            return path
    raise RamkollError(
        f"Ramkolls egna filer «{name}» saknas i installationen.",
        todo="Installera om Ramkoll, eller be IT göra det.",
    )
