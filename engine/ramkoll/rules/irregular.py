"""Irregularities of a workbook as findings, for workbooks that no other rule is run on."""

from __future__ import annotations

from ramkoll.layout.form import Irregularity
from ramkoll.model.findings import Finding, Scope
from ramkoll.rules.catalogue import run
from ramkoll.rules.views import WorkbookView


def irregularity_findings(irregularities: tuple[Irregularity, ...]) -> tuple[Finding, ...]:
    """What is wrong with how a workbook is laid out and filled."""
    return tuple(run(Scope.WORKBOOK, WorkbookView("", irregularities)))
