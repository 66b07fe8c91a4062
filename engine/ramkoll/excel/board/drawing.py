"""What lies over the cells of a board version: its charts and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ramkoll.excel.board.markup import (
    CHART,
    DRAWN,
    LINK,
    ON_SHEET,
    attributes_of,
    child,
    document,
    local,
    made_in,
    text_of,
)
from ramkoll.excel.board.picture import plain_picture
from ramkoll.excel.board.sheet import BoardSheet
from ramkoll.excel.board.source import Source, part_of
from ramkoll.excel.board.tally import Tally
from ramkoll.excel.board.words import SHAPES
from ramkoll.excel.ooxml import find_part, read_xml, relationships
from ramkoll.model.cells import Area

TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_DRAWING = frozenset({f"{{{ON_SHEET}}}"})
_CHARTS = frozenset({f"{{{CHART}}}"})
_FRAME = ("from", "to", "ext")


@dataclass(frozen=True)
class Drawn:
    """A chart, or a picture with its ending and bytes, and where it lies."""

    anchor: Element
    title: str
    chart: Element | None = None
    picture: tuple[str, bytes] | None = None
    shape: Element | None = None


def drawn_on(source: Source, sheet: BoardSheet, tally: Tally) -> list[Drawn]:
    """The charts and pictures of a sheet that are printed, in their order."""
    where = f"{source.file} {sheet.source.name}"
    found: list[Drawn] = []
    for link in sheet.source.links.values():
        data = find_part(source.parts, link.target) if link.kind == "drawing" else None
        if data is None:
            continue
        links = relationships(source.parts, link.target, where)
        for anchor in read_xml(data, where, "wsDr", _DRAWING):
            for each in _in(anchor, sheet, tally):
                frame, kind = local(each), ""
                id_ = next((v for e in each.iter() for v in _link(e)), "")
                kind = links[id_].kind if id_ in links else ""
                title = _described(each)
                if frame == "graphicFrame" and kind == "chart":
                    root = read_xml(
                        part_of(source, links[id_], where), where, "chartSpace", _CHARTS
                    )
                    found.append(Drawn(anchor, title, chart=root))
                elif frame == "pic" and kind == "image":
                    picture = plain_picture(part_of(source, links[id_], where))
                    if picture is None or _is_cropped(each):
                        tally.leave(
                            "bilder som är beskurna eller av annat slag än PNG och JPEG",
                            sheet.source.name,
                        )
                        continue
                    found.append(Drawn(anchor, title, picture=picture, shape=each))
                else:
                    tally.leave("former, textrutor och andra ritade objekt", sheet.source.name)
    return found


def _in(anchor: Element, sheet: BoardSheet, tally: Tally) -> Iterator[Element]:
    """What an anchor holds, if any of it lies where the sheet is printed."""
    held = [e for e in anchor if local(e) in ("graphicFrame", "pic", "sp", "cxnSp", "grpSp",
                                              "contentPart")]  # fmt: skip
    area = _area(anchor)
    printed = area is not None and (
        not sheet.printed or any(_meet(area, each) for each in sheet.printed)
    )
    for each in held:
        named = next((e for e in each.iter() if local(e) == "cNvPr"), None)
        if named is not None and named.get("hidden") in ("1", "true"):
            tally.leave("dolda diagram, bilder och former", sheet.source.name)
        elif printed:
            yield each
        else:
            tally.leave("diagram, bilder och former utanför utskriftsområdet", sheet.source.name)


def _area(anchor: Element) -> Area | None:
    start, end = child(anchor, "from"), child(anchor, "to")
    if start is None:
        return None
    top, left = _corner(start)
    bottom, right = _corner(end) if end is not None else (top, left)
    return Area(top, left, max(top, bottom), max(left, right))


def _corner(element: Element) -> tuple[int, int]:
    return int(text_of(child(element, "row"))) + 1, int(text_of(child(element, "col"))) + 1


def _meet(one: Area, other: Area) -> bool:
    return not (
        one.bottom < other.top
        or other.bottom < one.top
        or one.right < other.left
        or other.right < one.left
    )


def _link(element: Element) -> Iterator[str]:
    names = {"chart": "id", "blip": "embed"}
    wanted = names.get(local(element))
    if wanted is not None:
        value = element.get(f"{{{LINK}}}{wanted}")
        if value is not None:
            yield value


def _is_cropped(picture: Element) -> bool:
    return any(
        local(each) == "srcRect" and any(v not in ("0", "0%") for v in each.attrib.values())
        for each in picture.iter()
    )


def _described(element: Element) -> str:
    named = next((each for each in element.iter() if local(each) == "cNvPr"), None)
    return "" if named is None else named.get("descr", "")


def drawing_part(drawn: list[Drawn]) -> bytes:
    """The drawing of a sheet; the relationship of each is ``rId`` and its place, from 1."""
    root = made_in(ON_SHEET, "wsDr")
    charts = pictures = 0
    for n, each in enumerate(drawn, 1):
        old = each.anchor
        anchor = made_in(ON_SHEET, local(old), attributes_of(old, "editAs"))
        for name in _FRAME:
            found = child(old, name)
            if found is not None:
                anchor.append(_frame(found))
        if each.chart is not None:
            charts += 1
            anchor.append(_chart(n, f"Diagram {charts}", each.title))
        else:
            pictures += 1
            anchor.append(_picture(n, f"Bild {pictures}", each))
        anchor.append(made_in(ON_SHEET, "clientData"))
        root.append(anchor)
    return document(root)


def _frame(source: Element) -> Element:
    if local(source) == "ext":
        return made_in(ON_SHEET, "ext", attributes_of(source, "cx", "cy"))
    new = made_in(ON_SHEET, local(source))
    for name in ("col", "colOff", "row", "rowOff"):
        each = made_in(ON_SHEET, name)
        each.text = str(int(text_of(child(source, name)) or "0"))
        new.append(each)
    return new


def _named(n: int, name: str, description: str) -> Element:
    said = {"id": str(n + 1), "name": name} | ({"descr": description} if description else {})
    return made_in(ON_SHEET, "cNvPr", said)


def _chart(n: int, name: str, description: str) -> Element:
    chart = made_in(CHART, "chart", {f"{{{LINK}}}id": f"rId{n}"})
    graphic = made_in(DRAWN, "graphic", {}, made_in(DRAWN, "graphicData", {"uri": CHART}, chart))
    at = made_in(DRAWN, "off", {"x": "0", "y": "0"}), made_in(DRAWN, "ext", {"cx": "0", "cy": "0"})
    kinds = _named(n, name, description), made_in(ON_SHEET, "cNvGraphicFramePr")
    return made_in(
        ON_SHEET,
        "graphicFrame",
        {"macro": ""},
        made_in(ON_SHEET, "nvGraphicFramePr", {}, *kinds),
        made_in(ON_SHEET, "xfrm", {}, *at),
        graphic,
    )


def _picture(n: int, name: str, drawn: Drawn) -> Element:
    blip = made_in(DRAWN, "blip", {f"{{{LINK}}}embed": f"rId{n}"})
    whole = made_in(DRAWN, "stretch", {}, made_in(DRAWN, "fillRect"))
    looks = child(drawn.shape, "spPr")
    inside = [] if looks is None else list(SHAPES.trees(looks))
    if not any(local(each) == "prstGeom" for each in inside):
        inside = [e for e in inside if local(e) == "xfrm"]
        inside.append(made_in(DRAWN, "prstGeom", {"prst": "rect"}, made_in(DRAWN, "avLst")))
    named = _named(n, name, drawn.title), made_in(ON_SHEET, "cNvPicPr")
    return made_in(
        ON_SHEET,
        "pic",
        {},
        made_in(ON_SHEET, "nvPicPr", {}, *named),
        made_in(ON_SHEET, "blipFill", {}, blip, whole),
        made_in(ON_SHEET, "spPr", {}, *inside),
    )
