"""Recalculating a workbook: which of the values that a file holds still fit their formulas.

Every formula is first computed by itself, from the values that the file holds for the cells it is
made of. So one cell that an engine does not know casts no doubt on the others, and what is found
wrong is where it began. Then what no longer fits, and all that builds on it, is computed anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from ramkoll.excel.dependencies import TooMuch
from ramkoll.excel.engine import Got, Place, Refused, compute
from ramkoll.excel.explicit import Explicit
from ramkoll.excel.known_functions import (
    DATES,
    FOLLOWS_SETTINGS,
    VOUCHED,
)
from ramkoll.excel.recalc_book import Book, spelled_out
from ramkoll.excel.same_value import agree, as_value, same
from ramkoll.excel.second_opinion import opinions, size
from ramkoll.model.cells import Cell, CellKind, CellRef
from ramkoll.model.recalculated import Doubt, Opinion, Recalculated, Verdict
from ramkoll.model.workbook import Submission

IRONCALC = "ironcalc"
# The second engine takes milliseconds a formula: so many are asked about, the rest are doubts.
MOST_SECOND_OPINIONS = 400
# Looking at so many cells of ranges takes seconds; formulas beyond that are doubts.
MOST_CELLS_READ = 20_000_000
_MOST_NAMED = 3  # inputs named as the cause of a stale value
_NO_SUCH_DAY = 61  # before 1 March 1900 engines count the days in ways of their own
_DOUBTS_OF = {"#ERROR!": Doubt.UNREADABLE, "": Doubt.FAILED, "#SPILL!": Doubt.ARRAY}


def recalculate(submission: Submission, only: Collection[str] | None = None) -> Recalculated:
    """What recalculation says of every formula cell; ``only`` names the sheets to tell of.

    The engine runs in this process and cannot be stopped; who reads strangers' workbooks calls
    this in a child process with a limit of time and memory.
    """
    return _Recalculation(submission).told(only)


@dataclass
class _Recalculation:
    submission: Submission
    asked_about: int = 0

    @cached_property
    def book(self) -> Book:
        return spelled_out(self.submission)

    def told(self, only: Collection[str] | None) -> Recalculated:
        book = self.book
        self.opinions: dict[Place, Opinion] = {}
        for place, (doubt, what) in book.doubts.items():
            self._tell(place, Verdict.UNKNOWN, doubt=doubt, what=what)
        formulas = self._affordable()
        rings = self._rings()
        in_rings = {place for ring in rings for place in ring}
        uncached = {
            place
            for place in (*formulas, *book.doubts)
            if book.cells[place].kind is CellKind.BLANK and book.cells[place].stored is None
        }
        without = uncached | book.graph.dependents(uncached) if uncached else set()
        local = self._compute([p for p in formulas if p not in without and p not in in_rings])
        roots: dict[Place, Got] = {}
        for place, got in local.items():
            self._judge(place, got, roots)
        self._anew(roots, without, in_rings)
        for ring in rings:
            for place in ring:
                self._tell(place, Verdict.CIRCULAR)
        return self._all(rings, only)

    def _all(
        self, rings: tuple[tuple[Place, ...], ...], only: Collection[str] | None
    ) -> Recalculated:
        book = self.book
        wanted = None if only is None else {name.casefold() for name in only}

        def told(place: Place) -> bool:
            name = self.submission.sheets[place[0]].name.casefold()
            return wanted is None or name in wanted

        asked = sum(told(place) for place in (*book.spelled, *book.doubts))
        kept = tuple(each for place, each in sorted(self.opinions.items()) if told(place))
        return Recalculated(
            asked - len(kept),
            kept,
            tuple(
                tuple(book.ref(place) for place in ring)
                for ring in rings
                if any(told(place) for place in ring)
            ),
            self.submission.beside.calculation.iterate,
        )

    def _affordable(self) -> list[Place]:
        """The formulas that can be computed in time, the cheapest first; the rest are doubts."""
        left = MOST_CELLS_READ
        found = []
        for cells, place in sorted((self._work(each), each) for each in self.book.spelled):
            left -= cells
            if left < 0:
                self._tell(place, Verdict.UNKNOWN, doubt=Doubt.TOO_MUCH)
            else:
                found.append(place)
        return sorted(found)

    def _work(self, place: Place) -> int:
        """How many cells the engine has to look at."""
        return 1 + sum(size(used.area) for used in self.book.spelled[place].uses)

    def _compute(self, places: list[Place], linked: bool = False) -> dict[Place, Got | Refused]:
        book = self.book
        if not places:
            return {}
        return compute(
            len(self.submission.sheets),
            book.cells.items(),
            {place: book.asked(place) for place in places},
            date_1904=self.submission.date_1904,
            linked=linked,
        )

    def _rings(self) -> tuple[tuple[Place, ...], ...]:
        """Circular references that the engine, too, goes round in."""
        try:
            rings = self.book.graph.rings()
        except TooMuch:
            return ()
        places = sorted({place for ring in rings for place in ring})
        if not places or any(place not in self.book.spelled for place in places):
            rings = [ring for ring in rings if all(p in self.book.spelled for p in ring)]
            places = sorted({place for ring in rings for place in ring})
        got = self._compute(places, linked=True)
        return tuple(
            ring for ring in rings if any(got[place] == Refused("#CIRC!") for place in ring)
        )

    def _judge(self, place: Place, got: Got | Refused, roots: dict[Place, Got]) -> None:
        """What the first engine and, where it differs from the file, the others say of a cell."""
        book, cell = self.book, self.book.cells[place]
        explicit = book.spelled[place]
        if isinstance(got, Refused) or (str(got) == "#NAME?" and cell.value != "#NAME?"):
            said = got.said if isinstance(got, Refused) else str(got)
            why = _DOUBTS_OF.get(said, Doubt.UNSUPPORTED)
            self._tell(place, Verdict.UNKNOWN, doubt=why, what=_function(explicit, why))
            return
        if same(cell, got, self.submission.date_1904):
            return
        scale, times = self.book.inputs(explicit)
        if same(cell, got, self.submission.date_1904, scale):
            return
        doubt = self._doubt(explicit, cell, got, times)
        if doubt is None and self.asked_about < MOST_SECOND_OPINIONS:
            self.asked_about += 1
            others = opinions(explicit, place, book.look, book.number)
            if any(same(cell, v, self.submission.date_1904, scale) for v in others.values()):
                return
            if any(agree(got, v, scale) for v in others.values()) and _vouched(explicit):
                roots[place] = got
                return
            if others:
                said_by = {IRONCALC: as_value(got)} | {n: as_value(v) for n, v in others.items()}
                self._tell(place, Verdict.DISPUTED, others=said_by)
                return
        doubt = doubt or Doubt.ENGINES
        self._tell(place, Verdict.UNKNOWN, doubt=doubt, what=_function(explicit, doubt))

    def _doubt(self, explicit: Explicit, cell: Cell, got: Got, times: bool) -> Doubt | None:
        """What makes a difference say nothing."""
        number = self.book.number(cell)
        numbers = number is not None and isinstance(got, float)
        if self.book.odd_criterion(explicit):
            return Doubt.ENGINES
        displayed = self.submission.beside.calculation.as_displayed
        if displayed or explicit.functions & FOLLOWS_SETTINGS:
            return Doubt.SURROUNDINGS
        if times and numbers and abs((number or 0.0) - float(got)) < 0.01:
            return Doubt.CALENDAR  # a time of day is read to the millisecond
        early = any(isinstance(v, float) and 0 <= v < _NO_SUCH_DAY for v in (number, got))
        a_day = numbers and abs((number or 0.0) - float(got)) == 1
        if explicit.functions & DATES and ((early and numbers) or a_day):
            return Doubt.CALENDAR
        return None

    def _anew(self, roots: Mapping[Place, Got], without: set[Place], in_rings: set[Place]) -> None:
        """Compute what no longer fits, and all that builds on it."""
        book = self.book
        affected = {*roots, *without, *book.graph.dependents(roots)} - in_rings
        if not affected:
            return
        lost = {
            place
            for place in affected
            if place not in book.spelled
            or place in self.opinions
            or book.spelled[place].functions & FOLLOWS_SETTINGS
        }
        hazy = book.graph.dependents(lost | (in_rings & without)) if lost else set()
        anew = self._compute(sorted(affected - lost), linked=True)
        since = self._since(roots)
        behind = self._behind(roots)
        for place, got in sorted(anew.items()):
            cell = book.cells[place]
            missing = cell.kind is CellKind.BLANK and cell.stored is None
            if place in hazy or isinstance(got, Refused) or str(got) == "#NAME?":
                verdict = Verdict.UNCACHED if missing else Verdict.UNKNOWN
                self._tell(place, verdict, doubt=Doubt.FOLLOWS)
            elif missing:
                self._tell(place, Verdict.UNCACHED, got)
            elif place in without and place not in behind:
                # It rests on cells that the file has no values for: computed as they would be.
                if not same(
                    cell, got, self.submission.date_1904, self.book.inputs(book.spelled[place])[0]
                ):
                    self._tell(place, Verdict.UNKNOWN, doubt=Doubt.FOLLOWS)
            else:
                scale = self.book.inputs(book.spelled[place])[0]
                if not same(cell, got, self.submission.date_1904, scale):
                    causes = behind.get(place, ())
                    inputs = tuple(dict.fromkeys(i for root in causes for i in since[root]))
                    self._tell(
                        place,
                        Verdict.STALE,
                        got,
                        since=inputs if len(inputs) <= _MOST_NAMED else (),
                        roots=tuple(book.ref(root) for root in causes),
                    )
        for place in lost & without:
            if book.cells[place].stored is None:
                doubt, what = book.doubts.get(place, (Doubt.FOLLOWS, ""))
                self._tell(place, Verdict.UNCACHED, doubt=doubt, what=what)

    def _behind(self, roots: Mapping[Place, Got]) -> dict[Place, tuple[Place, ...]]:
        """For each cell that builds on a stale one, and for that itself, where it began."""
        found: dict[Place, list[Place]] = {}
        for root in sorted(roots):
            for place in (root, *(self.book.graph.dependents([root]) - roots.keys())):
                found.setdefault(place, []).append(root)
        return {place: tuple(causes) for place, causes in found.items()}

    def _since(self, roots: Mapping[Place, Got]) -> dict[Place, tuple[CellRef, ...]]:
        """For each cell that no longer fits, the inputs that most of them have in common.

        An input that a plain sum with a value that fits is made of has not changed.
        """
        book = self.book
        inputs = {root: self.book.constants(root) for root in roots}
        asked = set().union(*inputs.values()) if inputs else set()
        unchanged: set[Place] = set()
        for place, explicit in book.spelled.items():
            if place not in roots and place not in self.opinions and explicit.functions <= {"SUM"}:
                unchanged |= {
                    c for used in explicit.uses for c in self.book.filled(used) if c in asked
                }
        counted = Counter(each for found in inputs.values() for each in found)
        since: dict[Place, tuple[CellRef, ...]] = {}
        for root, found in inputs.items():
            left = found - unchanged
            most = max((counted[each] for each in left), default=0)
            named = sorted(each for each in left if counted[each] == most)
            since[root] = tuple(map(book.ref, named)) if len(named) <= _MOST_NAMED else ()
        return since

    def _tell(
        self,
        place: Place,
        verdict: Verdict,
        got: Got | None = None,
        *,
        doubt: Doubt | None = None,
        what: str = "",
        others: Mapping[str, object] | None = None,
        since: tuple[CellRef, ...] = (),
        roots: tuple[CellRef, ...] = (),
    ) -> None:
        cell = self.book.cells[place]
        self.opinions[place] = Opinion(
            self.book.ref(place),
            verdict,
            cell.formula or "",
            cell.value,
            None if got is None else as_value(got),
            got is not None,
            doubt,
            what,
            others or {},  # type: ignore[arg-type]
            since,
            roots,
        )


def _vouched(explicit: Explicit) -> bool:
    return explicit.functions <= VOUCHED


def _function(explicit: Explicit, doubt: Doubt) -> str:
    """The functions that a doubt is about: those that nobody has tried, or all there are."""
    if doubt not in (Doubt.UNSUPPORTED, Doubt.ENGINES, Doubt.SURROUNDINGS):
        return ""
    odd = explicit.functions - VOUCHED
    return ", ".join(sorted(odd or explicit.functions))
