"""The server's log: one JSON object a line, with what happened and never what was in a workbook."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from types import TracebackType

LOG = logging.getLogger("ramkoll.server")


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", {})
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        return json.dumps(line | facts, ensure_ascii=False)


def log(event: str, level: int = logging.INFO, **facts: object) -> None:
    """Log an event with its facts: ids, counts, milliseconds. No cell, text or path of a user."""
    LOG.log(level, "%s", event, extra={"facts": facts})


def log_to_stderr() -> None:
    """Send our lines, and the warnings of the HTTP server, to the error stream."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    for name, level in (("ramkoll.server", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False


def code_lines(error: BaseException) -> list[str]:
    """The kind of an error and where it was raised, innermost last.

    Neither its message nor any variable: both may hold what stood in a cell.
    """
    lines = [_at(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    while cause is not None and len(lines) < 5:
        lines.append(f"{type(cause).__name__}: {_at(cause.__traceback__)}")
        cause = cause.__cause__ or cause.__context__
    return [f"{type(error).__name__}: {lines[0]}", *lines[1:]]


def _at(trace: TracebackType | None) -> str:
    steps = traceback.extract_tb(trace)[-12:]
    return " > ".join(f"{_module(step.filename)}:{step.lineno} {step.name}" for step in steps)


def _module(filename: str) -> str:
    """The end of a path: where Ramkoll is installed names the user."""
    return "/".join(filename.replace("\\", "/").rsplit("/", 2)[-2:])
