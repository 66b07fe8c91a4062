"""What belongs to the region rather than to the open workbook: files, layouts, acknowledgements.

What has been read is kept until the file changes, so that a click does not read it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from ramkoll.excel.scan import scan
from ramkoll.layout.form import Form
from ramkoll.layout.identify import identify
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.check import form_view
from ramkoll.pipeline.package import version
from ramkoll.pipeline.submissions import (
    Frame,
    Workbook,
    locate_unit,
    open_frame,
    workbook_files,
)
from ramkoll.rules.views import FormView
from ramkoll.store.acknowledgements import Acknowledgements
from ramkoll.store.layouts import Layouts

FRAME_FILE = "budgetram.xlsx"
T = TypeVar("T")


@dataclass
class Region:
    """Where the region's files lie. A path that is None is not set up.

    ``submissions`` holds the workbooks of a period and the frame workbook; ``inputs`` the
    extracts; ``previous`` the workbooks of the last report. ``now`` is the clock, and ``user``
    who is asking.
    """

    layouts: Layouts
    submissions: Path | None
    inputs: Path | None
    previous: Path | None
    acknowledgements: Acknowledgements
    now: Callable[[], datetime] = datetime.now
    user: str = ""
    _kept: dict[object, tuple[object, object]] = field(default_factory=dict, repr=False)

    def frame(self) -> Frame | None:
        """The frame workbook, or None when there is none. RamkollError when it cannot be used."""
        if self.submissions is None:
            return None
        path = self.submissions / FRAME_FILE
        if not path.exists():
            return None
        return self.kept("frame", file_stamp(path), lambda: open_frame(path, self.layouts))

    def needs_submissions(self) -> Path:
        """The folder of submissions. RamkollError when none is set up."""
        if self.submissions is None:
            raise RamkollError(
                "Ingen mapp med inlämnade arbetsböcker är inställd.",
                todo="Be den som sköter Ramkoll starta servern med --submissions MAPP.",
            )
        return self.submissions

    def needs_inputs(self) -> Path:
        """The folder of extracts. RamkollError when none is set up."""
        if self.inputs is None:
            raise RamkollError(
                "Ingen mapp med utdrag är inställd.",
                todo="Be den som sköter Ramkoll starta servern med --inputs MAPP.",
            )
        return self.inputs

    def kept(self, what: object, stamp: object, make: Callable[[], T]) -> T:
        """What was made for ``what``, made anew when ``stamp`` has changed."""
        known = self._kept.get(what)
        if known is None or known[0] != stamp:
            known = self._kept[what] = (stamp, make())
        return cast(T, known[1])

    def workbook_of(
        self, view: FormView, folder: Path, progress: Callable[[int, int, str], None]
    ) -> FormView | None:
        """The workbook in a folder that counts for the same form and unit, or None.

        Of several versions the highest; of several periods the latest that is not after the view's.
        """
        frame = self.frame()
        register = frame.register if frame else None
        of_frame = frame.form.sha256 if frame else ""
        files = workbook_files([folder]) if folder.is_dir() else []
        found: list[FormView] = []
        for n, (path, name) in enumerate(files, 1):
            stamp = (file_stamp(path), of_frame)
            form = self.kept(("form", path), stamp, partial(self._form, path, name))
            progress(n, len(files), name)
            if form is None or form.places.layout.id != view.form.places.layout.id:
                continue
            if form.enhet == view.form.enhet and form.places.period <= view.period:
                found.append(form_view(form, self.layouts, register, None))
        return max(found, key=lambda each: (each.period, version(each)), default=None)

    def _form(self, path: Path, name: str) -> Form | None:
        """A workbook located, or None when it is no form that can be."""
        try:
            submission = scan(path, name)
            workbook = Workbook(submission, identify(submission, self.layouts.forms))
        except RamkollError:
            return None
        frame = self.frame()
        located = locate_unit(workbook, frame.register if frame else None)
        return located if isinstance(located, Form) else None


def file_stamp(path: Path) -> object:
    """What changes when a file does."""
    found = path.stat()
    return path, found.st_mtime_ns, found.st_size


def folder_stamp(folder: Path) -> object:
    """What changes when a file of a folder does, or one comes or goes."""
    return tuple(file_stamp(path) for path in sorted(folder.iterdir()) if path.is_file())
