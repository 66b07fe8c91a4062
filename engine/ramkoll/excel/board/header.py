"""Headers and footers: texts with codes, of which those that tell a file or a path must go."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.board.markup import attributes_of, local, made

_TEXTS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_LONGEST = 255  # what Excel takes
_TRUE = ("1", "true")
# Path, file and picture; two ampersands are one that is printed.
_CODES = re.compile(r"(&&|&[ZzFfGg])")


class PageTexts(NamedTuple):
    """The element to write, and whether something of the texts was left out."""

    element: Element | None
    lost: bool


def page_texts(source: Element | None, draft: str) -> PageTexts:
    """Headers and footers without file names and paths, the headers with the word ``draft``."""
    flags = ("differentOddEven", "differentFirst", "scaleWithDoc", "alignWithMargins")
    new = made("headerFooter", {} if source is None else attributes_of(source, *flags))
    found = {local(each): each.text or "" for each in (() if source is None else source)}
    shown = {"oddHeader"}
    shown |= {"firstHeader"} if new.get("differentFirst") in _TRUE else set()
    shown |= {"evenHeader"} if new.get("differentOddEven") in _TRUE else set()
    lost = False
    for name in _TEXTS:
        text = found.get(name, "")
        kept = _without_telling(text)
        lost |= kept != text
        if draft and name in shown:
            kept = with_word(kept, draft)
            kept = kept if len(kept) <= _LONGEST else with_word("", draft)
        if kept:
            element = made(name)
            element.text = kept
            new.append(element)
    return PageTexts(new if len(new) else None, lost)


def _without_telling(text: str) -> str:
    pieces = _CODES.split(text)
    return "".join(each for each in pieces if each == "&&" or not _CODES.fullmatch(each))


def with_word(header: str, word: str) -> str:
    """A header with a word in its middle, unless it is there."""
    if word in header:
        return header
    codes = {each[0]: each for each in re.finditer(r"&&|&[LCR]", header) if each[0] != "&&"}
    if "&C" in codes:
        at = codes["&C"].end()
        return f"{header[:at]}&B{word}&B {header[at:]}"
    at = codes["&R"].start() if "&R" in codes else len(header)
    return f"{header[:at]}&C&B{word}{header[at:]}"
