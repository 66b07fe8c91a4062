"""The texts that cells share: a list that they point into by number."""

from __future__ import annotations

import re
from functools import lru_cache

from ramkoll.excel.cell_values import rich_text, unescaped
from ramkoll.excel.ooxml import grow_xml, namespace
from ramkoll.excel.written import NotUsual, decoded, plain_text

_ROOT = re.compile(r"\ufeff?(?:<\?xml\s[^>]*\?>)?\s*(<(?:(\w+):)?sst(?:\s[^>]*)?>)", re.ASCII)


def shared_strings(data: bytes | None, file: str) -> list[str]:
    """The texts of a shared strings part in order; none without a part. Raises Unreadable."""
    if data is None:
        return []
    try:
        return _quickly(data, file)
    except NotUsual:
        return _any(data, file)


def _quickly(data: bytes, file: str) -> list[str]:
    """By splitting at the plain texts; what stands between them is read as XML of its own."""
    text = decoded(data)
    root = _ROOT.match(text)
    if root is None or root[1].endswith("/>") or "<!" in text:
        raise NotUsual("another root element, or comments")
    closing = f"</{root[2]}:sst>" if root[2] else "</sst>"
    end = text.rfind(closing)
    if end < 0 or text[end + len(closing) :].strip():
        raise NotUsual("something after the texts")
    parts = _item(root[2] or "").split(text[root.end() : end])
    strings: list[str] = []
    done = 0
    for at in [at for at, between in enumerate(parts[::2]) if between and not between.isspace()]:
        strings += map(plain_text, parts[2 * done + 1 : 2 * at : 2])
        strings += _any(f"{root[1]}{parts[2 * at]}{closing}".encode(), file)
        done = at
    return strings + [plain_text(each) for each in parts[2 * done + 1 :: 2]]


@lru_cache(maxsize=8)
def _item(prefix: str) -> re.Pattern[str]:
    p = f"{prefix}:" if prefix else ""
    return re.compile(rf'<{p}si><{p}t(?: xml:space="preserve")?+>([^<]*+)</{p}t></{p}si>')


def _any(data: bytes, file: str) -> list[str]:
    strings: list[str] = []
    for root, complete in grow_xml(data, file, "sst"):
        item = f"{namespace(root)}si"
        done = len(root) if complete else len(root) - 1
        strings += [unescaped(rich_text(child)) for child in root[:done] if child.tag == item]
        del root[:done]
    return strings
