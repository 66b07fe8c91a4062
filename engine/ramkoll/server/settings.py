"""What the server is told when it starts, and every limit it keeps, each with its reason."""

from __future__ import annotations

import getpass
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ramkoll.model.errors import RamkollError

LOOPBACK = ("127.0.0.1", "::1")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds.

    They keep one workbook, one tab or one program on the machine from taking the server from the
    others; none of them is met by a controller's workbook (the largest example is 1 MB).
    """

    # What Excel on the web can send and take in one go.
    wire: int = 5 * MEGABYTE
    # Half a million cells as JSON are about 12 MB; more than this is no workbook.
    unpacked: int = 32 * MEGABYTE
    # A report of a blocked script is a few hundred bytes.
    csp_report: int = 16 * 1024
    # An answer holds at most what a workbook holds.
    answer: int = 32 * MEGABYTE
    # A body comes from the same machine: one that takes longer is held back on purpose.
    receive: float = 15.0
    # Headers come in one packet; this frees connections that say nothing.
    headers: float = 10.0
    # Between two parts of an answer that nobody reads.
    send: float = 30.0
    # Several tabs, each with a stream; a browser opens six connections to an address.
    connections: int = 128
    streams: int = 32
    # Two: a long consolidation does not stop a click. Each holds about 200 MB.
    workers: int = 2
    # More than this waiting is a fault or an attack: a person has one command running.
    waiting: int = 8
    # Answers are fetched at once; a tab that was put to sleep gets ten minutes.
    kept: int = 64
    kept_bytes: int = 96 * MEGABYTE
    kept_seconds: float = 600.0
    # A click; and the commands that read every workbook of a period.
    command: float = 60.0
    slow_command: float = 600.0
    slow_commands: frozenset[str] = frozenset({"consolidate", "reconcile", "units", "refresh"})
    # A command looks for a cancel between its steps; one that does not is ended.
    cancel: float = 2.0
    # Reading layouts and importing pandas takes a second or two, on a busy machine ten.
    start: float = 60.0
    # Address space of a worker: several times what the whole example region takes (0.4 GB).
    memory: int = 2 * 1024 * MEGABYTE
    # What a library leaks is given back when a worker is replaced.
    jobs_per_worker: int = 500
    # The same line again, so that a stream is not taken for dead.
    heartbeat: float = 5.0
    # Requests a second and at once: polling is five a second, a page load is thirty at once.
    rate: float = 50.0
    burst: int = 200
    # Without the secret: others on the machine, who must not use up what is ours.
    stranger_rate: float = 10.0
    stranger_burst: int = 60


@dataclass(frozen=True)
class Settings:
    """Where the server listens, where the region's files lie, and its secret.

    A path that is None is not set up. ``data`` is where acknowledgements and the certificate are
    kept. The secret is another at each start. ``https`` says how the address is reached.
    """

    data: Path
    port: int = 8443
    host: str = "127.0.0.1"
    https: bool = True
    submissions: Path | None = None
    inputs: Path | None = None
    previous: Path | None = None
    layouts: Path | None = None
    demo: bool = False
    user: str = ""
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK:
            raise RamkollError(
                f"Servern kan bara lyssna på den egna datorn, inte på {self.host}.",
                expected=" eller ".join(LOOPBACK),
                todo="Utelämna adressen, så används 127.0.0.1.",
            )
        if len(self.secret) < 20:
            raise ValueError("a secret that can be guessed is none")

    @property
    def hosts(self) -> frozenset[str]:
        """The values of the Host header that are ours."""
        literal = f"[{self.host}]" if ":" in self.host else self.host
        names = {f"{name}:{self.port}" for name in ("localhost", literal)}
        if self.port == (443 if self.https else 80):
            names |= {"localhost", literal}
        return frozenset(names)

    @property
    def origins(self) -> frozenset[str]:
        """The values of the Origin header that are ours."""
        return frozenset(f"{self.scheme}://{host}" for host in self.hosts)

    @property
    def scheme(self) -> str:
        """How the address begins."""
        return "https" if self.https else "http"

    @property
    def address(self) -> str:
        """What is written in the browser."""
        return f"{self.scheme}://localhost:{self.port}/"


def checked_folders(settings: Settings) -> None:
    """Raise RamkollError for a folder that was given and is not there."""
    given = {
        "--submissions": settings.submissions,
        "--inputs": settings.inputs,
        "--previous": settings.previous,
        "--layouts": settings.layouts,
    }
    for option, path in given.items():
        if path is not None and not path.is_dir():
            raise RamkollError(
                "Mappen finns inte.", where=str(path), todo=f"Kontrollera sökvägen efter {option}."
            )


def data_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where this user's programs keep their data."""
    home = Path.home()
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Ramkoll"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "Ramkoll"
    return Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "ramkoll"


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner can read. RamkollError when it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise RamkollError(
            f"Datamappen går inte att skapa ({error.strerror}).",
            where=str(path),
            todo="Ange en mapp som du får skriva i med --data.",
        ) from error
    return path


def user_name() -> str:
    """Who has logged in on the machine; empty when it cannot be told."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
