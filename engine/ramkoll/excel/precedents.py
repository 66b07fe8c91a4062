"""A second opinion on one formula: the cells it refers to and its value, by another engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from ramkoll.model.cells import decimal_from_double

CellInput: TypeAlias = Decimal | str | bool | None
Grid: TypeAlias = Sequence[Sequence[CellInput]]


class NoOpinion(Exception):
    """The other engine cannot read the formula, or gives an error for it."""


def precedents(formula: str) -> tuple[str, ...]:
    """The cells, ranges and names a formula refers to, in upper case. Raises NoOpinion.

    ``formula`` has no equals sign.
    """
    return tuple(_compiled(formula).inputs or ())


def evaluated(formula: str, grid: Callable[[str], Grid]) -> Decimal | str | bool:
    """What a formula gives; ``grid`` gives the cells behind each of its precedents.

    Raises NoOpinion.
    """
    function = _compiled(formula)
    inputs = [_array(grid(each)) for each in function.inputs or ()]
    import numpy as np

    try:
        found = np.asarray(function(*inputs), dtype=object).ravel()
    except Exception as fault:  # it has no error of its own for what it cannot do
        raise NoOpinion(formula) from fault
    if len(found) != 1:
        raise NoOpinion(formula)
    return _value(found[0], formula)


@lru_cache(maxsize=1024)
def _compiled(formula: str) -> Any:
    # Imported here, since it takes more than a second and most commands do without it.
    import formulas

    try:
        return formulas.Parser().ast(f"={formula}")[1].compile()
    except Exception as fault:  # parser, dispatcher and functions each have errors of their own
        raise NoOpinion(formula) from fault


def _array(grid: Grid) -> Any:
    import numpy as np
    import schedula

    rows = [
        [
            schedula.EMPTY if each is None else float(each) if isinstance(each, Decimal) else each
            for each in row
        ]
        for row in grid
    ]
    array = np.empty((len(rows), len(rows[0])), dtype=object)
    for n, row in enumerate(rows):
        array[n, :] = row
    return array


def _value(found: object, formula: str) -> Decimal | str | bool:
    if isinstance(found, bool):
        return found
    if isinstance(found, int | float):
        if not math.isfinite(found):
            raise NoOpinion(formula)
        return decimal_from_double(float(found))
    if type(found) is str:
        return found
    raise NoOpinion(formula)  # an error value, or nothing
