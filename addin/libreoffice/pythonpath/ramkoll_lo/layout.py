"""Where everything of the panel stands, for a width: pure, and tested without a window."""

from __future__ import annotations

from typing import Any, Callable, List, NamedTuple, Optional, Tuple

from ramkoll_lo.state import Line, State

# The width in pixels of a text; the second says whether it is bold.
Measure = Callable[[str, bool], int]

MARGIN, GAP, INDENT, ICON = 8, 4, 12, 16
_LEVELS = 4  # deeper lines are not moved further in: the panel is narrow
SEVERITIES = {"stoppar": "Stoppar", "varning": "Varning", "upplysning": "Upplysning"}


class Part(NamedTuple):
    """A control: kind, place in pixels, text in lines, and what a click on it does.

    Kinds: text, note, strong, heading, progress, button, icon, bar, rule. ``name`` is for those
    who do not see it.
    """

    kind: str
    x: int
    y: int
    width: int
    height: int
    text: str = ""
    act: Tuple[Any, ...] = ()
    name: str = ""


class _Page:
    """Parts put below each other."""

    def __init__(self, width: int, line: int, measure: Measure) -> None:
        self.width, self.line, self.measure = width, line, measure
        self.y = MARGIN
        self.parts: List[Part] = []

    def text(
        self, words: str, x: int = MARGIN, kind: str = "text", act: Tuple[Any, ...] = ()
    ) -> None:
        """Words that are wrapped."""
        room = max(40, self.width - x - MARGIN)
        bold = kind in ("strong", "heading")
        wrapped = wrap(words, room, lambda part: self.measure(part, bold))
        height = self.line * len(wrapped) + 2
        self.parts.append(Part(kind, x, self.y, room, height, "\n".join(wrapped), act, words))
        self.y += height

    def buttons(self, *buttons: Tuple[str, Tuple[Any, ...], str], x: int = MARGIN) -> None:
        """Buttons beside each other, on as many rows as they need."""
        left, height = x, self.line + 10
        for words, act, name in buttons:
            width = self.measure(words, False) + 24
            if left > x and left + width > self.width - MARGIN:
                left, self.y = x, self.y + height + GAP
            self.parts.append(Part("button", left, self.y, width, height, words, act, name))
            left += width + GAP
        self.y += height + GAP

    def rule(self) -> None:
        """A line across."""
        self.y += GAP
        self.parts.append(Part("rule", MARGIN, self.y, self.width - 2 * MARGIN, 2))
        self.y += 2 + GAP


def laid_out(
    state: State, width: int, line: int, measure: Measure, page: int
) -> Tuple[List[Part], int]:
    """The parts of the panel and its height. ``line`` is the height of a line of text."""
    found = _Page(width, line, measure)
    if state.message:
        found.text(state.message, kind="strong")
    if state.progress is not None:
        _progress(found, state)
    if state.trouble is not None:
        _trouble(found, state)
    if state.lines:
        found.rule()
    shown = state.lines[: max(state.shown, page)]
    for each in shown:
        _line(found, each)
    left = len(state.lines) - len(shown)
    if left:
        found.buttons((f"Visa {min(left, page)} till", ("more",), f"Visa fler rader, {left} kvar"))
    found.rule()
    found.buttons(("Anslutning …", ("connection",), "Anslutning till Ramkoll"))
    return found.parts, found.y + MARGIN


def _progress(page: _Page, state: State) -> None:
    assert state.progress is not None
    page.y += GAP
    page.parts.append(Part("bar", MARGIN, page.y, page.width - 2 * MARGIN, 14, name="Framsteg"))
    page.y += 14 + GAP
    room = page.width - 2 * MARGIN
    # Two lines: what is being done changes, and nothing else may move then.
    page.parts.append(Part("progress", MARGIN, page.y, room, 2 * page.line, state.progress.words))
    page.y += 2 * page.line + GAP
    page.buttons(("Avbryt", ("cancel",), "Avbryt kommandot"))


def _trouble(page: _Page, state: State) -> None:
    problem = state.trouble
    assert problem is not None
    page.y += GAP
    page.parts.append(Part("icon", MARGIN, page.y, ICON, ICON, "stoppar"))
    page.text(problem.what, MARGIN + ICON + GAP, "strong")
    for heading, words in (
        ("Var", problem.where),
        ("Väntat", problem.expected),
        ("Gör så här", problem.todo),
        ("Fel-id", problem.id),
    ):
        if words:
            page.text(f"{heading}: {words}", MARGIN + ICON + GAP)
    page.y += GAP
    again = [("Försök igen", ("again",), "Försök igen")] if state.again else []
    page.buttons(*again, ("Stäng", ("close",), "Ta bort felmeddelandet"))


def _line(page: _Page, line: Line) -> None:
    kind, at, does = line["kind"], line["at"], line["does"]
    x = MARGIN + INDENT * max(0, min(line["level"], _LEVELS) - 1)
    if kind == "heading":
        page.y += 2 * GAP
        page.text(line["words"], x, "heading")
        page.y += GAP
        return
    go = ("go", at) if at["sheet"] else ()
    severity = SEVERITIES.get(kind)
    if severity is not None:
        down = max(0, page.line + 8 - ICON) // 2 if go else 0
        page.parts.append(Part("icon", x, page.y + down, ICON, ICON, kind, name=severity))
        x += ICON + GAP
    if severity is not None or at["words"]:
        _first_row(page, x, severity, at, line["words"], go)
    page.text(line["words"], x, "text", go)
    if line["note"]:
        for words in line["note"].split("\n"):
            page.text(words, x + GAP, "note")
    if does is not None:
        page.y += GAP
        words = f"{does['label']} …" if does["asks"] else does["label"]
        page.buttons((words, ("does", does), f"{does['label']}: {line['words']}"), x=x)
    page.y += 2 * GAP


def _first_row(
    page: _Page, x: int, severity: Optional[str], at: Any, words: str, go: Tuple[Any, ...]
) -> None:
    """How much it matters, and where, on one row."""
    height = page.line + 8 if go else page.line + 2
    down = (height - page.line) // 2
    if severity is not None:
        width = page.measure(severity, True) + GAP
        page.parts.append(Part("strong", x, page.y + down, width, page.line + 2, severity))
        x += width + 2 * GAP
    if at["words"]:
        room = max(40, page.width - x - MARGIN)
        # A bold text is drawn wider than it is measured; cut, it would be no place.
        around = 16 if go else 12
        text = wrap(at["words"], room - around, lambda part: page.measure(part, not go))[0]
        width = min(room, page.measure(text, not go) + around)
        kind = "button" if go else "strong"
        name = f"Gå till {at['words']}: {words}"
        page.parts.append(Part(kind, x, page.y, width, height, text, go, name))
    page.y += height + (2 if go else 0)


def wrap(words: str, room: int, measure: Callable[[str], int]) -> List[str]:
    """A text in lines that have room; a word longer than that is cut."""
    lines: List[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if measure(longer) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            while measure(word) > room and len(word) > 1:
                cut = next(
                    n for n in range(len(word) - 1, 0, -1) if n == 1 or measure(word[:n]) <= room
                )
                lines.append(word[:cut])
                word = word[cut:]
            line = word
        lines.append(line)
    return lines
