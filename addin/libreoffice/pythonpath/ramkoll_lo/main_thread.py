"""LibreOffice is only touched by its own thread: the others ask it to do things."""

from __future__ import annotations

import threading
from typing import Any, Callable, List, TypeVar

import uno
import unohelper
from com.sun.star.awt import XCallback

T = TypeVar("T")


class _Call(unohelper.Base, XCallback):
    def __init__(self, do: Callable[[], None]) -> None:
        self._do = do

    def notify(self, _data: Any) -> None:
        self._do()


def later(do: Callable[[], None]) -> None:
    """Do something on LibreOffice's thread when it has time; ``do`` raises nothing."""
    context = uno.getComponentContext()
    callbacks = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.awt.AsyncCallback", context
    )
    callbacks.addCallback(_Call(do), None)


def on_main(do: Callable[[], T]) -> T:
    """Do something on LibreOffice's thread, wait for it, and give or raise what came of it."""
    done = threading.Event()
    found: List[T] = []
    raised: List[BaseException] = []

    def call() -> None:
        try:
            found.append(do())
        except BaseException as error:
            raised.append(error)
        finally:
            done.set()

    later(call)
    done.wait()
    if raised:
        raise raised[0]
    return found[0]
