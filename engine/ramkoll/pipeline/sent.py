"""A located and computed form on its way from the child that made it.

It is sent as few and plain values: a pickle of thousands of small objects takes longer than to
make them. Facts go as columns; the form's layout goes as numbers, since both sides have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import starmap
from typing import Any

from ramkoll.compute.forms import Computed
from ramkoll.excel.answers import Refused, packed, unpacked
from ramkoll.layout.form import Form
from ramkoll.layout.layout import Layout
from ramkoll.layout.places import Places, SeriesPlace, TablePlace
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact, Facts, Key, Read

_Reduced = tuple[Callable[..., object], tuple[object, ...]]


class Sender:
    """Packs what is made by these forms, and opens what another process packed by the same."""

    def __init__(self, forms: Sequence[Layout]) -> None:
        self._forms = tuple(forms)
        self._parts = [part for form in forms for part in _parts(form)]
        self._numbers = {id(part): n for n, part in enumerate(self._parts)}
        self._ways: dict[type, Callable[[Any], Any]] = dict.fromkeys(
            map(type, self._parts), self._as_number
        )
        self._ways |= {Facts: _as_columns}
        # Without what they have worked out for themselves.
        self._ways |= dict.fromkeys((Places, TablePlace, SeriesPlace), _as_fields)

    def __reduce__(self) -> _Reduced:
        # On the other side of a pipe the parts are others.
        return Sender, (self._forms,)

    def packed(self, form: Form, computed: Computed) -> bytes:
        """The form and what it computes, as bytes."""
        return packed((form, computed), self._ways)

    def opened(self, data: bytes) -> tuple[Form, Computed]:
        """The form and what it computes again. Raises Refused."""
        found = unpacked(data, {_part: self._parts.__getitem__, _facts: _facts})
        match found:
            case (Form() as form, Computed() as computed):
                return form, computed
        raise Refused(type(found).__name__)

    def _as_number(self, part: object) -> Any:
        number = self._numbers.get(id(part))
        return part.__reduce_ex__(4) if number is None else (_part, (number,))


def _parts(found: object) -> Iterator[object]:
    """A layout and every part of it, in the order they stand in it."""
    if is_dataclass(found) and not isinstance(found, type):
        if type(found).__module__ == Layout.__module__:
            yield found
        for each in fields(found):
            yield from _parts(getattr(found, each.name))
    elif isinstance(found, tuple):
        for part in found:
            yield from _parts(part)


def _part(number: int) -> object:
    """Stands in the bytes for a part of a layout; who opens them has a list of these."""
    raise LookupError(number)


def _as_fields(place: Places | TablePlace | SeriesPlace) -> _Reduced:
    return type(place), tuple(getattr(place, each.name) for each in fields(place) if each.init)


def _as_columns(facts: Facts) -> _Reduced:
    all_facts = list(facts)
    keys = tuple(zip(*(each.key for each in all_facts), strict=True))
    values = [each.value for each in all_facts]
    units = [each.unit for each in all_facts]
    origins: list[object] = [each.origin for each in all_facts]
    read = [each.ref for each in origins if isinstance(each, Read)]
    if len(read) == len(origins):  # a form's own facts, by far the most
        return _facts, (keys, values, units, tuple(zip(*read, strict=True)), ())
    return _facts, (keys, values, units, (), origins)


def _facts(
    keys: tuple[tuple[Any, ...], ...],
    values: Sequence[Any],
    units: Sequence[Any],
    places: tuple[tuple[Any, ...], ...],
    origins: Sequence[Any],
) -> Facts:
    origins = origins or [Read(ref) for ref in starmap(CellRef, zip(*places, strict=True))]
    keyed = starmap(Key, zip(*keys, strict=True))
    return Facts(starmap(Fact, zip(keyed, values, units, origins, strict=True)))
