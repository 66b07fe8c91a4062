"""What a worksheet holds beside its cells: tables, rules for cells, notes, links, protection."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias
from xml.etree.ElementTree import Element

from ramkoll.excel.beside_parts import (
    Link,
    area,
    areas,
    flag,
    known_area,
    left_out,
    link_id,
    links_of,
    local,
    number,
    xml_of,
)
from ramkoll.excel.cell_values import rich_text, unescaped
from ramkoll.excel.ooxml import Parts, find_part, namespace
from ramkoll.model.beside import (
    Beside,
    ConditionalFormat,
    Hyperlink,
    Note,
    Protection,
    Remark,
    Table,
    Validation,
)
from ramkoll.model.cells import Area, parse_a1

_VALIDATION_FORMULAS = ("formula1", "formula2")
_ANCHOR = re.compile(rb"</(?:[\w.-]+:)?(?:twoCell|oneCell|absolute)Anchor\s*>")
_PLAIN_NUMBER = re.compile(r"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?")

# The elements of one name in a sheet, none when it has none.
_Found: TypeAlias = Sequence[Element]


class _Source(NamedTuple):
    """Where a sheet's things come from: its part, and what that points at."""

    parts: Parts
    links: Mapping[str, Link]
    where: str

    def of_kind(self, kind: str) -> Iterator[Element]:
        """The roots of the parts of a kind, in lower case, that the sheet points at."""
        for link in self.links.values():
            if link.kind.lower() == kind and not link.outside:
                root = xml_of(self.parts, link.target, self.where)
                if root is not None:
                    yield root


def sheet_beside(frame: Element, parts: Parts, part: str, where: str) -> Beside:
    """What a worksheet holds beside its cells.

    ``frame`` is the root element of the sheet's part, whose cells may have been taken out,
    ``part`` the part's name and ``where`` the place that debug lines name. Never raises for what
    stands in the parts: a thing that cannot be made out is left out (``beside_parts``). So are the
    areas after the first 10,000 of one rule or validation, and parts with more than a million tags.
    """
    links = links_of(parts, part, where)
    source = _Source(parts, links, where)
    by_kind: dict[str, list[Element]] = {}
    for child in frame:
        by_kind.setdefault(local(child.tag), []).append(child)
    extended = _extended(by_kind.get("extLst", ()))
    threads = dict(_threads(source)) if links else {}
    return Beside(
        tables=tuple(_tables(by_kind.get("tableParts", ()), source)),
        validations=tuple(
            _validations([*by_kind.get("dataValidations", ()), *extended], where),
        ),
        conditional_formats=tuple(
            _conditional_formats(by_kind.get("conditionalFormatting", ()), extended, where)
        ),
        # A thread has a note in its place, for programs that know no threads.
        notes={at: note for at, note in _notes(source) if at not in threads} if links else {},
        threads=threads,
        hyperlinks=tuple(_hyperlinks(by_kind.get("hyperlinks", ()), source)),
        protection=_protection(by_kind.get("sheetProtection", ()), where),
        auto_filter=_auto_filter(by_kind.get("autoFilter", ()), where),
        drawings=_drawings(by_kind.get("drawing", ()), source),
    )


def _extended(lists: _Found) -> list[Element]:
    """The lists of validations and conditional formats of Excel 2010 and later."""
    return [
        child
        for each in lists
        for extension in each
        for child in extension
        if local(child.tag) in ("dataValidations", "conditionalFormattings")
    ]


def _tables(lists: _Found, source: _Source) -> Iterator[Table]:
    for element in (part for each in lists for part in each):
        link = source.links.get(link_id(element))
        root = None if link is None else xml_of(source.parts, link.target, source.where)
        if root is None or local(root.tag) != "table":
            left_out(source.where, "a table whose part is missing or broken")
            continue
        name = root.get("displayName") or root.get("name")
        covered = known_area(root.get("ref", ""))
        if not name or covered is None:
            left_out(source.where, "a table without name or area")
            continue
        main = namespace(root)
        yield Table(
            name=unescaped(name),
            area=covered,
            columns=tuple(
                unescaped(column.get("name", ""))
                for column in root.iterfind(f"{main}tableColumns/{main}tableColumn")
            ),
            header_rows=number(root, "headerRowCount", source.where, 1),
            totals_rows=number(root, "totalsRowCount", source.where, 0),
        )


def _validations(lists: _Found, where: str) -> Iterator[Validation]:
    for element in (each for group in lists for each in group):
        if local(element.tag) != "dataValidation":
            continue
        # A list with commas in its items has its formula one level further in, for old programs.
        formulas = {local(each.tag): _formula(each) for each in element.iter()}
        covered = _covered(element, where)
        if covered:
            yield Validation(
                areas=covered,
                kind=element.get("type", "none"),
                formulas=tuple(
                    formulas[each] for each in _VALIDATION_FORMULAS if formulas.get(each)
                ),
            )


def _conditional_formats(
    plain: _Found, extended: _Found, where: str
) -> Iterator[ConditionalFormat]:
    """Those of the format's own place first. Some have a second half among the extended ones."""
    halves: set[str] = set()
    for element in plain:
        covered = _covered(element, where)
        for rule in element:
            if local(rule.tag) != "cfRule":
                continue
            halves.update(
                (each.text or "").strip().lower() for each in rule.iter() if local(each.tag) == "id"
            )
            if covered:
                yield _conditional_format(rule, covered)
    for element in (each for group in extended for each in group):
        if local(element.tag) == "conditionalFormatting":
            covered = _covered(element, where)
            for rule in element:
                is_half = rule.get("id", "").lower() in halves
                if local(rule.tag) == "cfRule" and covered and not is_half:
                    yield _conditional_format(rule, covered)


def _conditional_format(rule: Element, covered: tuple[Area, ...]) -> ConditionalFormat:
    """Formulas are those of the rule, and those that give the ends of a scale."""
    ends = (
        unescaped(each.get("val", "")).removeprefix("=") or _formula(each)
        for each in rule.iter()
        if local(each.tag) == "cfvo"
    )
    formulas = [
        *(_formula(each) for each in rule if local(each.tag) in ("formula", "f")),
        *(each for each in ends if not _PLAIN_NUMBER.fullmatch(each)),
    ]
    return ConditionalFormat(covered, rule.get("type", ""), tuple(filter(None, formulas)))


def _covered(element: Element, where: str) -> tuple[Area, ...]:
    """What a validation or format is for: an attribute, or an element of its own."""
    listed = element.get("sqref")
    if listed is None:
        listed = " ".join(each.text or "" for each in element if local(each.tag) == "sqref")
    found = areas(listed, where)
    if not found:
        left_out(where, "a validation or conditional format without cells")
    return found


def _formula(element: Element) -> str:
    """The text of a formula, which an extended one has in an element inside."""
    text = element.text or ""
    if not text.strip():
        text = "".join(each.text or "" for each in element if local(each.tag) == "f")
    return unescaped(text).removeprefix("=")


def _notes(source: _Source) -> Iterator[tuple[tuple[int, int], Note]]:
    for root in source.of_kind("comments"):
        main = namespace(root)
        authors = [
            unescaped(each.text or "") for each in root.iterfind(f"{main}authors/{main}author")
        ]
        for element in root.iterfind(f"{main}commentList/{main}comment"):
            at = _at(element, source.where)
            if at is None:
                continue
            author = number(element, "authorId", source.where, len(authors))
            text = element.find(f"{main}text")
            yield (
                at,
                Note(
                    author=authors[author] if author < len(authors) else "",
                    text="" if text is None else unescaped(rich_text(text)),
                ),
            )


def _threads(source: _Source) -> Iterator[tuple[tuple[int, int], tuple[Remark, ...]]]:
    found: dict[tuple[int, int], list[Remark]] = {}
    names: Mapping[str, str] | None = None
    for root in source.of_kind("threadedcomment"):
        names = _persons(source) if names is None else names
        for element in root:
            at = _at(element, source.where) if local(element.tag) == "threadedComment" else None
            if at is not None:
                text = next((each.text for each in element if local(each.tag) == "text"), None)
                found.setdefault(at, []).append(
                    Remark(
                        author=names.get(element.get("personId", "").lower(), ""),
                        text=unescaped(text or ""),
                        made=element.get("dT", ""),
                        resolved=flag(element, "done", source.where),
                    )
                )
    for at, remarks in found.items():
        yield at, tuple(remarks)


def _persons(source: _Source) -> Mapping[str, str]:
    """Names of those who remark, by id in lower case. The workbook's part points at them."""
    names: dict[str, str] = {}
    parts, where = source.parts, source.where
    for main in links_of(parts, "", where).values():
        if main.kind != "officeDocument":
            continue
        for link in links_of(parts, main.target, where).values():
            root = xml_of(parts, link.target, where) if link.kind == "person" else None
            for element in () if root is None else root:
                names[element.get("id", "").lower()] = unescaped(element.get("displayName", ""))
    return names


def _at(element: Element, where: str) -> tuple[int, int] | None:
    try:
        return parse_a1(element.get("ref", ""))
    except ValueError:
        left_out(where, "a note without a cell")
        return None


def _hyperlinks(lists: _Found, source: _Source) -> Iterator[Hyperlink]:
    for element in (link for each in lists for link in each):
        covered = known_area(element.get("ref", ""))
        id_ = link_id(element)
        link = source.links.get(id_)
        target, place = "" if link is None else link.target, element.get("location", "")
        if target.startswith("#"):  # a way of some programs to point into the workbook
            target, place = "", place or target[1:]
        if covered is None or not (target or place):
            left_out(source.where, "a link without cells or without anything it leads to")
            continue
        yield Hyperlink(covered, unescaped(target), unescaped(place))


def _protection(found: _Found, where: str) -> Protection | None:
    for element in found:
        if flag(element, "sheet", where):
            return Protection(bool(element.get("password") or element.get("hashValue")))
    return None


def _auto_filter(found: _Found, where: str) -> Area | None:
    for element in found:
        try:
            return area(element.get("ref", ""))
        except ValueError:
            left_out(where, "a filter without cells")
    return None


def _drawings(found: _Found, source: _Source) -> int:
    """How many pictures, charts and shapes; one when they cannot be counted."""
    count = 0
    for element in found:
        link = source.links.get(link_id(element))
        data = None if link is None else find_part(source.parts, link.target)
        if data is None:
            left_out(source.where, "a drawing whose part is missing")
        else:
            # Counted in the bytes: a drawing may be large, and nothing else of it is read.
            count += sum(1 for _ in _ANCHOR.finditer(data)) or int(b"\0" in data[:64])
    return count
