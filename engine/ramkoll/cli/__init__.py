"""Floor 7: the command line. It parses, calls the pipeline, and says what came of it."""

from __future__ import annotations

import pkgutil
import sys
import traceback
import uuid
from argparse import Namespace
from collections.abc import Sequence

from ramkoll.model.errors import RamkollError

OK, BLOCKED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
# The commands that read many workbooks that somebody sent.
_READING = frozenset({"areas", "check", "consolidate", "demo", "refresh"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. No error reaches the user as a traceback."""
    _speak_utf8()
    from ramkoll.cli.parser import parser

    arguments = parser().parse_args(argv)
    try:
        if arguments.command in _READING or _reads_last_period(arguments):
            _prepare_children()
        # Commands are imported when one is wanted: --help must be quick.
        from ramkoll.cli.commands import COMMANDS

        return COMMANDS[arguments.command](arguments)
    except RamkollError as error:
        print(f"Fel: {error}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        print("Avbrutet. Ingen fil har lämnats halvskriven.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return OK
    except Exception:
        if arguments.debug:
            traceback.print_exc()
        else:
            print(
                f"Fel: Ramkoll kunde inte slutföra kommandot på grund av ett fel i programmet "
                f"(fel-id {uuid.uuid4().hex[:8]}). Inget har lämnats halvskrivet. Kör om med "
                "ramkoll --debug och skicka utskriften till förvaltningen av Ramkoll.",
                file=sys.stderr,
            )
        return WRONG_USE


def _reads_last_period(arguments: Namespace) -> bool:
    return arguments.command == "distribute" and arguments.previous is not None


def _prepare_children() -> None:
    """Let them load what they need while we load what we need."""
    from ramkoll.excel.children import prepare
    from ramkoll.rules import checks

    rules = (f"{checks.__name__}.{each.name}" for each in pkgutil.iter_modules(checks.__path__))
    prepare("ramkoll.pipeline.check", *rules)


def _speak_utf8() -> None:
    """A Windows console may be set to a code page without å, ä and ö."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
