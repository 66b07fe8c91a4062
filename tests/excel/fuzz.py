"""Workbooks changed at random, each of which must be read whole or refused in Swedish.

``python -m tests.excel.fuzz LEVEL SEED SECONDS [CASE]`` changes workbooks of the corpus for so long
at the level of the archive (``zip``) or of its parts (``xml``). It ends with 1 and tells how to
make the case again at the first that breaks the rule: another exception than a refusal, more
than ten seconds, more memory than the cap, or a cell that openpyxl sees and the reader does not.
"""

from __future__ import annotations

import io
import random
import re
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, TypeVar
from xml.etree.ElementTree import XML

from tests.excel.broken import zipped
from tests.excel.corpus import CORPUS, TRAPS
from tests.excel.oracle import compare

from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.unreadable import Unreadable

T = TypeVar("T")
FILE = "605.xlsx"
MAX_SECONDS = 10.0
MAX_MEMORY = 2 * 2**30

_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r'\s[\w:]+="[^"]*"')
_TEXT = re.compile(r">([^<>]+)<")
_NAMES = ("c", "v", "f", "is", "t", "r", "row", "sheetData", "si", "mc:Fallback", "x:c", "sheet", "xf", "b")  # fmt: skip
_VALUES = (
    "", "0", "-1", "1", "2", "7", "1.0", " 1 ", "1e999", "-0", "NaN", "1_0", "٣", "9" * 400, "A1", "a1", "XFD1048576",
    "XFE1", "A1048577", "A0", "$B$2", "A1:B2", "A:B", "true", "ja", "s", "str", "n", "b", "e", "d", "inlineStr", "shared",
    "array", "dataTable", "&#10;", "&amp;", "å", "_x000D_", "rId1", "../x", "%2e%2e/x", "2024-08-31", "\ud7ff",
)  # fmt: skip
_PIECES = (
    "&amp;", "&#0;", "&#x110000;", "&okänd;", "<!-- c -->", "<![CDATA[<c r='A1'><v>9</v></c>]]>", "<?x y?>", "<x/>",
    "<c><v>1</v></c>", '<c r="A1"><v>1</v></c>', '<c r="Z9" t="s"><v>0</v></c>', "</c>", "<row>", "\x00",
    '<!DOCTYPE x [<!ENTITY a "b">]>', "<f>A1</f>", '<f t="shared" si="0"/>', "<v>2</v>", "=", "<is><t>a</t></is>",
)  # fmt: skip


def _flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    start, end = sorted(rng.sample(range(len(data) + 1), 2))
    return data[:start] + data[end:]


def _shortened(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _repeated(data: bytes, rng: random.Random) -> bytes:
    start, end = sorted(rng.sample(range(len(data) + 1), 2))
    return data[:end] + data[start:end] + data[end:]


def _overwritten(data: bytes, rng: random.Random) -> bytes:
    """Other numbers in one header of the archive, where its sizes, offsets and names stand."""
    headers = [m.start() for m in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", data)]
    at = rng.choice(headers) + rng.randrange(4, 48)
    number = rng.choice((0, 1, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, rng.randrange(2**32)))
    size = rng.choice((1, 2, 4))
    return data[:at] + number.to_bytes(8, "little")[:size] + data[at + size :]


def _exchanged(data: bytes, rng: random.Random) -> bytes:
    """Parts under each other's names, or a part that is not there."""
    parts = _parts(data)
    names = list(parts)
    one, other = rng.sample(names, 2)
    if rng.random() < 0.3:
        del parts[one]
    else:
        parts[one], parts[other] = parts[other], parts[one]
    return zipped(parts)


def _parts(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_xml(xml: str, rng: random.Random) -> str:
    """The XML with one to three changes."""
    for _ in range(rng.randint(1, 3)):
        xml = rng.choice(_XML_CHANGES)(xml, rng)
    return xml


def _one(pattern: re.Pattern[str], xml: str, rng: random.Random) -> re.Match[str] | None:
    found = list(pattern.finditer(xml))
    return rng.choice(found) if found else None


def _tag(xml: str, rng: random.Random) -> str:
    match = _one(_TAG, xml, rng)
    if match is None:
        return xml
    start, end, tag = match.start(), match.end(), match[0]
    match rng.randrange(4):
        case 0:
            return xml[:start] + xml[end:]
        case 1:
            return xml[:end] + tag + xml[end:]
        case 2:
            return xml[:start] + re.sub(r"[\w:]+", rng.choice(_NAMES), tag, count=1) + xml[end:]
    return xml[:start] + tag.replace(">", "/>", 1) + xml[end:]


def _attribute(xml: str, rng: random.Random) -> str:
    match = _one(_ATTRIBUTE, xml, rng)
    if match is None:
        return xml
    start, end, attribute = match.start(), match.end(), match[0]
    match rng.randrange(4):
        case 0:
            return xml[:start] + xml[end:]
        case 1:
            return xml[:end] + attribute + xml[end:]
        case 2:
            return xml[:start] + attribute.replace('"', "'") + xml[end:]
    name = attribute.partition("=")[0]
    return f'{xml[:start]}{name}="{rng.choice(_VALUES)}"{xml[end:]}'


def _text(xml: str, rng: random.Random) -> str:
    match = _one(_TEXT, xml, rng)
    if match is None:
        return xml
    return xml[: match.start(1)] + rng.choice(_VALUES) + xml[match.end(1) :]


def _inserted(xml: str, rng: random.Random) -> str:
    match = _one(_TAG, xml, rng)
    at = rng.choice((match.start(), match.end())) if match else 0
    return xml[:at] + rng.choice(_PIECES) + xml[at:]


def _swapped(xml: str, rng: random.Random) -> str:
    tags = list(_TAG.finditer(xml))
    if len(tags) < 4:
        return xml
    points = sorted(rng.sample(range(len(tags)), 3))
    a, b, c = (tags[i].start() for i in points)
    return xml[:a] + xml[b:c] + xml[a:b] + xml[c:]


_XML_CHANGES: Sequence[Callable[[str, random.Random], str]] = (
    _tag, _attribute, _attribute, _text, _inserted, _swapped,
)  # fmt: skip
_ZIP_CHANGES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _flipped, _cut, _shortened, _repeated, _overwritten, _overwritten, _exchanged,
)  # fmt: skip
# The parts that cells come from; changes elsewhere would seldom be seen.
_CELLS = re.compile(r"sheet\d*\.xml|blad|sharedStrings|styles|workbook|Content_Types|rels", re.I)


def _changed_parts(data: bytes, rng: random.Random) -> bytes:
    parts = _parts(data)
    names = [name for name in parts if _CELLS.search(name)]
    # Sheets most of all.
    sheets = [name for name in names if "worksheets/" in name and name.endswith(".xml")]
    name = rng.choice(sheets if sheets and rng.random() < 0.6 else names)
    content = parts[name]
    assert isinstance(content, bytes)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        parts[name] = changed_xml(content.decode("utf-16"), rng).encode("utf-16", "surrogatepass")
    else:
        xml = changed_xml(content.decode("utf-8", "replace"), rng)
        parts[name] = xml.encode("utf-8", "surrogatepass")
    return zipped(parts)


def case(level: str, seed: int, number: int) -> tuple[str, bytes]:
    """The name of the workbook that is changed, and the changed one."""
    rng = random.Random(f"{level} {seed} {number}")
    name = rng.choice([name for name, trap in TRAPS.items() if trap.refused is None])
    data = (CORPUS / name).read_bytes()
    change = _changed_parts if level == "xml" else rng.choice(_ZIP_CHANGES)
    return name, change(data, rng)


class _TooSlow(BaseException):
    pass


def broken_rule(data: bytes) -> str:
    """What rule the reader breaks with these bytes; an empty text when it breaks none."""
    began = time.monotonic()
    try:
        scan_bytes(data, FILE)
    except Unreadable as refusal:
        text = str(refusal)
        if not text.startswith(FILE) or not refusal.todo or not refusal.what.endswith("."):
            return f"a refusal that says nothing: {text}"
        return ""
    except BaseException:  # whatever it is, it is what this looks for
        return traceback.format_exc()
    if time.monotonic() - began > MAX_SECONDS:
        return "too slow"
    try:
        found = _in_time(lambda: compare(data, FILE))
    except _TooSlow:
        return ""  # it is openpyxl that is slow
    # What is the same in both is for the oracle to see: what no program writes is read in many ways.
    missing = [
        each for each in found.differences if each.what in ("finns bara hos openpyxl", "blad")
    ]
    if missing and not _misleads_openpyxl(data):
        return "\n".join(map(str, missing[:5]))
    return ""


def _misleads_openpyxl(data: bytes) -> bool:
    """Whether something stands there that openpyxl is known to misread.

    It counts all in a row as cells, moves no shared formula to a cell without address, takes
    another format for one that is not there, and of two texts without runs the last.
    """
    for name, part in _parts(data).items():
        if "worksheets/" in name and name.endswith(".xml"):
            root = XML(part)
            main = root.tag.rpartition("}")[0] + "}"
            if any(len(each.findall(f"{main}t")) > 1 for each in root.iter()):
                return True
            for row in root.iter(f"{main}row"):
                for each in row:
                    formula = each.find(f"{main}f")
                    shared = formula is not None and formula.get("t") == "shared"
                    if each.tag != f"{main}c" or (shared and not each.get("r")):
                        return True
        elif name.endswith("sharedStrings.xml"):
            root = XML(part)
            main = root.tag.rpartition("}")[0] + "}"
            if any(len(each.findall(f"{main}t")) > 1 for each in root.iter()):
                return True
        elif name.endswith("styles.xml"):
            root = XML(part)
            main = root.tag.rpartition("}")[0] + "}"
            made = {each.get("numFmtId") for each in root.iterfind(f"{main}numFmts/{main}numFmt")}
            used = {each.get("numFmtId", "0") for each in root.iterfind(f"{main}cellXfs/{main}xf")}
            if any(number.isdecimal() and int(number) >= 164 for number in used - made):
                return True
    return False


def _in_time(call: Callable[[], T]) -> T:
    signal: Any = import_module("signal")  # Any, since Windows has less of it

    def stop(*_: object) -> None:
        raise _TooSlow

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
    try:
        return call()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def search(
    program: str,
    make: Callable[[str, int, int], tuple[str, bytes]],
    judge: Callable[[bytes], str],
    arguments: Sequence[str],
) -> int:
    """Make cases and judge them until the time is out or a rule is broken; the exit code.

    The arguments are the level, the seed, the seconds, and the number of one case to run alone.
    """
    resource: Any = import_module("resource")
    level, seed, seconds = arguments[0], int(arguments[1]), float(arguments[2])
    numbers = [int(arguments[3])] if len(arguments) > 3 else range(10**9)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    end = time.monotonic() + seconds
    done: Counter[str] = Counter()
    for number in numbers:
        if time.monotonic() > end:
            break
        name, data = make(level, seed, number)
        done[name] += 1
        broken = judge(data)
        if broken:
            print(f"{name} changed: python -m {program} {level} {seed} 60 {number}\n{broken}")
            return 1
    print(f"{sum(done.values())} cases of {level}, seed {seed}: {dict(sorted(done.items()))}")
    return 0


if __name__ == "__main__":
    sys.exit(search("tests.excel.fuzz", case, broken_rule, sys.argv[1:]))
