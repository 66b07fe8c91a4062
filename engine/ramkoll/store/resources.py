"""Where the files that come with Ramkoll lie, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

from ramkoll.model.errors import RamkollError

_PACKAGE = Path(__file__).resolve().parent.parent
# What lies elsewhere in a checkout than at its top: the example extracts are the tests' data.
_IN_CHECKOUT = {"extracts": "tests/data"}


def resource(name: str) -> Path:
    """The path of a packaged file or folder, such as ``templates`` or ``extracts/2024-08/inputs``.

    An installed package carries them under ``_data``; a checkout has them at its top.
    """
    top, _, rest = name.partition("/")
    checkout = _PACKAGE.parent.parent / _IN_CHECKOUT.get(top, top) / rest
    candidates = (_PACKAGE / "_data" / name, checkout)
    for path in candidates:
        if path.exists():
            return path
    raise RamkollError(
        f"Ramkolls egna filer «{name}» saknas i installationen.",
        todo="Installera om Ramkoll, eller be IT göra det.",
    )
