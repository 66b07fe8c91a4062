"""All rules there are: every module in ``rules/checks`` is read, so a new rule is a new file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache

from ramkoll.model.findings import Finding, NotRun, Scope
from ramkoll.rules import checks
from ramkoll.rules.rule import Rule, registered


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by id."""
    for module in pkgutil.iter_modules(checks.__path__):
        importlib.import_module(f"{checks.__name__}.{module.name}")
    return tuple(sorted(registered().values(), key=lambda each: each.id))


def run(scope: Scope, view: object, missing: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """The findings of a scope's rules on a view, those left out that lack an input."""
    for each in rules():
        if each.scope is scope and not missing & set(each.needs):
            yield from each.findings(view)


def not_run(missing: Iterable[tuple[str, str]]) -> tuple[NotRun, ...]:
    """The rules that lack an input, with why: pairs of input and reason."""
    reasons = dict(missing)
    return tuple(
        NotRun(each.id, reasons[need])
        for each in rules()
        for need in each.needs[:1]
        if need in reasons
    )
