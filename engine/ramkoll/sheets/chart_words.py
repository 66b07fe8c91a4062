"""What a chart says, in words: titles with unit and period, and the text for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.model.units import NO_BREAK_SPACE, round_half_up, swedish_number

_MOST_FIGURES = 12  # more than these in a row are not listened to: the ends and extremes instead


@dataclass(frozen=True, slots=True)
class Caption:
    """The words of a chart: what it shows, when, and in which unit.

    ``number_format`` is an en-US code; one with % means values that are ratios. ``description``
    is the alternative text; empty, one is made of the figures. ``label_title`` and
    ``value_title`` name the axes where title and labels do not do it already.
    """

    what: str
    period: str
    unit: str
    number_format: str = "#,##0"
    label_title: str = ""
    value_title: str = ""
    description: str = ""

    @property
    def title(self) -> str:
        """``Antal månadsavlönade, augusti 2021–2024 (personer)``."""
        assert self.what and self.period and self.unit, f"a title lacks a part: {self}"
        return f"{self.what}, {self.period} ({self.unit})"

    def number(self, value: Decimal | None, *, signed: bool = False) -> str:
        """A value as the chart's number format shows it, in Swedish; ``signed`` has a plus."""
        if value is None:
            return "inget värde"
        percent = "%" in self.number_format
        rounded = round_half_up(value * 100 if percent else value, self.decimals)
        sign = "+" if signed and rounded > 0 else ""
        end = f"{NO_BREAK_SPACE}%" if percent else ""
        return sign + swedish_number(rounded, self.decimals) + end

    @property
    def decimals(self) -> int:
        """How many decimals the number format shows."""
        return self.number_format.split(";")[0].partition(".")[2].count("0")


def figures(caption: Caption, labels: Sequence[str], values: Sequence[Decimal | None]) -> str:
    """``2023: 902; 2024: 885``, or the ends and extremes where there are many."""
    pairs = list(zip(labels, values, strict=True))
    if len(pairs) <= _MOST_FIGURES:
        return "; ".join(f"{_flat(label)}: {caption.number(value)}" for label, value in pairs)
    return course(caption, labels, values)


def course(caption: Caption, labels: Sequence[str], values: Sequence[Decimal | None]) -> str:
    """``från 120 (jan) till 118 (aug), högst 125 (mar), lägst 110 (jul); 4 saknar värde``."""
    pairs = list(zip(labels, values, strict=True))
    known = [(label, value) for label, value in pairs if value is not None]
    if not known:
        return "inga värden"
    first, last = known[0], known[-1]
    highest, lowest = max(known, key=lambda each: each[1]), min(known, key=lambda each: each[1])
    ends = [f"{caption.number(value)} ({_flat(label)})" for label, value in (first, last)]
    peaks = [f"{caption.number(value)} ({_flat(label)})" for label, value in (highest, lowest)]
    if len(known) == 1:
        text = ends[0]
    else:
        text = f"från {ends[0]} till {ends[1]}, högst {peaks[0]}, lägst {peaks[1]}"
    missing = len(pairs) - len(known)
    return f"{text}; {missing} saknar värde" if missing else text


def described(
    caption: Caption, chart: str, parts: Sequence[tuple[str, str]], *, only: bool = False
) -> str:
    """The alternative text: ``chart`` says its kind, each part is a name with its figures.

    A name is left out where there is ``only`` one. A description of the caption's own replaces all.
    """
    if caption.description:
        return caption.description
    told = [text if only else f"{_flat(name)} – {text}" for name, text in parts]
    return " ".join(f"{each}." for each in (chart, caption.title, *told))


def _flat(text: str) -> str:
    return " ".join(text.split())
