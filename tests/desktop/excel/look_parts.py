# ruff: noqa: N802 - members are called what Excel calls them
"""How cells of the stand-in Excel look: fills, letters, lines, conditional formats."""

from __future__ import annotations

import re
from typing import Any

from tests.desktop.excel.com import Part, refused
from tests.desktop.excel.sheets import Condition, Line, every, meet

_NONE, _AUTOMATIC = -4142, -4105


class _Colours(Part):
    """The colour of fills or letters, with the index and the theme that Excel has beside it."""

    fields = ("", "", "")
    without = 0

    def __init__(self, of: Any) -> None:
        super().__init__(of.excel)
        self.of = of

    def get_Color(self) -> Any:
        fields = [getattr(self.of.sheet.style(at), self.fields[0]) for at in every(self.of.areas)]
        if len(set(fields)) > 1:
            return 0 if self.without == _NONE else None
        return fields[0] if fields[0] is not None else (0xFFFFFF if self.without == _NONE else 0)

    def get_ColorIndex(self) -> Any:
        # Colours near each other have the same index.
        return self.of._common(
            self.without if colour is None else (1 if colour == 0 else 2 + (colour >> 20))
            for colour in (
                getattr(self.of.sheet.style(at), self.fields[0]) for at in every(self.of.areas)
            )
        )

    def put_Color(self, value: int) -> None:
        self.of._restyle(**{self.fields[0]: value, self.fields[1]: None, self.fields[2]: 0.0})

    def put_ColorIndex(self, value: int) -> None:
        if value != self.without:
            raise refused()
        self.of._restyle(**{self.fields[0]: None, self.fields[1]: None, self.fields[2]: 0.0})

    def get_ThemeColor(self) -> Any:
        theme = self.of._styles(self.fields[1])
        if theme is None:
            raise refused()
        return theme

    def put_ThemeColor(self, value: int) -> None:
        self.of._restyle(
            **{self.fields[0]: 0x100000 * value, self.fields[1]: value, self.fields[2]: 0.0}
        )

    def get_TintAndShade(self) -> Any:
        return self.of._styles(self.fields[2])

    def put_TintAndShade(self, value: float) -> None:
        self.of._restyle(**{self.fields[2]: value})


class Interior(_Colours):
    fields = ("fill", "fill_theme", "fill_tint")
    without = _NONE

    def get_Pattern(self) -> Any:
        return self.of._styles("pattern")

    def put_Pattern(self, value: int) -> None:
        self.of._restyle(pattern=value)

    def _filled(self) -> None:
        for at in every(self.of.areas):
            if self.of.sheet.style(at).pattern == _NONE:
                self.of.sheet.restyle(at, pattern=1)

    def put_Color(self, value: int) -> None:
        super().put_Color(value)
        self._filled()

    def put_ThemeColor(self, value: int) -> None:
        super().put_ThemeColor(value)
        self._filled()

    def put_ColorIndex(self, value: int) -> None:
        super().put_ColorIndex(value)
        self.of._restyle(pattern=_NONE)


class Font(_Colours):
    fields = ("colour", "theme", "tint")
    without = _AUTOMATIC

    def get_Bold(self) -> Any:
        return self.of._styles("bold")

    def put_Bold(self, value: bool) -> None:
        self.of._restyle(bold=value)

    def get_Italic(self) -> Any:
        return self.of._styles("italic")

    def put_Italic(self, value: bool) -> None:
        self.of._restyle(italic=value)

    def get_Size(self) -> Any:
        return self.of._styles("size")

    def put_Size(self, value: float) -> None:
        self.of._restyle(size=value)


class Borders(Part):
    def __init__(self, of: Any) -> None:
        super().__init__(of.excel)
        self.of = of

    def get_Item(self, edge: int) -> Part:
        return Border(self.of, edge)


class Border(Part):
    """A line of areas; a line between two cells is one, whichever of them it is asked of."""

    def __init__(self, of: Any, edge: int) -> None:
        super().__init__(of.excel)
        self.of, self.edge = of, edge
        if edge not in range(7, 13):
            raise refused()

    def _places(self) -> list[tuple[dict[Any, Line], tuple[int, int]]]:
        above, beside = self.of.sheet.above, self.of.sheet.beside
        found: list[tuple[dict[Any, Line], tuple[int, int]]] = []
        for one in self.of.areas:
            columns, rows = range(one.left, one.right + 1), range(one.top, one.bottom + 1)
            if self.edge == 8:
                found += [(above, (one.top, c)) for c in columns]
            elif self.edge == 9:
                found += [(above, (one.bottom + 1, c)) for c in columns]
            elif self.edge == 12:
                found += [(above, (r, c)) for r in rows[1:] for c in columns]
            elif self.edge == 7:
                found += [(beside, (r, one.left)) for r in rows]
            elif self.edge == 10:
                found += [(beside, (r, one.right + 1)) for r in rows]
            else:
                found += [(beside, (r, c)) for r in rows for c in columns[1:]]
        if not found:
            raise refused("Det går inte att ange egenskapen LineStyle för klassen Border.")
        return found

    def _get(self, which: int) -> Any:
        lines = [on.get(at) for on, at in self._places()]
        return self.of._common(None if line is None else line[which] for line in lines)

    def get_LineStyle(self) -> Any:
        lines = [on.get(at) for on, at in self._places()]
        return self.of._common(_NONE if line is None else line[0] for line in lines)

    def put_LineStyle(self, style: int) -> None:
        for on, at in self._places():
            if style == _NONE:
                on.pop(at, None)
            else:
                _, weight, colour = on.get(at, (1, 2, None))
                on[at] = style, 4 if style == -4119 else (2 if weight == 4 else weight), colour

    def get_Weight(self) -> Any:
        return self._get(1)

    def put_Weight(self, weight: int) -> None:
        for on, at in self._places():
            style, _, colour = on.get(at, (1, 2, None))
            on[at] = 1 if style == -4119 else style, weight, colour

    def get_ColorIndex(self) -> Any:
        lines = [on.get(at) for on, at in self._places()]
        return self.of._common(
            _AUTOMATIC if line is None or line[2] is None else 3 for line in lines
        )

    def put_ColorIndex(self, value: int) -> None:
        if value != _AUTOMATIC:
            raise refused()
        self._colour(None)

    def get_Color(self) -> Any:
        return self._get(2)

    def put_Color(self, value: int) -> None:
        self._colour(value)

    def _colour(self, value: int | None) -> None:
        for on, at in self._places():
            if at in on:
                on[at] = *on[at][:2], value


class Conditions(Part):
    def __init__(self, of: Any) -> None:
        super().__init__(of.excel)
        self.of = of

    def _own(self) -> list[Condition]:
        return [
            c
            for c in self.of.sheet.conditions
            if any(meet(a, b) for a in c.area for b in self.of.areas)
        ]

    def get_Count(self) -> int:
        return len(self._own())

    def get_Item(self, number: int) -> Part:
        return ConditionPart(self.of, self._own()[number - 1])

    def call_Add(self, kind: int, operator: int, formula: str) -> Part:
        # In the user's language: a Swedish Excel knows no LEN.
        if re.search(r"[A-Z]+\(|[,;]", formula):
            raise refused("Formeln är felaktig.")
        made = Condition(list(self.of.areas), kind, formula)
        self.of.sheet.conditions.append(made)
        return ConditionPart(self.of, made)


class ConditionPart(Part):
    def __init__(self, of: Any, condition: Condition) -> None:
        super().__init__(of.excel)
        self.of, self.condition = of, condition

    def get_Type(self) -> int:
        return self.condition.kind

    def get_Formula1(self) -> str:
        if self.condition.kind not in (1, 2):
            raise refused()
        return self.condition.formula.replace("LEN(", "LÄNGD(")

    def get_AppliesTo(self) -> Part:
        return type(self.of)(self.excel, self.of.book, self.of.sheet, self.condition.area)

    def put_StopIfTrue(self, value: bool) -> None:
        self.condition.stop = value

    def call_SetFirstPriority(self) -> None:
        own = self.of.sheet.conditions
        own.insert(0, own.pop(own.index(self.condition)))

    def call_Delete(self) -> None:
        self.of.sheet.conditions.remove(self.condition)

    def get_Interior(self) -> Part:
        return ConditionLook(self, "Interior")

    def get_Font(self) -> Part:
        return ConditionLook(self, "Font")

    def get_Borders(self) -> Part:
        return ConditionLook(self, "Borders")


class ConditionLook(Part):
    def __init__(self, of: ConditionPart, part: str) -> None:
        super().__init__(of.excel)
        self.look, self.part = of.condition.look, part

    def put_Color(self, value: int) -> None:
        self.look[f"{self.part}.Color"] = value

    def put_LineStyle(self, value: int) -> None:
        if self.part != "Borders":
            raise refused()
        self.look["Borders.LineStyle"] = value
