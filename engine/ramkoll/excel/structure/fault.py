"""What is wrong with a package."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """A breach of the format, told to a developer: ``what`` is English.

    ``part`` is the part's name in lower case as in ``Parts``, or ``""`` for the package itself.
    ``rule`` is a code such as ``cells.order``, for tests and for comparing two packages.
    """

    part: str
    what: str
    rule: str
