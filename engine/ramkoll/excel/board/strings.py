"""The texts of a board version: those that its cells show, and no others."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ramkoll.excel.board.markup import (
    MAIN,
    XML,
    children,
    document,
    fragment,
    local,
    made,
    text_of,
)
from ramkoll.excel.board.words import FORMATS

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_SPACE = f"{{{XML}}}space"


class Strings:
    """Texts, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._items: list[Element] = []
        self._uses = 0

    def number_of(self, item: Element) -> int:
        """The number of a text with its runs; phonetic guides do not come along."""
        new = made("si")
        runs = children(item, "r")
        if runs:
            new.extend(_run(each) for each in runs)
        else:
            new.append(_text("".join(text_of(each) for each in children(item, "t"))))
        self._uses += 1
        key = fragment(new)
        if key not in self._numbers:
            self._numbers[key] = len(self._items)
            self._items.append(new)
        return self._numbers[key]

    def number_of_text(self, text: str) -> int:
        """The number of a plain text, as the file writes it."""
        return self.number_of(made("si", {}, _text(text)))

    def part(self) -> bytes:
        """The part with all of them."""
        counts = {"count": str(self._uses), "uniqueCount": str(len(self._items))}
        return document(made("sst", counts, *self._items))


def _text(text: str) -> Element:
    kept = {_SPACE: "preserve"} if text != text.strip() or "\n" in text else {}
    element = made("t", kept)
    element.text = text
    return element


def _run(source: Element) -> Element:
    run = made("r")
    for each in source:
        if local(each) == "rPr":
            looks = FORMATS.element(each)
            if looks is not None:
                looks.extend(FORMATS.trees(each))
                if len(looks):
                    run.append(looks)
        elif each.tag == f"{{{MAIN}}}t":
            run.append(_text(text_of(each)))
    return run
