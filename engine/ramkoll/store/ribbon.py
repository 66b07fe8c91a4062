"""The ribbon from its one source, addin/ribbon.toml, checked: groups, buttons, their words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeVar, cast

from ramkoll.model.errors import RamkollError
from ramkoll.store.resources import resource

ICON_SIZES = (16, 20, 24, 32, 40, 48, 64, 80)  # pixels; all that Office asks for at any scaling
LABEL_LENGTH, DESCRIPTION_LENGTH = 125, 250  # what Office takes
KINDS = ("command", "pane")
SIZES = ("large", "small")

_ID = re.compile(r"[a-z][a-z0-9_]{0,19}")  # short, since ids of resources grow from it
_KEYTIP = re.compile(r"[A-Z0-9]{1,3}")
T = TypeVar("T")


@dataclass(frozen=True)
class Button:
    """A button. ``command`` is of the engine, or of the pane when ``kind`` says so.

    ``screentip`` heads ``supertip``, which says what happens; ``icon`` is a file in addin/icons.
    """

    id: str
    label: str
    command: str
    kind: Literal["command", "pane"]
    screentip: str
    supertip: str
    keytip: str
    icon: str
    size: Literal["large", "small"]


@dataclass(frozen=True)
class Group:
    """Buttons with a heading; the icon stands for all of them when the window is narrow."""

    id: str
    label: str
    icon: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Tab:
    """The tab; its icon is that of the whole add-in."""

    id: str
    label: str
    keytip: str
    icon: str
    groups: tuple[Group, ...]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Every button in order."""
        return tuple(button for group in self.groups for button in group.buttons)

    @property
    def icons(self) -> tuple[str, ...]:
        """The names of all icons, each once."""
        names = [self.icon, *(group.icon for group in self.groups)]
        return tuple(dict.fromkeys([*names, *(button.icon for button in self.buttons)]))


def load_ribbon() -> Tab:
    """Ramkoll's own ribbon. RamkollError when its file is missing or cannot be used."""
    path = resource("addin/ribbon.toml")
    try:
        return ribbon(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path.name, f"den går inte att läsa ({error})") from error


def ribbon(text: str, where: str) -> Tab:
    """A ribbon from the text of its file. RamkollError for the first fault, named in Swedish."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unusable(where, f"den är ingen giltig TOML ({error})") from error
    _only(data, {"tab", "group"}, where, "filen")
    groups = tuple(_group(each, where) for each in _tables(data, "group", where, "filen"))
    tab = _filled(Tab, data.get("tab"), where, "fliken", groups=groups)
    _check(tab, where)
    return tab


def _group(data: Mapping[str, Any], where: str) -> Group:
    name = f"gruppen «{data.get('id', '?')}»"
    buttons = tuple(
        _filled(Button, each, where, f"knappen «{each.get('id', '?')}»")
        for each in _tables(data, "button", where, name)
    )
    rest = {key: value for key, value in data.items() if key != "button"}
    return _filled(Group, rest, where, name, buttons=buttons)


def _tables(data: Mapping[str, Any], key: str, where: str, name: str) -> list[dict[str, Any]]:
    found = data.get(key)
    if (
        not isinstance(found, list)
        or not all(isinstance(each, dict) for each in found)
        or not found
    ):
        raise _unusable(where, f"{name} har inga [[{key}]]")
    return cast(list[dict[str, Any]], found)


def _filled(kind: type[T], data: object, where: str, name: str, **inner: object) -> T:
    """A dataclass whose other fields are all texts, none of them missing, empty or unknown."""
    wanted = {field.name for field in fields(cast(Any, kind))} - inner.keys()
    if not isinstance(data, dict):
        raise _unusable(where, f"{name} saknas")
    _only(data, wanted, where, name)
    for key in sorted(wanted):
        value = data.get(key)
        if not isinstance(value, str) or not value.strip() or value != value.strip():
            raise _unusable(where, f"{name} saknar en text för {key}")
    return kind(**data, **inner)


def _only(data: Mapping[str, Any], known: set[str], where: str, name: str) -> None:
    if unknown := sorted(data.keys() - known):
        raise _unusable(where, f"{name} har en okänd uppgift: {unknown[0]}")


def _check(tab: Tab, where: str) -> None:
    for fault in _faults(tab):
        raise _unusable(where, fault)


def _faults(tab: Tab) -> Iterator[str]:
    ids = [tab.id, *(group.id for group in tab.groups), *(button.id for button in tab.buttons)]
    for each in [*ids, *tab.icons, *(button.command for button in tab.buttons)]:
        if _ID.fullmatch(each) is None:
            yield f"«{each}» ska vara små bokstäver a–z, siffror och understreck, högst 20 tecken"
    labels = [tab.label, *(group.label for group in tab.groups)]
    for label in [*labels, *(button.label for button in tab.buttons)]:
        if len(label) > LABEL_LENGTH:
            yield f"etiketten «{label[:30]}…» är längre än {LABEL_LENGTH} tecken"
    for what, given in (
        ("id", [group.id for group in tab.groups]),
        ("id", [button.id for button in tab.buttons]),
        ("kommandot", [button.command for button in tab.buttons]),
    ):
        for each in {each for each in given if given.count(each) > 1}:
            yield f"{what} «{each}» står på två ställen"
    for button in tab.buttons:
        name = f"knappen «{button.id}»"
        if button.kind not in KINDS:
            yield f"{name} har okänd kind «{button.kind}»; välj bland {', '.join(KINDS)}"
        if button.size not in SIZES:
            yield f"{name} har okänd size «{button.size}»; välj bland {', '.join(SIZES)}"
        if len(button.screentip) > LABEL_LENGTH:
            yield f"{name} har en screentip som är längre än {LABEL_LENGTH} tecken"
        if len(button.supertip) > DESCRIPTION_LENGTH:
            yield f"{name} har en supertip som är längre än {DESCRIPTION_LENGTH} tecken"
    yield from _keytip_faults(tab)


def _keytip_faults(tab: Tab) -> Iterator[str]:
    keytips = [button.keytip for button in tab.buttons]
    for each in [tab.keytip, *keytips]:
        if _KEYTIP.fullmatch(each) is None:
            yield f"tangenttipset «{each}» ska vara en till tre av A–Z och 0–9"
    for number, each in enumerate(keytips):
        # The one that is the beginning of another would be taken before the other is complete.
        for other in keytips[:number] + keytips[number + 1 :]:
            if other.startswith(each):
                yield f"tangenttipset «{each}» är också början av «{other}»"


def _unusable(where: str, what: str) -> RamkollError:
    return RamkollError(
        f"Menyfliken kan inte användas: {what}.",
        where=where,
        todo="Rätta filen, eller installera om Ramkoll om ni inte har ändrat den.",
    )
