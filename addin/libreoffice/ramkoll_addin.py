"""What LibreOffice loads: the handler of our buttons, and the maker of our panel."""

from __future__ import annotations

from typing import Any, List, Tuple

import unohelper
from com.sun.star.beans import NamedValue
from com.sun.star.frame import (
    ControlCommand,
    FeatureStateEvent,
    XDispatch,
    XDispatchProvider,
)
from com.sun.star.lang import XInitialization, XServiceInfo
from com.sun.star.ui import XUIElementFactory
from ramkoll_lo.panel import Panel
from ramkoll_lo.ribbon import BUTTONS, PROTOCOL
from ramkoll_lo.session import session_of

HANDLER = "se.ramkoll.libreoffice.Handler"
FACTORY = "se.ramkoll.libreoffice.PanelFactory"


class Handler(unohelper.Base, XServiceInfo, XInitialization, XDispatchProvider, XDispatch):
    """Takes the clicks of the toolbar and the menu; one for each window."""

    def __init__(self, _context: Any, *_arguments: Any) -> None:
        self._session: Any = None
        self._listeners: List[Tuple[Any, Any]] = []

    def initialize(self, arguments: Tuple[Any, ...]) -> None:
        """LibreOffice says which window it is for."""
        if arguments and arguments[0].Controller is not None:
            self._session = session_of(arguments[0])
            self._session.handlers.append(self)

    def queryDispatch(self, url: Any, _target: str, _flags: int) -> Any:
        """Ours are the commands of the ribbon."""
        ours = url.Protocol == PROTOCOL and url.Path in BUTTONS
        return self if ours and self._session is not None else None

    def queryDispatches(self, requests: Tuple[Any, ...]) -> Tuple[Any, ...]:
        """As queryDispatch, for many."""
        return tuple(
            self.queryDispatch(each.FeatureURL, each.FrameName, each.SearchFlags)
            for each in requests
        )

    def dispatch(self, url: Any, _arguments: Tuple[Any, ...]) -> None:
        """A button was clicked."""
        self._session.click(url.Path)

    def addStatusListener(self, listener: Any, url: Any) -> None:
        """A button asks whether it can be clicked, and what it does."""
        self._listeners.append((listener, url))
        self._tell(listener, url)

    def removeStatusListener(self, listener: Any, url: Any) -> None:
        """A button is gone."""
        self._listeners = [
            (one, of) for one, of in self._listeners if one != listener or of.Path != url.Path
        ]

    def tell(self) -> None:
        """Whether commands can be clicked has changed."""
        for listener, url in list(self._listeners):
            self._tell(listener, url)

    def _tell(self, listener: Any, url: Any) -> None:
        button = BUTTONS[url.Path]
        event = FeatureStateEvent()
        event.Source, event.FeatureURL = self, url
        event.IsEnabled = button["kind"] != "command" or not self._session.running
        event.Requery = False
        tip = NamedValue("HelpText", f"{button['screentip']}\n{button['supertip']}")
        event.State = ControlCommand("SetQuickHelpText", (tip,))
        listener.statusChanged(event)

    def getImplementationName(self) -> str:
        """What it is registered as."""
        return HANDLER

    def supportsService(self, name: str) -> bool:
        """Whether it is such a service."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> Tuple[str, ...]:
        """A handler of a protocol."""
        return ("com.sun.star.frame.ProtocolHandler",)


class PanelFactory(unohelper.Base, XUIElementFactory):
    """Makes the panel when the sidebar opens it."""

    def __init__(self, _context: Any, *_arguments: Any) -> None:
        pass

    def createUIElement(self, url: str, arguments: Tuple[Any, ...]) -> Any:
        """A panel in the window that the sidebar gives."""
        given = {each.Name: each.Value for each in arguments}
        session = session_of(given["Frame"])
        return Panel(session, given["ParentWindow"], given["Sidebar"], url)


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816
g_ImplementationHelper.addImplementation(Handler, HANDLER, ("com.sun.star.frame.ProtocolHandler",))
g_ImplementationHelper.addImplementation(
    PanelFactory, FACTORY, ("com.sun.star.ui.UIElementFactory",)
)
