"""Finding the engine: the user's own choice, one that runs, or one that is started."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
from typing import Callable, Dict, List, Mapping, Optional

from ramkoll_lo.engine import Address, Engine, Locked, NoAnswer
from ramkoll_lo.problem import Cancelled, Problem
from ramkoll_lo.settings import Settings

FILE = "skrivbord.txt"
_SECONDS_TO_START = 60.0
# What LibreOffice sets for its own Python would break another.
_NOT_OURS = ("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "URE_BOOTSTRAP", "UNO_PATH")


def find(settings: Settings, say: Callable[[str], None], stop: threading.Event) -> Engine:
    """An engine that answers. Problem when there is none, and none can be started."""
    if settings.address:
        engine = Engine(Address(settings.address, settings.code))
        engine.health()
        return engine
    engine = _running()
    if engine is not None:
        return engine
    say("Startar Ramkoll")
    return _started(settings, stop)


def address_file(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """Where a running engine says where it listens."""
    home = os.path.expanduser("~")
    if platform == "win32":
        local = environment.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        return os.path.join(local, "Ramkoll", FILE)
    if platform == "darwin":
        return os.path.join(home, "Library", "Application Support", "Ramkoll", FILE)
    data = environment.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    return os.path.join(data, "ramkoll", FILE)


def read_address(path: str) -> Optional[Address]:
    """The address and the code of a file; None when there is none yet."""
    try:
        with open(path, encoding="utf-8") as file:
            url, code = file.read().split()
    except (OSError, ValueError):
        return None
    return Address(url, code)


def command_line(settings: Settings, platform: str = sys.platform) -> List[str]:
    """How the engine is started. Problem when nothing says how."""
    if settings.command:
        if platform == "win32":  # backslashes are no escapes there
            words = [word.strip('"') for word in shlex.split(settings.command, posix=False)]
        else:
            words = shlex.split(settings.command)
        return words
    found = shutil.which("ramkoll")
    if found is None:
        raise Problem(
            "Ramkoll är inte startat på den här datorn, och programmet hittas inte.",
            expected="att «ramkoll desktop» är igång",
            todo="Starta Ramkoll, eller ange hur det startas under Anslutning i panelen.",
        )
    return [found, "desktop"]


def environment(own: Mapping[str, str] = os.environ) -> Dict[str, str]:
    """The environment of the user, without what LibreOffice has put in its own."""
    return {name: value for name, value in own.items() if name not in _NOT_OURS}


def _running() -> Optional[Engine]:
    """The engine of the address file, when it answers. What a dead one left is passed over."""
    address = read_address(address_file())
    if address is None:
        return None
    try:
        engine = Engine(address)
        engine.health()
    except (NoAnswer, Locked):
        return None
    return engine


def _started(settings: Settings, stop: threading.Event) -> Engine:
    words = command_line(settings)
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            creationflags=hidden,
            start_new_session=sys.platform != "win32",
            close_fds=True,
        )
    except OSError as error:
        raise Problem(
            "Ramkoll går inte att starta.",
            where=" ".join(words),
            todo="Kontrollera hur Ramkoll startas under Anslutning i panelen.",
        ) from error
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        if stop.wait(0.2):
            raise Cancelled
        engine = _running()
        if engine is not None:
            return engine
        if process.poll() not in (None, 0):
            break
    raise Problem(
        "Ramkoll startade inte.",
        where=" ".join(words),
        todo="Starta Ramkoll i ett kommandofönster («ramkoll desktop») och se vad det säger.",
    )
