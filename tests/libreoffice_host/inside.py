"""What the tests ask of a LibreOffice, run within it as a script of the user's: quick, and close to it.

``run`` is called by driver.py. It changes nothing of what is tested: clicks are made with the mouse.
"""

from __future__ import annotations

import json
import traceback

import uno
from com.sun.star.beans import PropertyValue

OPEN: list = []


def doc():
    return OPEN[-1]


def service(name):
    context = uno.getComponentContext()
    return context.ServiceManager.createInstanceWithContext(f"com.sun.star.{name}", context)


def desktop():
    return service("frame.Desktop")


def open(path):
    """Open a workbook in the window, and close the one before it."""
    url = uno.systemPathToFileUrl(path)
    made = desktop().loadComponentFromURL(url, "_blank", 0, ())
    for old in OPEN:
        old.setModified(False)
        old.close(True)
    OPEN[:] = [made]
    window = made.CurrentController.Frame.ContainerWindow
    window.setPosSize(0, 0, *SIZE, 15)
    window.setFocus()
    return made.Title


SIZE = (1500, 950)


def read(names):
    from ramkoll_lo.reading import read as read_all  # what is installed, when it has been loaded

    return read_all(doc(), names)


def formulas(texts):
    """Texts of LibreOffice put into a new cell each: as the engine is told, and written back."""
    from ramkoll_lo.formulas import Formulas

    sheet = doc().Sheets.getByIndex(0)
    translate, found = Formulas(doc()), []
    for text in texts:
        cell = sheet.getCellByPosition(40, 60)
        cell.setFormula(text)
        told = translate.read(cell, cell.Formula, 0, 40, 60)
        cell.setFormula(translate.written(told, 0, 40, 60))
        found.append([told, cell.Formula])
    return found


def apply(actions):
    """Do actions as the extension does after a command; what it says when it could not."""
    from ramkoll_lo.problem import Problem
    from ramkoll_lo.writing import apply as apply_all

    try:
        apply_all(doc(), actions, read(["*"]), "Prov", False)
    except Problem as problem:
        return [problem.what, problem.where]
    return []


def charts():
    """Every chart's sheet, name, title, place, and what its series show."""
    found = []
    for sheet in _each(doc().Sheets):
        for shape in _each(sheet.DrawPage):
            model = getattr(shape, "Model", None)
            if model is None or not hasattr(model, "HasMainTitle"):
                continue
            kind = model.FirstDiagram.CoordinateSystems[0].ChartTypes[0]
            series = []
            for one in kind.DataSeries:
                (data,) = one.DataSequences
                label = data.Label.SourceRangeRepresentation if data.Label else ""
                series.append([label, data.Values.SourceRangeRepresentation])
            at = shape.Position
            title = model.Title.String if model.HasMainTitle else ""
            found.append([sheet.Name, shape.Name, title, at.X, at.Y, series])
    return found


def tables():
    ranges = doc().DatabaseRanges
    found = {}
    for name in ranges.ElementNames:
        area = ranges.getByName(name).DataArea
        found[name] = [area.Sheet, area.StartColumn, area.StartRow, area.EndColumn, area.EndRow]
    return found


def marks():
    """Conditional formats that are formulas: sheet, area, formula and the style's colour."""
    by_formula = uno.getConstantByName("com.sun.star.sheet.ConditionFormatOperator.EXPRESSION")
    styles = doc().StyleFamilies.getByName("CellStyles")
    found = []
    for sheet in _each(doc().Sheets):
        for one in sheet.ConditionalFormats.getConditionalFormats():
            entry = one.getByIndex(0)
            if hasattr(entry, "Formula1") and entry.Operator == by_formula:
                area = one.Range.RangeAddressesAsString
                colour = styles.getByName(entry.StyleName).CellBackColor
                found.append([sheet.Name, area, entry.Formula1, colour])
    return found


def drawn(sheet, address):
    """How many conditional formats a cell itself knows of."""
    cells = doc().Sheets.getByName(sheet).getCellRangeByName(address)
    return cells.ConditionalFormat.getCount()


def looks(sheet, address):
    cells = doc().Sheets.getByName(sheet).getCellRangeByName(address)
    return [cells.CellBackColor, cells.CharWeight, cells.CharHeight, cells.Rows.Height]


def undo_titles():
    return list(doc().UndoManager.getAllUndoActionTitles())


def draws():
    """Whether the window shows what is changed."""
    return not doc().hasControllersLocked()


def undo():
    doc().UndoManager.undo()


def redo():
    doc().UndoManager.redo()


def selected():
    return [doc().CurrentController.ActiveSheet.Name, doc().CurrentSelection.AbsoluteName]


def select(sheet, address):
    target = doc().Sheets.getByName(sheet)
    doc().CurrentController.setActiveSheet(target)
    doc().CurrentController.select(target.getCellRangeByName(address))


def type(sheet, address, value):
    cell = doc().Sheets.getByName(sheet).getCellRangeByName(address)
    if isinstance(value, str):
        cell.setFormula(value)
    else:
        cell.setValue(value)


def protect(sheet, address):
    """Lock a cell, and protect its sheet."""
    target = doc().Sheets.getByName(sheet)
    if target.isProtected():
        target.unprotect("")
    guard = target.getCellRangeByName(address).CellProtection
    guard.IsLocked = True
    target.getCellRangeByName(address).CellProtection = guard
    target.protect("")


def hide(sheet, hidden):
    doc().Sheets.getByName(sheet).IsVisible = not hidden


def save(path):
    kind = PropertyValue("FilterName", 0, "Calc MS Excel 2007 XML", 0)
    doc().storeToURL(uno.systemPathToFileUrl(path), (kind,))


def texts():
    """All that can be read on the screen, or would be if it were scrolled there."""
    return [name for name, _, _ in _walk_all()]


def find(wanted):
    """Where the button of this name is: left, top, right and bottom; and those of the area that it
    can be seen in. None when there is none that can be used."""
    for name, context, seen in _walk_all():
        if name != wanted or context.AccessibleRole not in BUTTONS:
            continue
        state = context.AccessibleStateSet
        if context.Size.Width > 4 and _has(state, SHOWING) and _has(state, ENABLED):
            return [_box(context), seen]
    return None


def focused():
    """The name of the button that a key would press."""
    for name, context, _ in _walk_all():
        if context.AccessibleRole in BUTTONS and _has(context.AccessibleStateSet, FOCUSED):
            return name
    return None


def _walk_all():
    toolkit = service("awt.Toolkit")
    for number in range(toolkit.getTopWindowCount()):
        yield from _walk(toolkit.getTopWindow(number), 0, [0, 0, *SIZE])


def _box(context):
    at, size = context.LocationOnScreen, context.Size
    return [at.X, at.Y, at.X + size.Width, at.Y + size.Height]


def _shared(box, other):
    """What two areas have in common."""
    return [*map(max, box[:2], other[:2]), *map(min, box[2:], other[2:])]


ENABLED, FOCUSED, SHOWING = 7, 11, 25
COMBO_BOX, MENU_BAR = 7, 35
BUTTONS = (44, 68)  # PUSH_BUTTON, BUTTON_DROPDOWN
SHEET = 5000  # more children than a panel has: cells


def _walk(accessible, depth, seen):
    """Name, context and the area it can be seen in of everything with a name.

    Each question takes its time: few are asked.
    """
    try:
        context = accessible.AccessibleContext
        if context is None or depth > 30:
            return
        name = " ".join(context.AccessibleName.split("\n"))
        count = context.AccessibleChildCount
        inside = 0 < count < SHEET and context.AccessibleRole not in (COMBO_BOX, MENU_BAR)
        if inside and depth > 1 and not _has(context.AccessibleStateSet, SHOWING):
            return
        children = [context.getAccessibleChild(n) for n in range(count)] if inside else []
        within = _shared(seen, _box(context)) if children and depth else seen
    except Exception:
        return  # it has gone meanwhile
    if name:
        yield name, context, seen
    for child in children:
        yield from _walk(child, depth + 1, within)


def _has(state, what):
    if isinstance(state, int):
        return bool(state & (1 << (what - 1)))  # as newer LibreOffice tells it
    return state.contains(what)


def _each(container):
    return [container.getByIndex(number) for number in range(container.Count)]


def end():
    for old in OPEN:
        old.setModified(False)
        old.close(True)
    desktop().terminate()


def run(name, arguments):
    """A function's answer to arguments in JSON, in JSON."""
    try:
        answer = {"found": globals()[name](*json.loads(arguments))}
    except Exception:
        answer = {"failed": traceback.format_exc()}
    return json.dumps(answer)


g_exportedScripts = (run,)  # noqa: N816 - LibreOffice looks for it
