"""docs/värdar.md: which command works in which host, made of the tests that show it.

A test is marked ``host("libreoffice", "check", "undo")`` for what it shows there, and
``limit("libreoffice", "…")`` when what it shows is a limit, in the words of the page. Each mark
stands at a test function or at a ``pytest.param`` of one, with plain texts as arguments.
"""

import ast
from collections import Counter
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ramkoll.live.catalogue import commands
from ramkoll.store.ribbon import load_ribbon

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "värdar.md"


class HostInfo(NamedTuple):
    """A host: its name, what its tests ran, and whether the real program was there."""

    name: str
    ran: str


HOSTS = {
    "office": HostInfo(
        "Excel med Office-tillägget",
        "Den riktiga panelen och servern i Chromium, mot en sträng efterbildning av Office.js. "
        "Inte i Excel.",
    ),
    "desktop": HostInfo(
        "Excel på skrivbordet",
        "xlwings egen kod för Windows mot en sträng efterbildning av Excel över COM, och "
        "bakgrundsprogrammet som egen process. Inte i Excel och inte på Windows.",
    ),
    "libreoffice": HostInfo(
        "LibreOffice",
        "LibreOffice 7.4 på Debian, med musklick i verktygsraden och i panelen. Några knappar också för "
        "hand i 25.2 och 26.8.",
    ),
    "cli": HostInfo("Kommandoraden", "Kommandona själva, på Linux."),
}

#: What the pane and the commands' own buttons call them; the ribbon has the others.
OTHER_COMMANDS = {
    "acknowledge": "Kvittera",
    "withdraw": "Ångra kvittering",
    "use_forecast": "Använd förslag",
}
#: What a host can do beside the commands.
ABILITIES = {
    "go_to": "Gå till cellen som ett fynd gäller",
    "undo": "Ångra tar tillbaka allt som ett kommando skrev",
    "cancel": "Avbryta ett kommando, och inget har ändrats",
    "changed": "Cellen har ändrats sedan den lästes: inget skrivs",
    "locked": "Låst cell: inget skrivs",
    "rollback": "Fel mitt i skrivningen: allt läggs tillbaka",
    "gone": "Motorn svarar inte: sägs i klartext",
}


class Shown(NamedTuple):
    """What a mark says of a test: the host, and what is shown there."""

    host: str
    what: tuple[str, ...]
    limit: str
    test: str


@cache
def shown() -> tuple[Shown, ...]:
    """Every mark of every test, in the order of the files."""
    found: list[Shown] = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.host(" in text or "mark.limit(" in text:
            for function in ast.walk(ast.parse(text)):
                if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
                    at = f"{path.relative_to(ROOT).as_posix()}::{function.name}"
                    for decorator in function.decorator_list:
                        found += _marks(decorator, at)
    return tuple(found)


def _marks(decorator: ast.expr, at: str) -> list[Shown]:
    found = []
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in ("host", "limit"):
                continue
            texts = [ast.literal_eval(argument) for argument in node.args]
            host, *rest = texts
            limit = node.func.attr == "limit"
            found.append(Shown(host, () if limit else tuple(rest), rest[0] if limit else "", at))
    return found


def rows() -> dict[str, str]:
    """What the table has rows for, by id, with its Swedish name; in the ribbon's order."""
    found: dict[str, str] = {}
    for button in load_ribbon().buttons:
        found[button.command] = button.label
        if button.command == "check":
            found |= {key: OTHER_COMMANDS[key] for key in ("acknowledge", "withdraw")}
        if button.command == "forecast":
            found["use_forecast"] = OTHER_COMMANDS["use_forecast"]
    return found


def _table(heading: str, ids: dict[str, str]) -> list[str]:
    count = Counter((each.host, what) for each in shown() for what in each.what)
    out = [
        "| " + " | ".join([heading, *(host.name for host in HOSTS.values())]) + " |",
        "|---|" + "---|" * len(HOSTS),
    ]
    for key, name in ids.items():
        cells = [_words(count[host, key]) for host in HOSTS]
        out.append("| " + " | ".join([name, *cells]) + " |")
    return out


def _words(tests: int) -> str:
    return "–" if not tests else f"ja ({tests} prov)"


def page() -> str:
    """The page, from the marks alone."""
    out = [
        "# Värdar: vad som fungerar var",
        "",
        "Sidan görs av proven (`make update`): en ruta säger ja när minst ett prov visar det i den "
        "värden, och hur många prov det är. Ett streck betyder att det inte finns där eller inte är prövat.",
        "",
        "## Vad proven kördes i",
        "",
        *(f"- **{host.name}.** {host.ran}" for host in HOSTS.values()),
        "",
        "## Kommandon",
        "",
        *_table("Kommando", rows()),
        "",
        "## Det som gäller alla kommandon",
        "",
        *_table("Egenskap", ABILITIES),
        "",
        "## Gränser",
        "",
    ]
    for host, of_host in groupby(
        sorted(
            (each for each in shown() if each.limit), key=lambda each: list(HOSTS).index(each.host)
        ),
        key=lambda each: each.host,
    ):
        out += [f"### {HOSTS[host].name}", ""]
        out += [f"- {limit}" for limit in dict.fromkeys(each.limit for each in of_host)]
        out.append("")
    return "\n".join(out)


def test_the_page_of_hosts_is_what_the_tests_show(request):
    text = page()
    if request.config.getoption("update_goldens"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "`make update` writes docs/värdar.md"


def test_every_mark_names_a_host_and_something_that_there_is():
    known = {*rows(), *ABILITIES}
    wrong = [
        each
        for each in shown()
        if each.host not in HOSTS or not (each.what or each.limit) or set(each.what) - known
    ]
    assert not wrong


def test_every_command_of_the_engine_has_a_row():
    assert set(commands()) <= set(rows())


def test_every_command_is_shown_in_every_host_with_a_window():
    shown_in = {(each.host, what) for each in shown() for what in each.what}
    wanted = {(host, key) for host in HOSTS if host != "cli" for key in rows()}
    assert not wanted - shown_in
