"""Layout files from disk: Ramkoll's own, and a region's that replace or add to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ramkoll.layout.layout import Layout, broken, form_layout, layout_for, load_toml
from ramkoll.layout.report import ReportLayout, report_layout
from ramkoll.layout.thresholds import Defaults, defaults
from ramkoll.model.errors import RamkollError
from ramkoll.model.period import Period
from ramkoll.store.resources import resource

DEFAULTS_FILE = "thresholds-1.toml"


@dataclass(frozen=True)
class Layouts:
    """Every form and report that is known, and the defaults of thresholds."""

    forms: tuple[Layout, ...]
    reports: tuple[ReportLayout, ...]
    defaults: Defaults

    def form(self, layout_id: str, period: Period) -> Layout:
        """The form that is valid in a period."""
        return layout_for(self.forms, layout_id, period)

    def report(self, period: Period) -> ReportLayout:
        """The report that is valid in a period: the latest one."""
        valid = [each for each in self.reports if each.valid_from <= period]
        if not valid:
            raise RamkollError(
                f"Det finns ingen rapportmall som gäller {period}.",
                todo="Välj en senare period, eller ange mappen med mallar med --layouts.",
            )
        return max(valid, key=lambda each: (each.valid_from, each.version))


def load_layouts(folder: Path | None = None) -> Layouts:
    """Ramkoll's layouts; a file of the same name in ``folder`` goes before ours.

    Raises RamkollError when the folder is missing or a file cannot be used.
    """
    files = {path.name: path for path in sorted(resource("templates").glob("*.toml"))}
    if folder is not None:
        if not folder.is_dir():
            raise RamkollError(
                "Mappen med formulär finns inte.",
                where=str(folder),
                todo="Kontrollera sökvägen efter --layouts.",
            )
        files |= {path.name: path for path in sorted(folder.glob("*.toml"))}
    forms: list[Layout] = []
    reports: list[ReportLayout] = []
    known = defaults(_text(files[DEFAULTS_FILE]), DEFAULTS_FILE)
    for name, path in files.items():
        if name == DEFAULTS_FILE:
            continue
        text = _text(path)
        if "report" in load_toml(text, name):
            reports.append(report_layout(text, name))
        else:
            forms.append(form_layout(text, name))
    return Layouts(tuple(forms), tuple(reports), known)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise broken(path.name, error) from error
