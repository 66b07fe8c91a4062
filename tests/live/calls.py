"""Commands on the example workbooks, as a host without COM would run them."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from tests.pipeline.opened import BOOKS, INPUTS, layouts

from ramkoll.live.file_host import snapshot_of
from ramkoll.live.region import Region
from ramkoll.live.run import Answer, run_command
from ramkoll.model.workbook import Submission
from ramkoll.store.acknowledgements import Acknowledgements

NOW = datetime(2024, 9, 12, 8, 0)


@cache
def _read() -> dict:
    """What regions of these tests have read of the examples, so that each need not again."""
    return {}


def region(submissions: Path | None = BOOKS, inputs: Path | None = INPUTS, previous=None) -> Region:
    here = Region(
        layouts=layouts(),
        submissions=submissions,
        inputs=inputs,
        previous=previous,
        acknowledgements=Acknowledgements(),
        now=lambda: NOW,
        user="Anna Ek",
    )
    return replace(here, _kept=_read()) if submissions == BOOKS else here


def call(submission: Submission, active: str = "", selection: str = "A1", **arguments) -> bytes:
    """The bytes that a host posts."""
    snapshot = snapshot_of(submission, active=active, selection=selection)
    return json.dumps({"workbook": asdict(snapshot), "arguments": arguments}).encode()


def run(
    command: str,
    submission: Submission,
    at: str = "",
    *,
    of: Region | None = None,
    report=lambda *_: None,
    **arguments,
) -> Answer:
    """Run a command with a cell selected, given as ``Utfall!I7``."""
    sheet, _, address = at.rpartition("!")
    body = call(submission, sheet, address or "A1", **arguments)
    return run_command(command, body, of or region(), report)
