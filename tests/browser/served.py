"""The real server in a process of its own, as somebody would start it; it can be held and killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

from tests.conftest import EXAMPLES

INPUTS = Path(__file__).parents[1] / "data" / "2024-08" / "inputs"
_SECONDS = 90


class Served:
    """A started server: its address and start code."""

    def __init__(self, data: Path, port: int = 0) -> None:
        self.data = data
        folders = ("--submissions", EXAMPLES, "--inputs", INPUTS, "--data", data)
        command = [sys.executable, "-m", "ramkoll", "serve", "--demo", "--http", "--port", port]
        self._log = (data / "server.log").open("ab")
        self.process = subprocess.Popen(
            [str(part) for part in (*command, *folders)],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        self.address, self.secret = self._said()

    def _said(self) -> tuple[str, str]:
        assert self.process.stdout is not None
        late = threading.Timer(_SECONDS, self.process.kill)
        late.start()
        for line in self.process.stdout:
            if found := re.search(r"(http://\S+?/)(?:\w+\.html)?#nyckel=(\S+)", line):
                late.cancel()
                return found[1], found[2]
        raise AssertionError(f"no server: {(self.data / 'server.log').read_text()}")

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1].rstrip("/"))

    def get(self, path: str) -> dict:
        asked = urllib.request.Request(
            f"{self.address}{path}", headers={"Authorization": f"Bearer {self.secret}"}
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)

    def hold(self) -> None:
        """It is there, and answers nothing."""
        os.kill(self.process.pid, signal.Signals["SIGSTOP"])

    def let_go(self) -> None:
        os.kill(self.process.pid, signal.Signals["SIGCONT"])

    def kill(self) -> None:
        """As when the power goes: with its workers, and without a word."""
        if self.process.poll() is None:
            os.kill(-self.process.pid, signal.Signals["SIGKILL"])
        self.process.wait(30)

    def restarted(self) -> Served:
        """Another one at the same address, with another start code."""
        self.close()
        return Served(self.data, self.port)

    def close(self) -> None:
        self.kill()
        self._log.close()
        if self.process.stdout is not None:
            self.process.stdout.close()
