"""The buttons' words, as the builder took them from the one source of all ribbons."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List

import uno

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROTOCOL = "vnd.ramkoll:"

with open(os.path.join(ROOT, "ribbon.json"), encoding="utf-8") as _file:
    GROUPS: List[Dict[str, Any]] = json.load(_file)["groups"]

BUTTONS: Dict[str, Dict[str, str]] = {
    button["command"]: button for group in GROUPS for button in group["buttons"]
}


def label_of(command: str) -> str:
    """What a command's button says; commands of the panel's own buttons have none."""
    button = BUTTONS.get(command)
    return button["label"] if button else "Kommandot"


def icon(name: str) -> str:
    """The address of a picture of ours."""
    return str(uno.systemPathToFileUrl(os.path.join(ROOT, "icons", f"{name}.png")))
