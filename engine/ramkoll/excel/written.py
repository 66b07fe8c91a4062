"""How XML is usually written, for readers that look at its text instead of parsing it."""

from __future__ import annotations

import re

from ramkoll.excel.cell_values import unescaped

_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w.-]+)[\"']")
_UNKNOWN_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7});)")
_NUMBERED = re.compile(r"&#(x[0-9A-Fa-f]+|[0-9]+);")


class NotUsual(Exception):
    """A part is written in a way that the quick reader does not know; the text says what it met."""


def decoded(data: bytes) -> str:
    """The text of a part, its lines ended as an XML parser ends them. Raises NotUsual."""
    encoding = _ENCODING.search(data, 0, 200)
    if encoding is not None and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise NotUsual("another encoding")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotUsual("another encoding") from None
    # What an XML parser does with the ends of lines.
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def plain_text(text: str) -> str:
    """A text without XML's and Excel's escapes. Raises NotUsual."""
    if "&" in text:
        if _UNKNOWN_ENTITY.search(text):
            raise NotUsual("an unknown entity")
        if "&#" in text:
            text = _NUMBERED.sub(_character, text)
        text = text.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", '"')
        text = text.replace("&apos;", "'").replace("&amp;", "&")
    return unescaped(text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    number = match[1]
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    if (code < 32 and code not in (9, 10, 13)) or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        raise NotUsual("a character that is none")
    # An ampersand that starts nothing: what stands behind it is no name of a character.
    return "&amp;" if code == 38 else chr(code)
