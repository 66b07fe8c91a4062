"""Ramkoll's defaults of what regions set themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.layout.layout import broken, load_toml
from ramkoll.model.register import Threshold


@dataclass(frozen=True)
class Defaults:
    """Thresholds, and the words that fill a frame workbook the first time."""

    thresholds: Mapping[str, Threshold]
    unchecked_words: tuple[str, ...]
    fictive_words: tuple[str, ...]
    better_words: tuple[str, ...]
    worse_words: tuple[str, ...]
    negations: tuple[str, ...]

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
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise broken(where, error) from error
