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

from ramkoll.layout.form import Form
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.check import form_view
from ramkoll.pipeline.frame_book import FRAME_FILE
from ramkoll.pipeline.keep import file_stamp
from ramkoll.pipeline.package import version
from ramkoll.pipeline.submissions import (
    Frame,
    frame_of,
    locate_unit,
    open_frame,
    read_inbox,
    workbook_files,
)
from ramkoll.rules.views import FormView
from ramkoll.store.acknowledgements import Acknowledgements
from ramkoll.store.layouts import Layouts

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
        if self.submissions is None or not self.submissions.is_dir():
            return None
        path = self.submissions / FRAME_FILE
        if path.exists():
            return self.kept("frame", file_stamp(path), lambda: open_frame(path, self.layouts))
        # Under another name it is known by what it holds.
        inbox = read_inbox(workbook_files([self.submissions]), self.layouts, _quietly, self.kept)
        return frame_of(inbox, self.layouts, None, self.kept)

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
        for workbook in read_inbox(files, self.layouts, progress, self.kept).units:
            if workbook.layout.id != view.form.places.layout.id:
                continue
            submission = workbook.submission
            at, stamp = (folder, submission.file), (submission.sha256, of_frame)
            form = self.kept(("located", at), stamp, partial(locate_unit, workbook, register))
            if not isinstance(form, Form) or form.enhet != view.form.enhet:
                continue
            if form.places.period <= view.period:
                found.append(form_view(form, self.layouts, register, None))
        return max(found, key=lambda each: (each.period, version(each)), default=None)


def _quietly(done: int, total: int, what: str) -> None:
    """Nobody is told: it is done within another step."""


def folder_stamp(folder: Path) -> object:
    """What changes when a file of a folder does, or one comes or goes."""
    return tuple((each, file_stamp(each)) for each in sorted(folder.iterdir()) if each.is_file())
