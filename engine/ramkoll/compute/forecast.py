"""Forecast methods: six proposals for the year and the bracket that they make.

The controller's own forecast is the official one: the methods propose it and bracket it. All
amounts are kronor, income +, cost −, never rounded here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

# Below these a ratio is no proportion any more. The one says that the two amounts are comparable
# at all: what is ten times the other has another cause than a change of level, most often a wrong
# unit, or a base of a few kronor. The other says how much a krona of the outcome may weigh: in an
# even year each krona so far stands for 12/k kronor; where the base is so small a part of its year
# that it weighs more than four times that (less than a quarter of an even share has fallen so far),
# the forecast is the noise of single bookings, enlarged.
TOO_FAR = 10
TOO_HEAVY = 4

_WORDS = {
    "outcome": "utfall för perioden",
    "budget": "budget för perioden",
    "budget_year": "budget för helåret",
    "prior": "föregående års utfall för samma period",
    "prior_year": "föregående års utfall för helåret",
    "recent": "utfall för de tre senaste månaderna",
    "prior_recent": "föregående års utfall för samma tre månader",
}
_PRIOR_REST = "föregående års utfall för månaderna som är kvar"


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known after k months of one row: kronor, income +, cost −, net.

    None where nobody has said; 0 is a figure. ``gross_cost`` is the year's budgeted gross cost as
    a positive number. ValueError for months outside 1–12 or a negative gross cost.

    A fictive item (budgetregleringspost) has a budget and never an outcome. ``fictive_left`` is its
    part of the budget of the months that are left, ``fictive_year`` its budget for the year; where
    the latter is None the item is taken to be spread evenly over the year.
    """

    months: int
    outcome: Decimal | None
    budget: Decimal | None
    budget_year: Decimal | None
    prior: Decimal | None
    prior_year: Decimal | None
    recent: Decimal | None
    prior_recent: Decimal | None
    fictive_left: Decimal = Decimal(0)
    gross_cost: Decimal | None = None
    fictive_year: Decimal | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.months <= 12:
            raise ValueError(f"a year has months 1–12: {self.months}")
        if self.gross_cost is not None and self.gross_cost < 0:
            raise ValueError(f"a gross cost is a positive number: {self.gross_cost}")

    @property
    def months_left(self) -> int:
        """Months that have no outcome yet."""
        return 12 - self.months


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a method gives for the year, in kronor; or None and why, as a Swedish clause."""

    method: str
    value: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bracket:
    """The lowest and the highest proposal; both have values."""

    low: Proposal
    high: Proposal

    @property
    def spread(self) -> Decimal:
        """Kronor from the lowest to the highest, never negative."""
        low, high = self.ends
        return high - low

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """The lowest and the highest value, in kronor."""
        assert self.low.value is not None, "a bracket is made of figures"
        assert self.high.value is not None, "a bracket is made of figures"
        return self.low.value, self.high.value


_Outcome: TypeAlias = Decimal | str  # a figure, or why there is none


def _budget_left(basis: Basis, outcome: Decimal, budget: Decimal, budget_year: Decimal) -> _Outcome:
    # What is unallocated will never be booked: it is no budget that can be used up.
    return outcome + (budget_year - budget - basis.fictive_left)


def _straight(basis: Basis, outcome: Decimal) -> _Outcome:
    return outcome * 12 / basis.months


def _budget_pattern(
    basis: Basis, outcome: Decimal, budget: Decimal, budget_year: Decimal
) -> _Outcome:
    # The outcome holds no fictive item, so the budget it is compared with must not either. Left in
    # both budgets it cancels out only where it has the same pattern over the year as all the rest.
    fictive = basis.fictive_year
    if fictive is None:
        fictive = basis.fictive_left * 12 / basis.months_left
    real = budget - (fictive - basis.fictive_left)
    note = " utan fiktiva poster" if fictive else ""
    words = (_WORDS["outcome"], _WORDS["budget"] + note, _WORDS["budget_year"] + note)
    return _scaled((outcome, real, budget_year - fictive), words, (basis.months, 12))


def _prior_pattern(basis: Basis, outcome: Decimal, prior: Decimal, prior_year: Decimal) -> _Outcome:
    words = (_WORDS["outcome"], _WORDS["prior"], _WORDS["prior_year"])
    return _scaled((outcome, prior, prior_year), words, (basis.months, 12))


def _recent_level(
    basis: Basis,
    outcome: Decimal,
    prior: Decimal,
    prior_year: Decimal,
    recent: Decimal,
    prior_recent: Decimal,
) -> _Outcome:
    words = (_WORDS["recent"], _WORDS["prior_recent"], _PRIOR_REST)
    rest = _scaled((recent, prior_recent, prior_year - prior), words, (3, basis.months_left))
    return rest if isinstance(rest, str) else outcome + rest


def _deviation_goes_on(
    basis: Basis, outcome: Decimal, budget: Decimal, budget_year: Decimal
) -> _Outcome:
    if basis.fictive_year is not None:
        # Of the deviation so far the fictive item is a part that grows as its budget does, and not
        # evenly: a saving budgeted in December would be counted as made, one in January twelvefold.
        budget -= basis.fictive_year - basis.fictive_left
        budget_year -= basis.fictive_year
    # Spread evenly it is neutral: what the year's budget has of it, the deviation takes back.
    return budget_year + (outcome - budget) * 12 / basis.months


def _scaled(
    amounts: tuple[Decimal, Decimal, Decimal],
    words: tuple[str, str, str],
    months: tuple[int, int],
) -> _Outcome:
    """part / base · whole, where that is a proportion; else why it is none.

    ``amounts`` are part, base and whole in kronor, ``months`` how many base and whole cover.
    A sign flips in two ways: the part against the base, or the base against the whole it is to be
    carried over to. With the second, more cost so far would be forecast as a larger surplus.
    A part of 0 is a figure like others: nothing booked gives nothing for the year.
    """
    part, base, whole = amounts
    of_part, of_base, of_whole = words
    if not base:
        return f"{of_base} är 0: det går inte att dela med 0"
    if part * base < 0:
        return f"{of_part} och {of_base} har olika tecken"
    if base * whole < 0:
        return f"{of_base} och {of_whole} har olika tecken"
    if abs(part) >= TOO_FAR * abs(base):
        return f"{of_part} är minst {TOO_FAR} gånger {of_base}: beloppen går inte att jämföra"
    if abs(whole) * months[0] > TOO_HEAVY * abs(base) * months[1]:
        return f"{of_base} är nära 0 mot {of_whole}: små belopp skulle ge stora utslag"
    return part * whole / base  # multiplied first: an even year comes out to the öre


@dataclass(frozen=True, slots=True)
class _Method:
    """A method: what a controller reads, the fields it needs, and how it is computed from them."""

    text: str
    needs: tuple[str, ...]
    compute: Callable[..., _Outcome]
    first_month: int = 1


_BUDGETS = ("outcome", "budget", "budget_year")
_PRIORS = ("outcome", "prior", "prior_year")
_METHODS = {
    "A": _Method(
        "Budget för resten: utfall för perioden plus budget för månaderna som är kvar, "
        "utan fiktiva poster",
        _BUDGETS,
        _budget_left,
    ),
    "B": _Method(
        "Rak uppräkning: utfall för perioden delat med antalet månader, gånger tolv",
        ("outcome",),
        _straight,
    ),
    "C": _Method(
        "Budgetens mönster: utfall för perioden delat med budget för perioden, gånger budget för "
        "helåret, utan fiktiva poster",
        _BUDGETS,
        _budget_pattern,
    ),
    "D": _Method(
        "Föregående års mönster: utfall för perioden delat med föregående års utfall för samma "
        "period, gånger föregående års utfall för helåret",
        _PRIORS,
        _prior_pattern,
    ),
    "E": _Method(
        "Nivån de tre senaste månaderna: utfall för perioden plus föregående års utfall för "
        "månaderna som är kvar, gånger de tre senaste månaderna delat med samma tre månader "
        "föregående år",
        (*_PRIORS, "recent", "prior_recent"),
        _recent_level,
        first_month=3,
    ),
    "F": _Method(
        "Avvikelsen fortsätter: budget för helåret plus periodens avvikelse delad med antalet "
        "månader, gånger tolv, utan fiktiva poster",
        _BUDGETS,
        _deviation_goes_on,
    ),
}
METHODS: Mapping[str, str] = {letter: method.text for letter, method in _METHODS.items()}


def proposals(basis: Basis) -> tuple[Proposal, ...]:
    """What each method gives for the year: always all of them, in order.

    In December every method that has its figures gives the outcome: no month is left to forecast,
    so neither ratios nor a budget that does not add up can change the year.
    """
    return tuple(_proposal(letter, method, basis) for letter, method in _METHODS.items())


def _proposal(letter: str, method: _Method, basis: Basis) -> Proposal:
    if basis.months < method.first_month:
        return Proposal(letter, None, "metoden behöver tre månaders utfall, tidigast mars")
    amounts: dict[str, Decimal | None] = {name: getattr(basis, name) for name in method.needs}
    missing = [_WORDS[name] for name, amount in amounts.items() if amount is None]
    if missing:
        return Proposal(letter, None, f"{_listed(missing)} saknas")
    if basis.months_left == 0:
        return Proposal(letter, basis.outcome)
    found = method.compute(basis, **amounts)
    return Proposal(letter, None, found) if isinstance(found, str) else Proposal(letter, found)


def bracket(found: Sequence[Proposal]) -> Bracket | None:
    """From the lowest to the highest of the figures; None with fewer than two methods."""
    figures = [(each.value, each) for each in found if each.value is not None]
    if len(figures) < 2:
        return None
    low, high = (pick(figures, key=lambda pair: pair[0])[1] for pick in (min, max))
    return Bracket(low, high)


def outside(bracket: Bracket, forecast: Decimal, slack: Decimal) -> Decimal:
    """How far a forecast lies outside the bracket widened by the slack on both sides, in kronor.

    + above (better than any method), − below, 0 inside and on the edge. ValueError if slack < 0.
    """
    if slack < 0:
        raise ValueError(f"a slack is not negative: {slack}")
    low, high = bracket.ends
    if forecast > high + slack:
        return forecast - (high + slack)
    return min(forecast - (low - slack), Decimal(0))


def disagree(bracket: Bracket, share: Decimal, basis_or_size: Basis | Decimal) -> bool:
    """Whether the methods differ by more than a share (0.1 is 10 %) of a size in kronor.

    The size of a basis is its gross cost, since a net may lie near 0 however large the unit is;
    without a gross cost it is the largest figure of the bracket. The sign of a size is left out.
    """
    size = basis_or_size
    if isinstance(size, Basis):
        size = size.gross_cost or max(abs(end) for end in bracket.ends)
    return bracket.spread > share * abs(size)


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} och {last}" if others else last
