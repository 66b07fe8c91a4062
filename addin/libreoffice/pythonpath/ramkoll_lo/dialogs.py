"""The two small dialogs: a question, and how the engine is reached."""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence, Tuple

import uno

from ramkoll_lo.settings import Settings

_OK, _CANCEL = 1, 2  # com.sun.star.awt.PushButtonType
_WIDTH, _ROW = 220, 14  # in LibreOffice's units for dialogs, about half a pixel

# Name, heading, value, whether it is shown as dots.
_Field = Tuple[str, str, str, bool]


def ask(frame: Any, label: str) -> Optional[str]:
    """Ask for a text; None when the user would rather not."""
    question = f"{label}: skriv varför."
    found = _run(frame, label, question, (("svar", "Skäl", "", False),), label)
    return None if found is None else found["svar"].strip()


def connection(frame: Any, now: Settings) -> Optional[Settings]:
    """Ask how the engine is reached; None when nothing is to change."""
    words = (
        "Lämna allt tomt, så hittar tillägget Ramkoll på den här datorn av sig självt. "
        "Adress och startkod visas där Ramkoll startas."
    )
    fields = (
        ("address", "Adress", now.address, False),
        ("code", "Startkod", now.code, True),
        ("command", "Kommando som startar Ramkoll", now.command, False),
    )
    found = _run(frame, "Anslutning till Ramkoll", words, fields, "Spara")
    if found is None:
        return None
    return Settings(**{name: value.strip() for name, value in found.items()})


def _run(
    frame: Any, title: str, words: str, fields: Sequence[_Field], ok: str
) -> Optional[Dict[str, str]]:
    """Show a dialog; what was written in each field, or None."""
    context = uno.getComponentContext()
    services = context.ServiceManager
    model = services.createInstanceWithContext("com.sun.star.awt.UnoControlDialogModel", context)
    model.Title = title
    model.Width = _WIDTH
    top = 6
    _add(model, "FixedText", "words", 6, top, _WIDTH - 12, 26, Label=words, MultiLine=True)
    top += 30
    for name, heading, value, secret in fields:
        _add(model, "FixedText", f"{name}_heading", 6, top, _WIDTH - 12, 10, Label=heading)
        top += 11
        edit = _add(model, "Edit", name, 6, top, _WIDTH - 12, _ROW, Text=value)
        edit.HelpText = heading
        if secret:
            edit.EchoChar = ord("•")
        top += _ROW + 6
    right = _WIDTH - 6
    _add(
        model, "Button", "ok", right - 112, top, 54, 16, Label=ok, PushButtonType=_OK
    ).DefaultButton = True
    _add(model, "Button", "no", right - 54, top, 54, 16, Label="Avbryt", PushButtonType=_CANCEL)
    model.Height = top + 22
    dialog = services.createInstanceWithContext("com.sun.star.awt.UnoControlDialog", context)
    dialog.setModel(model)
    toolkit = services.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
    dialog.createPeer(toolkit, frame.ContainerWindow)
    try:
        dialog.getControl(fields[0][0]).setFocus()
        if dialog.execute() != 1:
            return None
        return {name: dialog.getControl(name).getText() for name, *_ in fields}
    finally:
        dialog.dispose()


def _add(model: Any, kind: str, name: str, *at: int, **more: Any) -> Any:
    made = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
    made.PositionX, made.PositionY, made.Width, made.Height = at
    made.Name = name
    for each, value in more.items():
        setattr(made, each, value)
    model.insertByName(name, made)
    return made
