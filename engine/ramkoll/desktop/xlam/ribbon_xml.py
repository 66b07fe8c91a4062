"""The ribbon of the desktop add-in: Office's customUI (2009/07) from addin/ribbon.toml."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from ramkoll.store.ribbon import Button, Group, Tab

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
# The procedures of RamkollRibbon.bas that Excel calls.
ON_LOAD, ON_ACTION, GET_ENABLED = "Ramkoll_OnLoad", "Ramkoll_OnAction", "Ramkoll_GetEnabled"


def ribbon_xml(tab: Tab) -> str:
    """The part customUI14.xml: a tab with groups of buttons.

    A button's command is its ``tag``, which the one procedure of all clicks reads; its picture is
    the id of a relationship of the part, the name of the icon.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f'<customUI xmlns="{NAMESPACE}" onLoad="{ON_LOAD}">',
        "  <ribbon>",
        "    <tabs>",
        _element(6, "tab", id=f"ramkoll_tab_{tab.id}", label=tab.label, keytip=tab.keytip),
        *(line for group in tab.groups for line in _group(group)),
        "      </tab>",
        "    </tabs>",
        "  </ribbon>",
        "</customUI>",
        "",
    ]
    return "\n".join(lines)


def _group(group: Group) -> Iterator[str]:
    yield _element(8, "group", id=f"ramkoll_group_{group.id}", label=group.label, image=group.icon)
    for button in group.buttons:
        yield _button(button)
    yield "        </group>"


def _button(button: Button) -> str:
    return _element(
        10,
        "button",
        end="/>",
        id=f"ramkoll_{button.id}",
        tag=button.command,
        label=button.label,
        image=button.icon,
        size="large" if button.size == "large" else "normal",
        screentip=button.screentip,
        supertip=button.supertip,
        keytip=button.keytip,
        onAction=ON_ACTION,
        getEnabled=GET_ENABLED,
    )


def _element(indent: int, name: str, end: str = ">", **attributes: str) -> str:
    said = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
    return f"{' ' * indent}<{name} {said}{end}"
