"""A command from the click to the answer in the panel: read, ask, write, show. One at a time."""

from __future__ import annotations

import os
import threading
from typing import Any, Dict, List, Optional

import uno
import unohelper
from com.sun.star.awt import XKeyHandler

from ramkoll_lo import dialogs, finding, settings
from ramkoll_lo.engine import Engine
from ramkoll_lo.main_thread import later, on_main
from ramkoll_lo.problem import Cancelled, Problem, as_problem
from ramkoll_lo.reading import read
from ramkoll_lo.ribbon import label_of
from ramkoll_lo.state import STAYS, Progress, State, help_lines
from ramkoll_lo.writing import apply, go_to

_ESCAPE = 1281  # com.sun.star.awt.Key
_DECK = "RamkollDeck"
PAGE = 150  # lines shown at once: more makes the panel slow


class Session:
    """A window of LibreOffice with a workbook, its panel, and the command that runs in it."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.panel: Any = None
        self.state = State()
        # Whether a click opens the panel, and not LibreOffice with the window.
        self.handlers: List[Any] = []
        self._stop: Optional[threading.Event] = None
        self._label = ""
        self._keys: Any = None
        self._bar: Any = None

    @property
    def running(self) -> bool:
        """Whether a command runs."""
        return self._stop is not None

    @property
    def doc(self) -> Any:
        """The workbook of the window."""
        return self.frame.Controller.Model

    def click(self, command: str, arguments: Optional[Dict[str, Any]] = None) -> None:
        """A button was clicked. Never raises: what goes wrong is shown in the panel."""
        try:
            if command == "panel":
                self.show_panel()
            elif command == "help":
                self.show_panel()
                self._set(message="Hjälp", lines=tuple(help_lines()), trouble=None, fresh=True)
            else:
                self._begin(command, dict(arguments or {}))
        except Exception as error:
            self._end()
            self._fail(error)

    def cancel(self) -> None:
        """Ask the command that runs to stop."""
        if self._stop is not None and not self._stop.is_set() and self._may_stop():
            self._stop.set()
            self._progress(Progress(0, 0, "Avbryter …", False))

    def go(self, place: Dict[str, str]) -> None:
        """Go to a cell, and let the reader write there."""
        try:
            go_to(self.doc, place["sheet"], place["address"])
            self.frame.ComponentWindow.setFocus()
        except Exception as error:
            self._fail(error)

    def do(self, does: Dict[str, Any]) -> None:
        """What a line's button does; its argument is asked for when it wants one."""
        arguments = dict(does["arguments"])
        if does["asks"]:
            given = dialogs.ask(self.frame, does["label"])
            if given is None:
                return
            arguments[does["asks"]] = given
        self.click(does["command"], arguments)

    def connection(self) -> None:
        """Let the user say where the engine is, or how it is started."""
        try:
            path = profile_file("ramkoll.json")
            new = dialogs.connection(self.frame, settings.load(path))
            if new is None:
                return
            try:
                settings.save(path, new)
            except OSError as error:
                raise Problem(
                    "Inställningen gick inte att spara.",
                    where=path,
                    todo="Kontrollera att mappen finns och att du får skriva i den.",
                ) from error
            self._set(message="Inställningen är sparad.", trouble=None)
        except Exception as error:
            self._fail(error)

    def more(self) -> None:
        """Show more of the lines."""
        self._set(shown=self.state.shown + PAGE, fresh=False)

    def close_trouble(self) -> None:
        """Take the words of a fault away."""
        self._set(trouble=None, again=None, fresh=False)

    def show_panel(self) -> None:
        """Open the panel beside the workbook."""
        try:
            bar = self.frame.Controller.Sidebar
            bar.setVisible(True)
            bar.showDecks(True)
            deck = bar.Decks.getByName(_DECK)
            if not deck.isActive():  # activating an open one would close it
                deck.activate(True)
        except Exception as error:
            as_problem(error, profile_file("ramkoll.log"))

    def _begin(self, command: str, arguments: Dict[str, Any]) -> None:
        if self._stop is not None:
            return self._set(message=f"{self._label} körs redan. Vänta, eller välj Avbryt.")
        self._label = label_of(command)
        self._stop = threading.Event()
        self.state = self.state._replace(
            message=f"{self._label} körs …", trouble=None, progress=Progress(what="Ansluter")
        )
        self.show_panel()
        self._draw()
        self._keys = _Escape(self)
        self.frame.Controller.addKeyHandler(self._keys)
        self._bar = self.frame.createStatusIndicator()
        self._bar.start(f"Ramkoll: {self._label}", 100)
        self._tell_buttons()
        work = threading.Thread(
            target=self._work, args=(command, arguments, self.doc, self._stop), daemon=True
        )
        work.start()

    def _work(
        self, command: str, arguments: Dict[str, Any], doc: Any, stop: threading.Event
    ) -> None:
        """What takes time, in a thread of its own."""
        try:
            engine = self._engine(stop)
            wanted = engine.reads(command)
            self._told(0, 0, "Läser arbetsboken")
            before = on_main(lambda: read(doc, wanted))
            self._told(0, 0, "Väntar på svar")
            answer = engine.run(command, before, arguments, self._told, stop)
            on_main(lambda: self._finish(command, answer, before, doc, stop))
        except Cancelled:
            later(self._cancelled)
        except BaseException as error:
            problem = as_problem(error, profile_file("ramkoll.log"))
            later(lambda: self._failed(problem, command, arguments))

    def _engine(self, stop: threading.Event) -> Engine:
        chosen = settings.load(profile_file("ramkoll.json"))
        return finding.find(chosen, lambda what: self._told(0, 0, what), stop)

    def _finish(
        self,
        command: str,
        answer: Dict[str, Any],
        before: Dict[str, Any],
        doc: Any,
        stop: threading.Event,
    ) -> None:
        if stop.is_set():
            raise Cancelled
        actions = answer["actions"]
        if actions:
            self._progress(Progress(0, 0, "Skriver i arbetsboken", False))
            apply(doc, actions, before, self._label, bool(answer.get("over_formulas")))
        self._end()
        lines = tuple(answer["lines"])
        stays = command in STAYS
        if not lines and stays:
            lines = self.state.lines
        self._set(
            message=answer["result"]["message"],
            lines=lines,
            fresh=not stays,
            shown=self.state.shown if stays else PAGE,
        )

    def _cancelled(self) -> None:
        self._end()
        self._set(message=f"{self._label} avbröts. Inget har ändrats.")

    def _failed(self, problem: Problem, command: str, arguments: Dict[str, Any]) -> None:
        self._end()
        self._fail(problem, lambda: self.click(command, arguments))

    def _fail(self, error: BaseException, again: Any = None) -> None:
        problem = as_problem(error, profile_file("ramkoll.log"))
        self.show_panel()
        self._set(message="", trouble=problem, again=again)

    def _end(self) -> None:
        """Nothing runs any more, however it went."""
        self._stop = None
        self.state = self.state._replace(progress=None)
        try:
            if self._keys is not None:
                self.frame.Controller.removeKeyHandler(self._keys)
            if self._bar is not None:
                self._bar.end()
        except Exception as error:  # the window may be closed by now
            as_problem(error, profile_file("ramkoll.log"))
        self._keys = self._bar = None
        self._tell_buttons()

    def _told(self, done: int, total: int, what: str) -> None:
        """Progress, from another thread."""
        found = Progress(done, total, what)
        later(lambda: self._progress(found))

    def _may_stop(self) -> bool:
        return self.state.progress is None or self.state.progress.may_stop

    def _progress(self, progress: Progress) -> None:
        if self._stop is None or self.state.progress == progress:
            return
        if self._stop.is_set() and progress.may_stop:
            return  # it stops: what was under way is no news
        self.state = self.state._replace(progress=progress)
        if self._bar is not None:
            self._bar.setText(f"Ramkoll: {self._label} · {progress.words}")
            self._bar.setValue(100 * progress.done // progress.total if progress.total else 0)
        if self.panel is not None:
            self.panel.progress(progress)

    def _set(self, **changes: Any) -> None:
        self.state = self.state._replace(**changes)
        self._draw()

    def _draw(self) -> None:
        if self.panel is not None:
            self.panel.draw()

    def _tell_buttons(self) -> None:
        for each in self.handlers:
            each.tell()


class _Escape(unohelper.Base, XKeyHandler):
    def __init__(self, session: Session) -> None:
        self._session = session

    def keyPressed(self, event: Any) -> bool:
        if event.KeyCode == _ESCAPE and event.Modifiers == 0:
            self._session.cancel()
            return True
        return False

    def keyReleased(self, event: Any) -> bool:
        return False

    def disposing(self, event: Any) -> None:
        return None


_SESSIONS: List[Session] = []


def session_of(frame: Any) -> Session:
    """The session of a window."""
    for each in list(_SESSIONS):
        if each.frame == frame:
            return each
    made = Session(frame)
    _SESSIONS.append(made)
    return made


def forget(session: Session) -> None:
    """The window has been closed."""
    if session in _SESSIONS:
        _SESSIONS.remove(session)


def profile_file(name: str) -> str:
    """A file in this user's profile of LibreOffice."""
    context = uno.getComponentContext()
    paths = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.util.PathSubstitution", context
    )
    folder = uno.fileUrlToSystemPath(paths.substituteVariables("$(user)", True))
    return os.path.join(folder, name)
