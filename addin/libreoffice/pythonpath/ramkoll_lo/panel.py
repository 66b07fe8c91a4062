"""The panel in LibreOffice's sidebar: what layout.py has placed, as controls."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

import uno
import unohelper
from com.sun.star.awt import (
    XActionListener,
    XMouseListener,
    XWindowListener,
)
from com.sun.star.ui import (
    LayoutSize,
    XSidebarPanel,
    XToolPanel,
    XUIElement,
)

from ramkoll_lo.layout import Part, laid_out
from ramkoll_lo.ribbon import icon
from ramkoll_lo.session import PAGE, Session
from ramkoll_lo.state import Progress

_BOLD = 150.0
_KINDS = {
    "text": "FixedText",
    "note": "FixedText",
    "strong": "FixedText",
    "heading": "FixedText",
    "progress": "FixedText",
    "button": "Button",
    "icon": "ImageControl",
    "bar": "ProgressBar",
    "rule": "FixedLine",
}
_WIDE, _SCROLL_BAR = 330, 24  # pixels
_POSITION_AND_SIZE = 15  # com.sun.star.awt.PosSize


class Panel(unohelper.Base, XUIElement, XToolPanel, XSidebarPanel):
    """The one panel of the deck Ramkoll in a window."""

    def __init__(self, session: Session, parent: Any, sidebar: Any, url: str) -> None:
        self.Frame, self.ResourceURL, self.Type = session.frame, url, 7  # UIElementType
        self._session, self._sidebar = session, sidebar
        context = uno.getComponentContext()
        self._services, self._context = context.ServiceManager, context
        model = self._new("UnoControlDialogModel")
        model.Decoration = False
        self.Window = self._new("UnoControlDialog")
        self.Window.setModel(model)
        self.Window.createPeer(self._new("Toolkit"), parent)
        self._fonts = self._measured()
        self._width = self._height = 0
        self._made: Dict[Tuple[Any, ...], Tuple[Part, Any]] = {}
        self._count = 0
        self._watch = _Resized(self.draw)
        self.Window.addWindowListener(self._watch)
        self.Window.setVisible(True)
        session.panel = self

    # XUIElement, XToolPanel

    def getRealInterface(self) -> Panel:
        """This is the panel."""
        return self

    def createAccessible(self, _parent: Any) -> Any:
        """What a screen reader is told."""
        return self.Window.AccessibleContext

    # XSidebarPanel

    def getHeightForWidth(self, width: int) -> Any:
        """The panel is as high as what it shows: the sidebar scrolls."""
        height = self._laid(width)[1]
        return LayoutSize(height, height, height)

    def getMinimalWidth(self) -> int:
        """Wide enough to read in; with a scroll bar beside it when the sidebar opens.

        A sidebar that is open already, for another deck, keeps its width, and scrolls sideways.
        """
        return _WIDE - _SCROLL_BAR if self._width else _WIDE

    # What the session calls.

    def draw(self) -> None:
        """Show the session's state."""
        width = self.Window.PosSize.Width
        if width <= 0:
            return
        parts, height = self._laid(width)
        if (width, height) != (self._width, self._height):
            self._width, self._height = width, height
            self._sidebar.requestLayout()
        self._show(parts)

    def progress(self, progress: Progress) -> None:
        """Show how far it has come; nothing else changes."""
        for part, control in self._made.values():
            if part.kind == "progress":
                control.setText(progress.words)
            elif part.kind == "bar":
                control.setRange(0, max(1, progress.total))
                control.setValue(progress.done)
            elif part.act == ("cancel",):
                control.setEnable(progress.may_stop)

    def gone(self) -> None:
        """The sidebar has let go of the panel."""
        if self._session.panel is self:
            self._session.panel = None

    def _laid(self, width: int) -> Tuple[List[Part], int]:
        """Room is left at the right: the panel is not told of what the scroll bar covers."""
        line, measure = self._fonts
        return laid_out(self._session.state, width - _SCROLL_BAR, line, measure, PAGE)

    def _measured(self) -> Tuple[int, Callable[[str, bool], int]]:
        """The height of a line, and what measures texts, of the font that the controls have."""
        device = self.Window.getPeer()
        descriptor = device.StyleSettings.LabelFont
        # It is in points, and what measures takes it for pixels.
        per_point = device.getInfo().PixelPerMeterY * 0.0254 / 72
        descriptor.Height = round(descriptor.Height * per_point)
        plain = device.getFont(descriptor)
        descriptor.Weight = _BOLD
        bold = device.getFont(descriptor)
        metric = plain.getFontMetric()
        known: Dict[Tuple[str, bool], int] = {}

        def measure(text: str, strong: bool) -> int:
            key = text, strong
            if key not in known:
                font = bold if strong else plain
                # A little more: hinting makes a line wider than its letters.
                known[key] = font.getStringWidth(text) * 21 // 20 + 2
            return known[key]

        return metric.Ascent + metric.Descent + metric.Leading + 1, measure

    def _show(self, parts: List[Part]) -> None:
        """Make the controls equal to the parts; one that is there already is moved, with its focus.

        It takes time to make one, so that what only moves is not made anew.
        """
        keep: Dict[Tuple[Any, ...], Tuple[Part, Any]] = {}
        for part in parts:
            key = self._key(part, keep)
            old = self._made.pop(key, None)
            control = old[1] if old else self._make(part)
            keep[key] = part, control
            control.setPosSize(part.x, part.y, part.width, part.height, _POSITION_AND_SIZE)
        for _, control in self._made.values():
            self.Window.removeControl(control)
            control.dispose()
        self._made = keep
        # The Tab key goes through the buttons as they stand, not as they were made.
        buttons = [control.getPeer() for part, control in keep.values() if part.kind == "button"]
        self.Window.getPeer().setTabOrder(tuple(buttons), (True,) * len(buttons), False)

    def _key(self, part: Part, others: Dict[Tuple[Any, ...], Any]) -> Tuple[Any, ...]:
        """What tells a part from all others: what it is, and which of those alike."""
        number = 0
        while (part.kind, part.text, part.name, repr(part.act), number) in others:
            number += 1
        return part.kind, part.text, part.name, repr(part.act), number

    def _make(self, part: Part) -> Any:
        """A control. Not by the dialog's model, which takes ten times as long for hundreds."""
        kind = _KINDS[part.kind]
        model, control = self._new(f"UnoControl{kind}Model"), self._new(f"UnoControl{kind}")
        if part.kind == "icon":
            model.ImageURL, model.Border, model.ScaleImage = icon(part.text), 0, False
            model.HelpText = part.name
        elif part.kind not in ("bar", "rule"):
            model.Label = part.text
        if kind == "FixedText":
            model.MultiLine, model.NoLabel = True, True
        if part.kind in ("strong", "heading"):
            descriptor = model.FontDescriptor
            descriptor.Weight = _BOLD
            model.FontDescriptor = descriptor
        if part.kind == "button":
            model.Tabstop, model.HelpText = True, part.name
        control.setModel(model)
        control.setPosSize(part.x, part.y, part.width, part.height, _POSITION_AND_SIZE)
        self._count += 1
        self.Window.addControl(f"p{self._count}", control)
        if part.kind == "button":
            control.addActionListener(_Acted(self._act, part))
        elif part.act:
            control.addMouseListener(_Clicked(self._act, part))
        return control

    def _act(self, part: Part) -> None:
        session = self._session
        what, *more = part.act
        if what == "go":
            session.go(more[0])
        elif what == "does":
            session.do(more[0])
        elif what == "again":
            again = session.state.again
            if again is not None:
                again()
        elif what == "cancel":
            session.cancel()
        elif what == "close":
            session.close_trouble()
        elif what == "more":
            session.more()
        elif what == "connection":
            session.connection()

    def _new(self, name: str) -> Any:
        return self._services.createInstanceWithContext(f"com.sun.star.awt.{name}", self._context)


class _Acted(unohelper.Base, XActionListener):
    def __init__(self, act: Callable[[Part], None], part: Part) -> None:
        self._act, self._part = act, part

    def actionPerformed(self, _event: Any) -> None:
        self._act(self._part)

    def disposing(self, _event: Any) -> None:
        return None


class _Clicked(unohelper.Base, XMouseListener):
    def __init__(self, act: Callable[[Part], None], part: Part) -> None:
        self._act, self._part = act, part

    def mouseReleased(self, _event: Any) -> None:
        self._act(self._part)

    def mousePressed(self, _event: Any) -> None:
        return None

    def mouseEntered(self, _event: Any) -> None:
        return None

    def mouseExited(self, _event: Any) -> None:
        return None

    def disposing(self, _event: Any) -> None:
        return None


class _Resized(unohelper.Base, XWindowListener):
    def __init__(self, draw: Callable[[], None]) -> None:
        self._draw = draw

    def windowResized(self, _event: Any) -> None:
        self._draw()

    def windowMoved(self, _event: Any) -> None:
        return None

    def windowShown(self, _event: Any) -> None:
        self._draw()

    def windowHidden(self, _event: Any) -> None:
        return None

    def disposing(self, _event: Any) -> None:
        return None
