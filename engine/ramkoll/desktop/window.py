"""The window: our pane in a browser's window of its own, let in by a ticket.

The address stands on the browser's command line, which others may see; so it holds no secret but
a ticket that is good once, for a minute, and is exchanged for the secret by the page itself.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

PAGE = "window.html"
SECONDS = 60.0
# A browser that starts for the first time of the day.
_PATIENCE = 20.0
# As wide as Excel's own pane with room for a figure more, and as high as most screens.
_SIZE = "460,900"
_PROGRAMS = (
    ("microsoft-edge", "Microsoft/Edge/Application/msedge.exe"),
    ("google-chrome", "Google/Chrome/Application/chrome.exe"),
    ("chromium", "Chromium/Application/chrome.exe"),
)
_FOLDERS = ("PROGRAMFILES(X86)", "PROGRAMFILES", "LOCALAPPDATA")


class Tickets:
    """Tickets that have been given out and not been used; few, since each is for a window."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._good: dict[str, float] = {}

    def give(self) -> str:
        """A new ticket."""
        ticket = secrets.token_urlsafe(24)
        with self._lock:
            self._forget()
            self._good[ticket] = self._clock() + SECONDS
        return ticket

    def take(self, ticket: str) -> bool:
        """Whether a ticket is good; from now on it is not."""
        with self._lock:
            self._forget()
            return self._good.pop(ticket, None) is not None

    def _forget(self) -> None:
        now = self._clock()
        self._good = {ticket: until for ticket, until in self._good.items() if until > now}


class Opener:
    """Opens the window, when none is open or about to be.

    ``start`` is given the address with its ticket, and says whether a browser was started.
    """

    def __init__(
        self,
        address: str,
        tickets: Tickets,
        start: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address, self._tickets, self._start = address, tickets, start
        self._clock = clock
        self._opened: float | None = None

    def open(self, *, anew: bool) -> bool:
        """See to it that a window comes up; ``anew`` also when one is on its way already.

        False when no browser can be started.
        """
        coming = self._opened is not None and self._clock() - self._opened < _PATIENCE
        if coming and not anew:
            return True
        started = self._start(f"{self._address}{PAGE}#biljett={self._tickets.give()}")
        self._opened = self._clock() if started else None
        return started

    def arrived(self) -> None:
        """A window is there: the next one may be opened at once when this one has gone."""
        self._opened = None


def start_browser(address: str) -> bool:
    """Show an address in a small window of Edge or Chrome, else in the user's own browser."""
    for program in programs():
        try:
            subprocess.Popen(
                [program, f"--app={address}", f"--window-size={_SIZE}", "--no-first-run"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            continue
        return True
    return _has_screen(os.environ) and webbrowser.open(address)


def programs(
    environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Iterator[str]:
    """The browsers of this machine that can show a page in a window without tabs, best first."""
    if not _has_screen(environment, platform):
        return
    for name, path in _PROGRAMS:
        if platform == "win32":
            folders = (environment.get(each) for each in _FOLDERS)
            found = (Path(folder) / path for folder in folders if folder)
            yield from (str(each) for each in found if each.is_file())
        elif program := shutil.which(name, path=environment.get("PATH")):
            yield program


def _has_screen(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether there is a screen: without one, a browser of texts would take the terminal."""
    return platform != "linux" or any(
        environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
