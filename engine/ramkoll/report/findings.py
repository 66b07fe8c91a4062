"""Findings for people at a command line, and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ramkoll.model.findings import Finding, NotRun, Severity
from ramkoll.model.units import swedish_amount

_PLURAL = {
    Severity.BLOCKS: ("stoppar", "stoppar"),
    Severity.WARNING: ("varning", "varningar"),
    Severity.INFO: ("upplysning", "upplysningar"),
}


def blocking(findings: Sequence[Finding]) -> bool:
    """Whether any finding keeps the figures from going further."""
    return any(finding.severity is Severity.BLOCKS for finding in findings)


def count_text(findings: Sequence[Finding]) -> str:
    """``12 fynd: 1 stoppar, 9 varningar, 2 upplysningar``."""
    if not findings:
        return "Inga fynd."
    counts = Counter(finding.severity for finding in findings)
    said = [
        f"{counts[severity]} {_PLURAL[severity][counts[severity] != 1]}"
        for severity in Severity
        if counts[severity]
    ]
    return f"{len(findings)} fynd: {', '.join(said)}."


def finding_lines(finding: Finding) -> Iterator[str]:
    """A finding as two or three lines: where and what, then what to do."""
    effect = "" if finding.effect is None else f" [{_effect(finding.effect)}]"
    yield f"{finding.severity.value.upper()} {finding.rule} {finding.at}{effect}"
    for line in finding.message.splitlines():
        yield f"    {line}"
    if finding.tip:
        yield f"    → {finding.tip}"


def _effect(kronor: Decimal) -> str:
    return swedish_amount(kronor)


def findings_text(findings: Sequence[Finding], not_run: Sequence[NotRun]) -> str:
    """All findings, most severe first, and the rules that were not run."""
    lines = [line for finding in findings for line in finding_lines(finding)]
    return "\n".join([*lines, *not_run_lines(not_run), count_text(findings)])


def not_run_lines(not_run: Sequence[NotRun]) -> Iterator[str]:
    """The rules that were not run, a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for each in not_run:
        by_reason.setdefault(each.because, []).append(each.rule)
    for because, rules in by_reason.items():
        yield f"Inte körda, eftersom {because}: {', '.join(rules)}."


def finding_json(finding: Finding) -> dict[str, object]:
    """A finding as JSON values; amounts in kronor as text, so that no digit is lost."""
    at = finding.at
    return {
        "regel": finding.rule,
        "allvar": finding.severity.value,
        "fil": at.file,
        "blad": at.sheet or None,
        "cell": at.address if at.row else None,
        "meddelande": finding.message,
        "åtgärd": finding.tip,
        "väntat": finding.expected or None,
        "funnet": finding.found or None,
        "effekt_kr": None if finding.effect is None else f"{finding.effect:f}",
        "relaterat": [str(ref) for ref in finding.related],
    }


def not_run_json(each: NotRun) -> dict[str, str]:
    """A rule that was not run, and why."""
    return {"regel": each.rule, "inte_körd_eftersom": each.because}
