"""What HR's labels of sex, age and spell mean, by a declared reading; never by their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

WOMEN, MEN = "women", "men"
LONG_FROM = 60  # the day from which a spell is long, by law
AGES: Mapping[str, tuple[int, int]] = {
    "age_29": (0, 29),
    "age_30_49": (30, 49),
    "age_50": (50, 999),
}
_SEXES = {"k": WOMEN, "kvinna": WOMEN, "kvinnor": WOMEN, "m": MEN, "man": MEN, "män": MEN}
_RANGE = re.compile(r"(?:(≤|<=|<|≥|>=|>)(\d+)|(\d*)(-)(\d*)|(\d+)(\+?))")


def sex_of(label: str) -> str | None:
    """``women`` or ``men`` from HR's label (K, kvinna, kvinnor, M, man, män), else None."""
    return _SEXES.get(label.strip().casefold())


@lru_cache(maxsize=256)
def range_of(label: str) -> tuple[int | None, int | None] | None:
    """The lowest and highest number of a label of ages or days; None is open, or no range at all.

    Reads ``30-49``, ``-29``, ``50-``, ``50+``, ``≤29``, ``<30``, ``≥ 60`` and ``44``, with any
    dash, and with the words dag, dagar or år around it.
    """
    text = re.sub(r"\b(dagar|dag|år)\b|\s", "", label.casefold())
    match = _RANGE.fullmatch(re.sub("[‐‑‒–—−]", "-", text))
    if match is None or text == "-":
        return None
    sign, bound, low, dash, high, single, plus = match.groups()
    if sign:
        number = int(bound)
        if sign in ("≤", "<=", "<"):
            return None, number - (sign == "<")
        return number + (sign == ">"), None
    if dash:
        found = (int(low) if low else None, int(high) if high else None)
        backwards = found[0] is not None and found[1] is not None and found[0] > found[1]
        return None if found == (None, None) or backwards else found
    return int(single), None if plus else int(single)


def statutory_ages(labels: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Which statutory age each of HR's age groups is in, and why those that cannot be said.

    First label to key of ``AGES``, then key to a reason in Swedish; no key is in both.
    """
    found: dict[str, str] = {}
    unsaid: dict[str, str] = {}
    for label in sorted(set(labels)):
        ages = range_of(label)
        low, high = ages or (None, None)
        touched = [
            key
            for key, (a, b) in AGES.items()
            if (low or 0) <= b and (b if high is None else high) >= a
        ]
        if ages is not None and len(touched) == 1:
            found[label] = touched[0]
            continue
        why = (
            f"Åldersgruppen «{label}» går inte att tolka som åldrar."
            if ages is None
            else f"Åldersgruppen «{label}» ligger i flera av lagens grupper (–29, 30–49, 50–)."
        )
        unsaid |= {key: why for key in touched if key not in unsaid}
    return {label: key for label, key in found.items() if key not in unsaid}, unsaid


def long_intervals(labels: Iterable[str]) -> tuple[str, ...] | str:
    """The intervals from day 60 and on; or why the labels do not let it be said."""
    long = []
    for label in sorted(set(labels)):
        days = range_of(label)
        if days is None:
            return f"Intervallet «{label}» går inte att tolka som dagar."
        if (days[0] or 0) >= LONG_FROM:
            long.append(label)
        elif days[1] is None or days[1] >= LONG_FROM:
            return f"Intervallet «{label}» går över dag {LONG_FROM}."
    return tuple(long) or f"Inget intervall börjar vid dag {LONG_FROM} eller senare."
