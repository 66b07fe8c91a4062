"""A rule: an id, a scope, a severity, Swedish words, and one function over a frozen view.

The function yields hits with facts; the words around them are the rule's. Its docstring is the
rule's page in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact
from ramkoll.model.findings import Finding, Scope, Severity
from ramkoll.model.period import Period
from ramkoll.model.register import Enhet
from ramkoll.model.units import NO_BREAK_SPACE, swedish_number

FRAME, CONTROLS, ASKED_PERIOD, CALENDAR = "frame", "controls", "period", "calendar"


@dataclass(frozen=True)
class Hit:
    """One place where a rule does not hold, with the facts that its message names."""

    at: CellRef
    facts: Mapping[str, object] = field(default_factory=dict)
    effect: Decimal | None = None
    related: tuple[CellRef, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True)
class Rule:
    """A rule of the catalogue. ``needs`` names the inputs without which it is not run.

    ``follows`` says that what it finds may be only the consequence of a figure that could not
    be read; a rule that compares a cell with the cells it is made of does not follow.
    ``wants_comment`` says that it asks for words at the cell, and names the limit as ``gräns``.
    """

    id: str
    scope: Scope
    severity: Severity
    message: str
    tip: str
    covers: tuple[str, ...]
    needs: tuple[str, ...]
    hits: Callable[[Any], Iterator[Hit]]
    follows: bool = False
    wants_comment: bool = False

    @property
    def doc(self) -> str:
        """The rule's page: what must hold, why, when it passes, its source."""
        lines = (self.hits.__doc__ or "").strip().splitlines()
        return "\n".join(line.strip() for line in lines)

    @property
    def title(self) -> str:
        """The first sentence of the page."""
        return self.doc.partition("\n")[0]

    def findings(self, view: object) -> Iterator[Finding]:
        """The rule's hits in words."""
        for found in self.hits(view):
            facts = {name: in_words(value) for name, value in found.facts.items()}
            yield Finding(
                rule=self.id,
                severity=found.severity or self.severity,
                message=self.message.format(**facts),
                tip=self.tip.format(**facts),
                at=found.at,
                related=found.related,
                expected=facts.get("väntat", ""),
                found=facts.get("funnet", ""),
                effect=None if found.effect is None else abs(found.effect),
            )


_RULES: dict[str, Rule] = {}


def rule(
    rule_id: str,
    scope: Scope,
    severity: Severity,
    message: str,
    *,
    tip: str,
    covers: Iterable[str] = (),
    needs: Iterable[str] = (),
    follows: bool = False,
    wants_comment: bool = False,
) -> Callable[[Callable[[Any], Iterator[Hit]]], Callable[[Any], Iterator[Hit]]]:
    """Put a function into the catalogue as a rule. ``covers`` names checks of the domain."""

    def register(hits: Callable[[Any], Iterator[Hit]]) -> Callable[[Any], Iterator[Hit]]:
        assert rule_id not in _RULES, f"two rules are called {rule_id}"
        _RULES[rule_id] = Rule(
            rule_id,
            scope,
            severity,
            message,
            tip,
            tuple(covers),
            tuple(needs),
            hits,
            follows,
            wants_comment,
        )
        return hits

    return register


def registered() -> Mapping[str, Rule]:
    """The rules of every module that has been imported; see catalogue.rules()."""
    return _RULES


def hit(
    at: Fact | CellRef,
    *,
    effect: Decimal | None = None,
    related: Iterable[CellRef] = (),
    severity: Severity | None = None,
    **facts: object,
) -> Hit:
    """A hit at a fact's cell or at a cell, with what the message names."""
    ref = at.at if isinstance(at, Fact) else at
    return Hit(ref, facts, effect, tuple(related), severity)


def amount_in_words(kronor: Decimal) -> str:
    """An amount in tkr, with decimals only where it is no whole tkr: ``−1 234 tkr``."""
    tkr = kronor / 1000
    exact = tkr.normalize().as_tuple().exponent
    decimals = min(3, max(0, -exact)) if isinstance(exact, int) else 0
    return f"{swedish_number(tkr, decimals)}{NO_BREAK_SPACE}tkr"


def in_words(value: object) -> str:
    """A fact as a Swedish message says it. A bare Decimal is an amount in kronor."""
    match value:
        case Fact():
            return in_words(value.value)
        case Decimal():
            return amount_in_words(value)
        case Period():
            return value.words
        case Enhet():
            return value.label
        case CellRef():
            return value.in_sheet if value.row else value.sheet or value.file
        case None:
            return "tomt"
        case _:
            return str(value)
