"""What belongs to the region rather than to the open workbook: files, layouts, acknowledgements.

What has been read is kept until the file changes, so that a click does not read it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.submissions import Frame, open_frame
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
        return self.kept("frame", _stamp(path), lambda: open_frame(path, self.layouts))

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


def _stamp(path: Path) -> object:
    found = path.stat()
    return path, found.st_mtime_ns, found.st_size
