"""Which areas a formula adds up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ramkoll.model.formula_references import Reference, Word

SUMS = frozenset({"SUM(", "SUBTOTAL(", "AGGREGATE("})
# What leaves texts in its areas out without a word.
DEAF_TO_TEXT = SUMS | {
    "AVERAGE(",
    "MIN(",
    "MAX(",
    "MEDIAN(",
    "STDEV(",
    "SUMPRODUCT(",
    "LARGE(",
    "SMALL(",
}


@lru_cache(maxsize=4096)
def terms(cut: tuple[Word, ...]) -> tuple[Reference, ...]:
    """The areas that a formula adds up and nothing else; none when it does anything more.

    ``SUM(B4:B9)``, ``B4+B5+B6``, ``SUM(B4:B9)+B12``, ``SUM(B4,B9)``. Not
    ``SUM(B4:B9)/2`` or ``B4-B5``. A single cell (``B4``) is no sum.
    """
    found: list[Reference] = []
    calls: list[str] = []
    may_follow = True  # a term may stand here
    for word in cut:
        if not isinstance(word, str):
            if not may_follow:
                return ()
            found.append(word)
            may_follow = False
        elif word in ("(", "SUM("):
            if not may_follow:
                return ()
            calls.append(word)
        elif word == ")":
            if may_follow or not calls:
                return ()
            calls.pop()
        elif word == "+" or (word == "," and calls and calls[-1] == "SUM("):
            if may_follow and word == ",":
                return ()
            may_follow = True
        else:
            return ()
    many = len(found) > 1 or "SUM(" in cut
    return tuple(found) if many and not calls and not may_follow else ()


def subtotal_terms(cut: tuple[Word, ...]) -> tuple[Reference, ...]:
    """As ``terms``, and also what SUBTOTAL adds up: another sum counts that twice."""
    if cut[0:1] == ("SUBTOTAL(",) and cut[1:3] in (("9", ","), ("109", ",")):
        return terms(("SUM(", *cut[3:]))
    return terms(cut)


def arguments(cut: tuple[Word, ...], of: frozenset[str]) -> Iterator[tuple[str, Reference]]:
    """The areas that stand directly in calls of some functions, with the function."""
    calls: list[str] = []
    for word in cut:
        if not isinstance(word, str):
            if calls and calls[-1] in of:
                yield calls[-1], word
        elif word.endswith("("):
            calls.append(word)
        elif word == ")" and calls:
            calls.pop()
