"""Ramkoll's defaults of what regions set themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ramkoll.layout.layout import broken, load_toml
from ramkoll.model.register import Threshold


@dataclass(frozen=True)
class PersonWords:
    """Words that tell of one person's health or leave, and of who that is; all in lower case.

    ``one_person`` and ``role`` are ends of words, with the definite article and without it.
    """

    illness: frozenset[str]
    illness_nouns: frozenset[str]
    leave: frozenset[str]
    leave_nouns: frozenset[str]
    one_person: tuple[str, ...]
    role: tuple[str, ...]
    first_names: frozenset[str]
    surname_endings: tuple[str, ...]

    @cached_property
    def absence(self) -> frozenset[str]:
        """Every word that tells of health or leave."""
        return self.illness | self.illness_nouns | self.leave | self.leave_nouns


@dataclass(frozen=True)
class Defaults:
    """Thresholds, and the words that fill a frame workbook the first time."""

    thresholds: Mapping[str, Threshold]
    unchecked_words: tuple[str, ...]
    fictive_words: tuple[str, ...]
    better_words: tuple[str, ...]
    worse_words: tuple[str, ...]
    negations: tuple[str, ...]
    plan_words: tuple[str, ...]
    plan_negations: tuple[str, ...]
    persons: PersonWords

    def sign_checked(self, group_name: str) -> bool:
        """Whether an account group of that name has a sign to check."""
        return not any(word in group_name.casefold() for word in self.unchecked_words)

    def fictive(self, part: str) -> bool:
        """Whether a varav part of that code is fictive: budget, never outcome."""
        return any(word in part.casefold() for word in self.fictive_words)


def defaults(text: str, where: str) -> Defaults:
    """The defaults from TOML; RamkollError names the file and what is wrong in it."""
    data = load_toml(text, where)
    try:
        return Defaults(
            thresholds={
                each["id"]: Threshold(
                    each["id"],
                    Decimal(str(each["value"])),
                    each["unit"],
                    each["description"],
                    each["source"],
                )
                for each in data["threshold"]
            },
            unchecked_words=tuple(data["signs"]["unchecked_words"]),
            fictive_words=tuple(data["parts"]["fictive_words"]),
            better_words=tuple(data["direction"]["better"]),
            worse_words=tuple(data["direction"]["worse"]),
            negations=tuple(data["direction"]["negations"]),
            plan_words=tuple(data["plan"]["words"]),
            plan_negations=tuple(data["plan"]["negations"]),
            persons=_persons(data["persons"]),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise broken(where, error) from error


def _persons(data: Mapping[str, Sequence[str]]) -> PersonWords:
    return PersonWords(
        illness=frozenset(data["illness"]),
        illness_nouns=frozenset(data["illness_nouns"]),
        leave=frozenset(data["leave"]),
        leave_nouns=frozenset(data["leave_nouns"]),
        one_person=tuple(data["one_person"]),
        role=tuple(data["role"]),
        first_names=frozenset(data["first_names"]),
        surname_endings=tuple(data["surname_endings"]),
    )
