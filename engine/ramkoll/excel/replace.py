"""Put a finished file in its place, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ramkoll.model.errors import RamkollError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
_COMMA = re.compile(r"(?<!\\),")


def replace_file(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, so that a reader sees the old file or the new one, never half.

    Missing folders are created. The mode of an existing file is kept. When anything fails, the
    old file is untouched and no temporary file is left behind; only a process that is killed
    may leave one (``.ramkoll-….tmp``), and then too the old file is whole.

    Raises RamkollError, in Swedish: the place is a folder, the folder cannot be made or written
    to, the file is write-protected or open in Excel or LibreOffice, the disk is full.
    """
    staged = _staged(path, data)
    try:
        _put_in_place(staged)
    except BaseException:
        _remove(staged.temporary)
        raise


def replace_files(files: Mapping[Path, bytes]) -> None:
    """Replace several files, all of them or none; each is whole at every moment.

    All are written beside the old ones before the first is replaced. When one cannot be replaced
    after all, those before it are put back as they were. Only a kill between two of them leaves
    some new and others old. Raises RamkollError as ``replace_file`` does, before anything is done
    for files that are open or write-protected, and then it names all of them.
    """
    refuse_unwritable(files)
    before: dict[Path, bytes | None] = {}
    staged: list[_Staged] = []
    try:
        for path, data in files.items():
            before[path] = _content(path)
            staged.append(_staged(path, data))
        for each in staged:
            _put_in_place(each)
    except BaseException:
        for each in staged:
            if each.temporary.exists():
                _remove(each.temporary)
            else:
                _put_back(each, before[each.path])
        raise


def refuse_unwritable(paths: Iterable[Path]) -> None:
    """Raise RamkollError when files that are there are open somewhere or write-protected."""
    refused: list[RamkollError] = []
    for path in paths:
        try:
            _mode_of_existing(path, _target(path))
        except RamkollError as error:
            refused.append(error)
    if len(refused) > 1:
        said = " ".join(f"{Path(each.where).name}: {each.what}" for each in refused)
        todo = " ".join(dict.fromkeys(each.todo for each in refused))
        raise RamkollError(said, where=str(Path(refused[0].where).parent), todo=todo)
    if refused:
        raise refused[0]


class _Staged(NamedTuple):
    """A file that is written in full and waits to take its place."""

    path: Path
    target: Path
    temporary: Path
    size: int


def _target(path: Path) -> Path:
    """What is replaced: a link is followed, since what it points to is the file others read."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise _explained(fault, path, path) from fault


def _staged(path: Path, data: bytes) -> _Staged:
    target = _target(path)
    mode = _mode_of_existing(path, target)
    _make_folder(path, target.parent)
    # Not named .xlsx: nobody who reads the folder may take it for a workbook.
    temporary = target.parent / f".ramkoll-{secrets.token_hex(8)}.tmp"
    written = False
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        written = True
        if mode is not None:
            os.chmod(temporary, mode)
    except BaseException as fault:
        _remove(temporary)
        if isinstance(fault, OSError):
            raise _explained(fault, path, target, len(data), written) from fault
        raise
    return _Staged(path, target, temporary, len(data))


def _put_in_place(staged: _Staged) -> None:
    try:
        os.replace(staged.temporary, staged.target)
    except OSError as fault:
        raise _explained(fault, staged.path, staged.target, staged.size, True) from fault
    _settle(staged.target.parent)


def _put_back(staged: _Staged, before: bytes | None) -> None:
    """As it was. If that too fails the new file stays, which is whole."""
    with contextlib.suppress(OSError, RamkollError):
        if before is None:
            staged.target.unlink()
        else:
            replace_file(staged.path, before)


def _mode_of_existing(path: Path, target: Path) -> int | None:
    """The permission bits of the file that is to be replaced; None when there is none."""
    try:
        found = target.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as fault:
        raise _explained(fault, path, target) from fault
    if stat.S_ISDIR(found.st_mode):
        raise RamkollError(
            "Det finns redan en mapp med det namnet.",
            where=str(path),
            expected="en fil",
            todo="Välj ett annat filnamn.",
        )
    if not found.st_mode & stat.S_IWUSR:
        # Linux would replace it all the same, but somebody has asked that it stay as it is.
        raise _write_protected(path)
    lock = _lock_beside(target)
    if lock is not None:
        raise _open_elsewhere(path, lock)
    return stat.S_IMODE(found.st_mode)


def _make_folder(path: Path, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as fault:
        raise RamkollError(
            "Mappen kan inte skapas, för en del av sökvägen är en fil.",
            where=str(path.parent),
            expected="en mapp",
            todo="Välj en annan mapp.",
        ) from fault
    except OSError as fault:
        raise _explained(fault, path, folder) from fault


def _remove(temporary: Path) -> None:
    with contextlib.suppress(OSError):
        # Windows does not remove a file that is write-protected.
        os.chmod(temporary, stat.S_IRUSR | stat.S_IWUSR)
    with contextlib.suppress(OSError):
        temporary.unlink()


def _settle(folder: Path) -> None:
    """Ask the disk to remember the new name too; the file itself is already safe."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _explained(
    fault: OSError, path: Path, target: Path, size: int = 0, written: bool = False
) -> RamkollError:
    """The operating system's fault as something a user can act on.

    ``written`` says that the folder took the new file, so that it is the old one that resists.
    """
    if fault.errno in _FULL:
        return RamkollError(
            "Disken är full. Filen sparades inte, den gamla finns kvar.",
            where=str(path),
            expected=f"minst {_size_text(size)} ledigt" if size else "",
            todo="Frigör utrymme eller spara på en annan plats.",
        )
    if fault.errno == errno.ENAMETOOLONG:
        return RamkollError(
            "Sökvägen är för lång.", where=str(path), todo="Välj ett kortare filnamn."
        )
    if fault.errno in _NOT_ALLOWED or isinstance(fault, PermissionError):
        lock = _lock_beside(target)
        if lock is not None:
            return _open_elsewhere(path, lock)
        if written and target.is_file():
            # Windows, where Excel holds a workbook that is open.
            return RamkollError(
                "Filen går inte att skriva över. Den är troligen öppen i Excel.",
                where=str(path),
                todo="Stäng arbetsboken och försök igen.",
            )
        return RamkollError(
            "Mappen går inte att skriva i.",
            where=str(path.parent),
            expected="en mapp där du får spara filer",
            todo="Be om skrivrätt eller välj en annan mapp.",
        )
    return RamkollError(
        "Filen kunde inte sparas. Finns det en äldre fil på platsen är den kvar som den var.",
        where=str(path),
        todo="Kontrollera att platsen går att nå och försök igen.",
    )


def _write_protected(path: Path) -> RamkollError:
    return RamkollError(
        "Filen är skrivskyddad.",
        where=str(path),
        todo="Ta bort skrivskyddet i filens egenskaper eller välj ett annat filnamn.",
    )


def _open_elsewhere(path: Path, lock: Path) -> RamkollError:
    who = _name_in_lock(lock)
    return RamkollError(
        f"Arbetsboken är öppen hos {who}." if who else "Arbetsboken är öppen i ett annat program.",
        where=str(path),
        todo=f"Stäng den och försök igen. Är den inte öppen, ta bort filen {lock.name}.",
    )


def _lock_beside(target: Path) -> Path | None:
    """The file that Excel or LibreOffice keeps beside a workbook that is open, if any."""
    for name in (f"~${target.name}", f".~lock.{target.name}#"):
        lock = target.with_name(name)
        with contextlib.suppress(OSError):
            if lock.is_file():
                return lock
    return None


def _name_in_lock(lock: Path) -> str:
    """Who has the workbook open according to the lock file; empty when it does not tell."""
    try:
        with open(lock, "rb") as file:
            content = file.read(4096)
    except OSError:
        # Excel keeps its own lock file locked for others on some shares.
        return ""
    name = _name_from_excel(content) if lock.name.startswith("~$") else _name_from_libre(content)
    return name.strip() if name.isprintable() else ""


def _name_from_excel(content: bytes) -> str:
    """Excel's lock file: 55 bytes with the name in an old code page, then length and UTF-16."""
    if len(content) < 57:
        return ""
    length = int.from_bytes(content[55:57], "little")
    return content[57 : 57 + 2 * length].decode("utf-16-le", "replace")


def _name_from_libre(content: bytes) -> str:
    """LibreOffice's lock file: full name, login, computer, time, profile, with commas."""
    fields = _COMMA.split(content.decode("utf-8", "replace"))
    name = next((field for field in fields[:2] if field.strip()), "")
    return name.replace("\\,", ",")


def _size_text(size: int) -> str:
    if size < 1_000_000:
        return f"{max(1, -(-size // 1000))} kB"
    return f"{-(-size // 1_000_000)} MB"
