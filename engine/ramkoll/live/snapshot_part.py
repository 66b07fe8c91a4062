"""What every object of our engine has in common: it says by name what it does not have."""

from __future__ import annotations

from typing import Any


class Part:
    """An object behind one of xlwings'. A member that it lacks raises NotImplementedError."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._lacks(name)

    def __setattr__(self, name: str, value: object) -> None:
        try:
            object.__setattr__(self, name, value)
        except AttributeError as error:
            raise self._lacks(name) from error

    def _lacks(self, name: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self).__name__}.{name}: our xlwings engine has it not")
