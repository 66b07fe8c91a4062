"""xlwings ends no Excel of the user's.

On Windows xlwings registers for the end of every process that imports it: then it ends each
EXCEL.EXE that it cannot see, unsaved work and all. It cannot see a workbook in Skyddad vy, one
that is being started, nor an Excel without a workbook. So that is taken away in every process of
ours, workers included, as soon as xlwings has been imported.
"""

from __future__ import annotations

import atexit
import sys

import xlwings


def spare_every_excel() -> None:
    """Take xlwings' clean-up away, for the end of the process and for all else that calls it."""
    assert xlwings.__version__
    windows = sys.modules.get("xlwings._xlwindows")
    if windows is None:
        return
    atexit.unregister(windows.cleanup)
    windows.Apps.cleanup = staticmethod(_end_nothing)


def _end_nothing() -> None:
    """In place of ``Apps.cleanup``, which App.quit and App.kill call too."""
