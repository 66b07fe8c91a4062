"""Reading submitted workbooks: each becomes a form, a frame workbook, or an irregularity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ramkoll.compute.register import register_of
from ramkoll.excel.answers import Packed
from ramkoll.excel.children import Children, given, read_in
from ramkoll.excel.scan import scan
from ramkoll.layout.form import Form, Irregular, Irregularity
from ramkoll.layout.identify import UnknownForm, identify
from ramkoll.layout.layout import Layout
from ramkoll.layout.locate import locate
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.register import Register
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.keep import Keep, file_stamp, made_anew
from ramkoll.sheets import underlag
from ramkoll.sheets.returned import without_own_sheet
from ramkoll.sheets.table import VALUE_NAME
from ramkoll.store.layouts import Layouts

FRAME_FORM = "budgetram"
REPORT = "rapport, räknas inte"
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"})
UNREADABLE, NO_FORM = "går inte att läsa", "inget formulär"
UNUSABLE = (UNREADABLE, NO_FORM)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Workbook:
    """A file that was read, and the form it says it is. It may be packed, as a child gave it."""

    held: Submission | Packed
    layout: Layout

    @property
    def submission(self) -> Submission:
        """What was read, unpacked each time it is asked for. Raises RamkollError."""
        return opened(self.held)

    @property
    def file(self) -> str:
        """The file's name."""
        return self.held.file

    @property
    def sha256(self) -> str:
        """The file's fingerprint."""
        return self.held.sha256


@dataclass(frozen=True)
class ReadFile:
    """A file that came in: its name below the folder, fingerprint, and what it was."""

    file: str
    sha256: str
    what: str


@dataclass(frozen=True)
class Frame:
    """The frame workbook as read."""

    register: Register
    form: Form
    irregularities: tuple[Irregularity, ...]


@dataclass(frozen=True)
class Inbox:
    """Everything that came in: unit workbooks, frame workbooks, and what could not be used.

    ``foreign`` are the workbooks that can be read but are no form of ours.
    """

    units: tuple[Workbook, ...]
    frames: tuple[Workbook, ...]
    irregularities: tuple[Irregularity, ...]
    files: tuple[ReadFile, ...]
    foreign: tuple[Submission | Packed, ...] = ()


def workbook_files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Files and what to call them: every workbook below a folder, and each file named.

    Lock files of open workbooks are passed over. Raises RamkollError for a path that is not.
    """
    found: dict[Path, str] = {}
    seen: set[Path] = set()

    def add(file: Path, name: str) -> None:
        if file.resolve() in seen:
            return  # given twice, or both by itself and with its folder
        seen.add(file.resolve())
        found[file] = file.as_posix() if name in found.values() else name

    for path in paths:
        if path.is_dir():
            for each in sorted(path.rglob("*")):
                if each.suffix.casefold() in WORKBOOK_SUFFIXES and not _is_lock(each):
                    add(each, each.relative_to(path).as_posix())
        elif path.exists():
            add(path, path.name)
        else:
            raise RamkollError(
                "Filen eller mappen finns inte.", where=str(path), todo="Kontrollera sökvägen."
            )
    return list(found.items())


def _is_lock(path: Path) -> bool:
    return path.name.startswith(("~$", ".~lock", "."))


@dataclass(frozen=True)
class _Read:
    """What a file turned out to be: a workbook of ours, or why it is not."""

    file: ReadFile
    workbook: Workbook | None = None
    irregularity: Irregularity | None = None
    foreign: Submission | Packed | None = None


def read_inbox(
    files: Sequence[tuple[Path, str]],
    layouts: Layouts,
    progress: Progress,
    keep: Keep = made_anew,
    children: Children | None = None,
) -> Inbox:
    """Read every file. One that cannot be read stops none of the others.

    ``keep`` may know what a file held, as long as the file is the same; what ``children`` read
    is not kept.
    """
    each_read: Iterator[_Read]
    if children is None:
        each_read = (_kept_read(path, name, layouts, keep) for path, name in files)
    else:
        each_read = _read_in(children, files, layouts)
    found: list[_Read] = []
    for n, ((_, name), read) in enumerate(zip(files, each_read, strict=True), 1):
        found.append(read)
        progress(n, len(files), name)
    workbooks = [each.workbook for each in found if each.workbook is not None]
    return Inbox(
        tuple(each for each in workbooks if each.layout.id != FRAME_FORM),
        tuple(each for each in workbooks if each.layout.id == FRAME_FORM),
        tuple(each.irregularity for each in found if each.irregularity is not None),
        tuple(each.file for each in found),
        tuple(each.foreign for each in found if each.foreign is not None),
    )


def _kept_read(path: Path, name: str, layouts: Layouts, keep: Keep) -> _Read:
    stamp = file_stamp(path)
    if stamp is None:  # gone, or not to be looked at: reading it says why
        return _read(path, name, layouts)
    return keep(("read", path.absolute(), name), stamp, lambda: _read(path, name, layouts))


def _read(path: Path, name: str, layouts: Layouts) -> _Read:
    try:
        # Our own sheet in a copy that was handed back is nothing that they have handed in.
        submission = without_own_sheet(scan(path, name))
    except RamkollError as error:
        return _Read(ReadFile(name, "", UNREADABLE), irregularity=unreadable(name, error))
    if _is_report(submission):
        return _Read(ReadFile(name, submission.sha256, REPORT))
    try:
        layout = identify(submission, layouts.forms)
    except UnknownForm as error:
        file = ReadFile(name, submission.sha256, NO_FORM)
        return _Read(file, irregularity=_unknown(error), foreign=submission)
    file = ReadFile(name, submission.sha256, layout.name)
    return _Read(file, Workbook(submission, layout))


def _read_in(
    children: Children, files: Sequence[tuple[Path, str]], layouts: Layouts
) -> Iterator[_Read]:
    """Each file read in a child, in their order."""
    items = [(name, (path, name)) for path, name in files]
    for (_, name), answer in zip(
        files, children.each(partial(_packed_read, layouts), items), strict=True
    ):
        try:
            sent = given(answer, _Sent)
            workbook = None
            if sent.held is not None and sent.form is not None:
                workbook = Workbook(sent.held, layouts.forms[sent.form])
        except RamkollError as error:
            yield _Read(ReadFile(name, "", UNREADABLE), irregularity=unreadable(name, error))
        else:
            foreign = sent.held if workbook is None else None
            yield _Read(sent.file, workbook, sent.irregularity, foreign)


@dataclass(frozen=True)
class _Sent:
    """What a child answers of a file; ``form`` is the number among our forms."""

    file: ReadFile
    irregularity: Irregularity | None
    held: Packed | None = None
    form: int | None = None


def _packed_read(layouts: Layouts, path: Path, name: str) -> _Sent:
    read = _read(path, name, layouts)
    if read.workbook is None:
        foreign = read.foreign
        held = Packed.of(foreign) if isinstance(foreign, Submission) else None
        return _Sent(read.file, read.irregularity, held)
    form = layouts.forms.index(read.workbook.layout)
    return _Sent(read.file, None, Packed.of(read.workbook.submission), form)


def opened(held: Submission | Packed) -> Submission:
    """What was read, whichever way it is held. Raises RamkollError."""
    return held.opened() if isinstance(held, Packed) else held


def unreadable(name: str, error: RamkollError) -> Irregularity:
    """That a file could not be read, and why."""
    facts = {"varför": _sentence(error), "åtgärd": error.todo}
    return Irregularity(Irregular.UNREADABLE, CellRef.whole_file(name), facts)


def _is_report(submission: Submission) -> bool:
    """Whether a workbook is a report of ours: an earlier one may lie among the submissions."""
    return VALUE_NAME in submission.names and submission.sheet(underlag.SHEET) is not None


def read_frame(workbook: Workbook, layouts: Layouts) -> Frame:
    """The register of a frame workbook. RamkollError when it cannot be used at all."""
    form = locate(workbook.submission, workbook.layout, None)
    register, faults = register_of(form, layouts.defaults)
    return Frame(register, form, (*form.irregularities, *faults))


def open_frame(path: Path, layouts: Layouts, children: Children | None = None) -> Frame:
    """The frame workbook of a path; RamkollError when it is missing, broken or another form."""
    submission = read_in(children, path) if children else scan(path, path.name)
    layout = identify(submission, layouts.forms)
    if layout.id != FRAME_FORM:
        raise RamkollError(
            "Filen är ingen ramarbetsbok.",
            where=path.name,
            expected=f"formuläret {FRAME_FORM}",
            todo="Ange ramarbetsboken efter --frame.",
        )
    return read_frame(Workbook(submission, layout), layouts)


def frame_of(
    inbox: Inbox,
    layouts: Layouts,
    path: Path | None,
    keep: Keep = made_anew,
    children: Children | None = None,
) -> Frame | None:
    """The frame workbook that is named, else the one among the files; None when there is none.

    Raises RamkollError when there are several that differ.
    """
    if path is not None:
        return open_frame(path, layouts, children)
    if len({each.sha256 for each in inbox.frames}) > 1:
        names = ", ".join(each.file for each in inbox.frames)
        raise RamkollError(
            f"Det finns flera ramarbetsböcker: {names}.",
            todo="Ange vilken som gäller med --frame.",
        )
    if not inbox.frames:
        return None
    only = inbox.frames[0]
    stamp = (only.file, only.sha256)
    return keep("frame of the inbox", stamp, lambda: read_frame(only, layouts))


def locate_unit(workbook: Workbook, register: Register | None) -> Form | Irregularity:
    """A unit's workbook located, or why it cannot be."""
    try:
        return locate(workbook.submission, workbook.layout, register)
    except UnknownForm as error:
        return _unknown(error)


def _unknown(error: UnknownForm) -> Irregularity:
    facts = {"varför": _sentence(error), "åtgärd": error.todo}
    return Irregularity(Irregular.UNKNOWN_FORM, error.at, facts)


def _sentence(error: RamkollError) -> str:
    expected = f" Väntat: {error.expected}." if error.expected else ""
    return f"{error.what}{expected}"
