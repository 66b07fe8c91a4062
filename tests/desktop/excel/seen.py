"""What a user sees of the stand-in Excel, compared part by part."""

from typing import Any

from ramkoll.desktop.excel.marks import formula_of

#: A mark that the task pane has made, with the formula that it had first.
OF_THE_PANE = '=LEN("Ramkoll-markering stoppar")>0'
LOOK_OF_STOPPAR = {
    "Interior.Color": 0xE9E7FD,
    "Font.Color": 0x1A1A1A,
    "Borders.LineStyle": 1,
    "Borders.Color": 0x1C0EB1,
}


def told(state):
    """What a user sees, part by part, so that a difference can be read."""
    books, *rest = state
    found: dict[Any, Any] = {"rest": rest}
    for path, book in books.items():
        found[path] = {k: v for k, v in book.items() if k != "sheets"}
        for name, sheet in book["sheets"].items():
            for part, each in sheet.items():
                found[name, part] = each
            # A mark of the pane's is put back with the formula that is the same in all languages.
            found[name, "conditions"] = sorted(
                (kind, formula_of("stoppar") if formula == OF_THE_PANE else formula, *more)
                for kind, formula, *more in sheet["conditions"]
            )
    return found


def assert_same(state, other):
    """Fail at the first part that differs, with what differs in it."""
    one, two = told(state), told(other)
    for part in one.keys() | two.keys():
        if isinstance(one[part], dict):
            keys = one[part].keys() | two[part].keys()
            differ = {
                k: (one[part].get(k), two[part].get(k))
                for k in keys
                if one[part].get(k) != two[part].get(k)
            }
            assert not differ, (part, dict(list(differ.items())[:5]))
        assert one[part] == two[part], part
