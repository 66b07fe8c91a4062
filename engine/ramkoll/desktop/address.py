"""The address file: where the desk of this user listens, and its secret; and how it is asked."""

from __future__ import annotations

import http.client
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ramkoll.model.errors import RamkollError

FILE = "skrivbord.txt"
LOCK = "skrivbord.las"
# The desk answers from the same machine; one that takes longer hangs.
_SECONDS = 5.0
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d{1,5})")


@dataclass(frozen=True)
class Address:
    """A desk that is said to listen. The secret is shown to nobody."""

    port: int
    secret: str

    @property
    def text(self) -> str:
        """The file's two lines."""
        return f"http://127.0.0.1:{self.port}\n{self.secret}\n"

    def __repr__(self) -> str:
        return f"Address({self.port})"


def read_address(folder: Path) -> Address | None:
    """What the file says; None when there is none, or it is none of ours."""
    try:
        lines = (folder / FILE).read_text("ascii").split("\n")
    except (OSError, ValueError):
        return None
    found = _ADDRESS.fullmatch(lines[0])
    if found is None or len(lines) < 2 or not lines[1]:
        return None
    return Address(int(found[1]), lines[1])


def write_address(folder: Path, address: Address) -> None:
    """Write the file at once and for its owner only. RamkollError when it cannot be written."""
    try:
        # mkstemp gives a file that only its owner may read.
        made, name = tempfile.mkstemp(prefix=FILE, dir=folder)
        with os.fdopen(made, "w", encoding="ascii", newline="\n") as file:
            file.write(address.text)
        os.replace(name, folder / FILE)
    except OSError as error:
        raise RamkollError(
            f"Adressfilen går inte att skriva ({error.strerror}).",
            where=str(folder / FILE),
            todo="Se efter att mappen går att skriva i, och starta Ramkoll igen.",
        ) from error


def remove_address(folder: Path, address: Address) -> None:
    """Take the file away, unless it is another desk's by now."""
    if read_address(folder) == address:
        with suppress(OSError):
            (folder / FILE).unlink()


@contextmanager
def only_one(folder: Path) -> Iterator[bool]:
    """Whether this is the only desk of the user, as long as this lasts.

    The system lets go of the lock when a process ends, whichever way it does.
    """
    with (folder / LOCK).open("ab") as file:
        yield _locked(file.fileno())


def _locked(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, 0, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def ask(address: Address, method: str, path: str, body: object = None) -> Any:
    """What a desk answers, as JSON; None for an empty answer.

    Raises OSError when nobody answers, and RamkollError with its own words when it refuses.
    """
    # No urllib: it would ask the proxy.
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=_SECONDS)
    headers = {"Authorization": f"Bearer {address.secret}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, json.dumps(body).encode() if body else None, headers)
        answer = connection.getresponse()
        said = answer.read()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()
    try:
        found = json.loads(said) if said else None
        if found is not None and answer.status >= 400:
            said = found["error"]
            raise RamkollError(
                said["what"], where=said["where"], expected=said["expected"], todo=said["todo"]
            )
    except (ValueError, KeyError, TypeError) as error:
        raise OSError("no desk of ours") from error
    return found


def answers(address: Address | None) -> dict[str, Any] | None:
    """The health of a desk; None when none answers there, or it is not ours."""
    if address is None:
        return None
    try:
        found = ask(address, "GET", "/api/v1/health")
    except (OSError, RamkollError):
        return None
    return found if isinstance(found, dict) else None
