"""How the series of our charts look: told apart on a black-and-white print too.

Fills take turns in darkness and pattern, lines in dash, marker and weight; colour is a help only.
"""

from __future__ import annotations

from dataclasses import dataclass

from ramkoll.model.plan import Stroke

# The outline of every fill: of one colour, since what is nought shows as a line of its outline.
INK = "1F3864"


@dataclass(frozen=True, slots=True)
class Fill:
    """The fill of a series of bars: ``colour`` solid, or as a pattern on white."""

    colour: str
    pattern: str | None = None
    edge: str = INK


DARK = Fill("1F3864")
STRIPED = Fill("2E75B6", "wide_upward_diagonal")
PALE = Fill("DCE6F1")
CHECKED = Fill("833C0B", "small_check")
MIDDLE = Fill("9FBCE3")
DOTTED = Fill("404040", "percent_10")
EMPTY = Fill("FFFFFF")

# Neighbours in a stack or a cluster differ in darkness and in pattern.
FILLS = (DARK, STRIPED, MIDDLE, CHECKED, PALE, DOTTED)

# Statuses 0–3: helt, delvis, ej, ej mätt. The less is reached, the less is filled, but for what
# is not reached at all, which must be seen.
STATUS_FILLS = (DARK, STRIPED, CHECKED, EMPTY)

# Levels, improvements and worsenings of a waterfall.
LEVEL, BETTER, WORSE = DARK, STRIPED, CHECKED


@dataclass(frozen=True, slots=True)
class Line:
    """The look of one line."""

    colour: str
    stroke: Stroke


# The current year first, then one year back each.
LINES = (
    Line("1F3864", Stroke("solid", "circle", 3)),
    Line("C55A11", Stroke("dash", "square", 1.75, hollow=True)),
    Line("2E75B6", Stroke("round_dot", "triangle", 1.75)),
    Line("595959", Stroke("long_dash_dot", "diamond", 1.5, hollow=True)),
    Line("7F7F7F", Stroke("solid", "x", 1)),
)
