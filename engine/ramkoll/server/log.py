"""The server's log: one JSON object a line, with what happened and never what was in a workbook."""

from __future__ import annotations

import json
import logging
import sys

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
    log_to(logging.StreamHandler(sys.stderr))


def log_to(handler: logging.Handler) -> None:
    """Send our lines, and the warnings of the HTTP server, there and nowhere else."""
    handler.setFormatter(_Lines())
    for name, level in (("ramkoll.server", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
