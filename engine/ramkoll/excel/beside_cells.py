"""What a workbook holds beside its cells, which is lost when the workbook is written anew."""

from __future__ import annotations

from ramkoll.excel.preflight import open_package

# Parts by what their names have in them, as a user calls what they hold.
_KINDS = {
    "comments": "kommentarer vid celler",
    "/drawings/": "bilder eller diagram",
    "vbaproject": "makron",
    "externallinks/": "länkar till andra arbetsböcker",
    "pivottables/": "pivottabeller",
}


def beside_cells(data: bytes, file: str) -> tuple[str, ...]:
    """The kinds of such things in a workbook, in Swedish; none when cells are all there is.

    Raises Unreadable when the bytes are no workbook.
    """
    parts = [f"/{name}" for name in open_package(data, file)]
    # Comments have a drawing of their own, for their boxes.
    found = [kind for part, kind in _KINDS.items() if any(part in name for name in parts)]
    if _KINDS["comments"] in found and not any("/drawings/drawing" in name for name in parts):
        found = [kind for kind in found if kind != _KINDS["/drawings/"]]
    return tuple(found)
