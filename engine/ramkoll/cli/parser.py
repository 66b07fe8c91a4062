"""The command line's words, in Swedish."""

from __future__ import annotations

import argparse
import re
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from ramkoll import __version__
from ramkoll.model.period import Period

WRONG_USE = 2

_TRANSLATED = (
    (r"the following arguments are required: (.+)", r"det saknas: \1"),
    (r"unrecognized arguments: (.+)", r"okänt: \1"),
    (r"one of the arguments (.+) is required", r"det saknas ett av: \1"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 går inte ihop med \2"),
    (r"argument (.+): expected one argument", r"\1 ska följas av ett värde"),
    (r"argument (.+): expected at least one argument", r"\1 ska följas av minst ett värde"),
    (r"argument (.+): invalid choice: (.+) \(choose from (.+)\)", r"\2 finns inte; välj bland \3"),
    (r"argument (.+): (.+)", r"\1: \2"),
)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        # argparse asks for the usage of each command with an empty prefix, to build on.
        super().add_usage(usage, actions, groups, "Så här: " if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """argparse with Swedish headings and errors."""

    def __init__(self, **settings: Any) -> None:
        settings |= {"add_help": False, "formatter_class": _Formatter}
        super().__init__(**settings)
        self._positionals.title = "argument"
        self._optionals.title = "val"
        self.add_argument("-h", "--help", action="help", help="visa den här hjälpen")

    def error(self, message: str) -> NoReturn:
        for pattern, swedish in _TRANSLATED:
            match = re.fullmatch(pattern, message)
            if match:
                message = match.expand(swedish)
                break
        self.exit(WRONG_USE, f"{self.format_usage()}Fel: {message}.\n")


def parser() -> argparse.ArgumentParser:
    """Every command and what it takes."""
    top = _Parser(
        prog="ramkoll",
        description="Uppföljning och prognos i Excel: dela ut, granska, ställ samman, spåra.",
        epilog="Slutkod: 0 allt väl, 1 fynd som stoppar, 2 fel användning eller inställning.",
    )
    top.add_argument(
        "--version", action="version", version=f"Ramkoll {__version__}", help="visa versionen"
    )
    top.add_argument("--debug", action="store_true", help="visa felets hela väg (för utvecklare)")
    commands = top.add_subparsers(
        dest="command", metavar="KOMMANDO", title="kommandon", parser_class=_Parser
    )
    commands.required = True

    demo = commands.add_parser("demo", help="kör hela flödet på exempelböckerna")
    demo.add_argument(
        "--out", type=Path, metavar="MAPP", default=Path("out"), help="mapp för resultatet (out)"
    )

    distribute = commands.add_parser("distribute", help="gör en arbetsbok per enhet ur utdragen")
    distribute.add_argument(
        "--inputs", type=Path, metavar="MAPP", required=True, help="mapp med utdrag (.csv)"
    )
    distribute.add_argument(
        "--period", type=_period, metavar="ÅR-MÅNAD", required=True, help="till exempel 2024-08"
    )
    distribute.add_argument(
        "--out", type=Path, metavar="MAPP", required=True, help="mapp för arbetsböckerna"
    )

    distribute.add_argument(
        "--previous",
        type=Path,
        metavar="MAPP",
        help="förra periodens ifyllda arbetsböcker: prognoser, kommentarer och texter därifrån "
        "visas bredvid de nya",
    )
    distribute.add_argument(
        "--force", action="store_true", help="skriv över även arbetsböcker som någon har fyllt i"
    )

    refresh = commands.add_parser(
        "refresh", help="för in nya belopp i arbetsböcker som någon har börjat fylla i"
    )
    refresh.add_argument("folder", type=Path, metavar="MAPP", help="arbetsböckerna")
    refresh.add_argument(
        "--inputs", type=Path, metavar="MAPP", required=True, help="mapp med nya utdrag (.csv)"
    )
    refresh.add_argument(
        "--period", type=_period, metavar="ÅR-MÅNAD", help="annars ramarbetsbokens period"
    )
    refresh.add_argument(
        "--frame", type=Path, metavar="FIL", help="ramarbetsboken (annars den i mappen)"
    )
    refresh.add_argument(
        "--dry-run", action="store_true", help="visa vilka celler som skulle ändras, skriv inget"
    )
    refresh.add_argument(
        "--force", action="store_true", help="uppdatera även inlämnade och godkända arbetsböcker"
    )

    areas = commands.add_parser(
        "areas", help="hämta avdelningarnas orsaker till områdenas arbetsböcker"
    )
    areas.add_argument("folder", type=Path, metavar="MAPP", help="inlämnade arbetsböcker")
    areas.add_argument(
        "--frame", type=Path, metavar="FIL", help="ramarbetsboken (annars den i mappen)"
    )

    check = commands.add_parser("check", help="granska inlämnade arbetsböcker")
    check.add_argument("paths", type=Path, nargs="+", metavar="SÖKVÄG", help="filer eller mappar")
    check.add_argument(
        "--frame", type=Path, metavar="FIL", help="ramarbetsboken (annars den i mappen)"
    )
    check.add_argument(
        "--own-sheets",
        action="store_true",
        help="granska också formler och tal på egna blad, som inte hör till formuläret",
    )
    check.add_argument(
        "--return",
        dest="back",
        type=Path,
        metavar="MAPP",
        help="skriv en kopia av varje arbetsbok hit, med fynden på ett blad och vid cellerna",
    )
    check.add_argument(
        "--time",
        type=_time,
        metavar="TID",
        help="dagen som står på kopians blad Granskning, 2024-09-12T08:00 (annars nu)",
    )

    cells = commands.add_parser("cells", help="visa vad som lästes ur en arbetsbok")
    cells.add_argument("workbook", type=Path, metavar="ARBETSBOK")
    cells.add_argument("--sheet", metavar="BLAD", help="bara ett av bladen")

    consolidate = commands.add_parser("consolidate", help="ställ samman regionstyrelsens arbetsbok")
    consolidate.add_argument("folder", type=Path, metavar="MAPP", help="inlämnade arbetsböcker")
    consolidate.add_argument(
        "--frame", type=Path, metavar="FIL", help="ramarbetsboken (annars den i mappen)"
    )
    goes = consolidate.add_mutually_exclusive_group(required=True)
    goes.add_argument("--out", type=Path, metavar="FIL", help="arbetsboken som skrivs")
    goes.add_argument(
        "--into",
        type=Path,
        metavar="FIL",
        help="arbetsbok som finns och får rapportens blad; allt annat i den är kvar",
    )
    consolidate.add_argument(
        "--force",
        action="store_true",
        help="skriv över det som någon har skrivit där rapporten ska stå (med --into)",
    )
    consolidate.add_argument(
        "--time",
        type=_time,
        metavar="TID",
        help="tiden som står på bladet Om, 2024-09-12T08:00 (annars nu)",
    )

    export = commands.add_parser(
        "export", help="gör nämndens version: bara värden, utan arbetsblad, genomsökt"
    )
    export.add_argument("workbook", type=Path, metavar="ARBETSBOK", help="den sammanställda")
    export.add_argument(
        "--nämnd", "--namnd", dest="board", action="store_true", required=True,
        help="till nämnden",
    )  # fmt: skip
    export.add_argument(
        "--out", type=Path, metavar="FIL", required=True, help="arbetsboken som skrivs (.xlsx)"
    )
    export.add_argument(
        "--utkast",
        dest="draft",
        action="store_true",
        help="också en rapport som inte är klar; UTKAST står då på varje sida",
    )

    tables = commands.add_parser("tables", help="skriv tabellerna som CSV, så som de visas")
    tables.add_argument("workbook", type=Path, metavar="ARBETSBOK")
    tables.add_argument("--out", type=Path, metavar="MAPP", required=True, help="mapp för filerna")

    trace = commands.add_parser("trace", help="följ en siffra till cellerna den kommer från")
    trace.add_argument("workbook", type=Path, metavar="ARBETSBOK")
    trace.add_argument("place", metavar="CELL", help="till exempel 'Ekonomisk analys!F7'")

    explain = commands.add_parser(
        "explain", help="förklara en cell: formeln, vad den bygger på, om värdet är aktuellt"
    )
    explain.add_argument("workbook", type=Path, metavar="ARBETSBOK")
    explain.add_argument("place", metavar="CELL", help="till exempel 'Utfall!C20'")
    explain.add_argument(
        "--depth", type=_depth, metavar="ANTAL", default=1, help="så många steg bakåt (1, högst 8)"
    )

    rules = commands.add_parser("rules", help="visa reglerna")
    rules.add_argument("rule", nargs="?", metavar="REGEL", help="visa en regels sida")

    template = commands.add_parser("template", help="skriv tomma formulär")
    template.add_argument(
        "--out", type=Path, metavar="MAPP", required=True, help="mapp för formulären"
    )

    manifest = commands.add_parser("manifest", help="skriv eller granska Excel-tilläggets manifest")
    either = manifest.add_mutually_exclusive_group(required=True)
    either.add_argument("--url", metavar="ADRESS", help="serverns adress, https://localhost:8443")
    either.add_argument("--check", type=Path, metavar="FIL", help="granska ett manifest")
    manifest.add_argument(
        "--out", type=Path, metavar="FIL", help="manifestet som skrivs (annars på skärmen)"
    )

    oxt = commands.add_parser("build-oxt", help="skriv tillägget för LibreOffice Calc")
    oxt.add_argument(
        "--out", type=Path, required=True, metavar="FIL", help="filen som skrivs (.oxt)"
    )
    xlam = commands.add_parser("build-xlam", help="gör tillägget för Excel på skrivbordet (.xlam)")
    xlam.add_argument(
        "--out", type=Path, metavar="FIL", required=True, help="till exempel ramkoll.xlam"
    )

    serve = commands.add_parser(
        "serve", help="starta servern för Excel-tillägget på den här datorn"
    )
    serve.add_argument("--port", type=_port, metavar="PORT", default=8443, help="port (8443)")
    for option, what in (
        ("--submissions", "inlämnade arbetsböcker och ramarbetsboken"),
        ("--inputs", "utdrag (.csv)"),
        ("--previous", "arbetsböckerna i förra rapporten"),
        ("--data", "kvitteringar och certifikat (annars i användarens datamapp)"),
    ):
        serve.add_argument(option, type=Path, metavar="MAPP", help=f"mapp med {what}")
    serve.add_argument(
        "--certificate", type=Path, metavar="FIL", help="certifikat (annars ramkoll certificates)"
    )
    serve.add_argument("--key", type=Path, metavar="FIL", help="certifikatets nyckel")
    serve.add_argument("--http", action="store_true", help="utan HTTPS, för utveckling")
    serve.add_argument("--demo", action="store_true", help="prova i webbläsaren på exempelböckerna")

    desktop = commands.add_parser(
        "desktop", help="kör Ramkoll på skrivbordet, för knapparna i Excel och LibreOffice"
    )
    for option, what in (
        ("--submissions", "inlämnade arbetsböcker och ramarbetsboken"),
        ("--inputs", "utdrag (.csv)"),
        ("--previous", "arbetsböckerna i förra rapporten"),
        ("--data", "kvitteringar (annars i användarens datamapp)"),
    ):
        desktop.add_argument(option, type=Path, metavar="MAPP", help=f"mapp med {what}")
    desktop.add_argument("--port", type=_port, metavar="PORT", help="port (annars en ledig)")
    does = desktop.add_mutually_exclusive_group()
    for option, what in (
        ("--status", "säg om Ramkoll är igång på skrivbordet"),
        ("--stop", "avsluta det som är igång"),
        ("--install", "sätt upp tillägget i Excel och automatisk start för den här användaren"),
        ("--uninstall", "ta bort det som --install har satt upp"),
    ):
        does.add_argument(option, action="store_true", help=what)
    desktop.add_argument(
        "--way",
        choices=("process", "runpython"),
        default="process",
        help="hur Excels knappar når Ramkoll (med --install): en process som alltid är igång, "
        "eller en ny vid varje klick",
    )
    desktop.add_argument(
        "--dry-run", action="store_true", help="visa vad --install eller --uninstall skulle göra"
    )

    certificate = commands.add_parser("certificate", help="skapa ett certifikat för servern")
    certificate.add_argument(
        "--out", type=Path, metavar="MAPP", help="mapp för filerna (annars i datamappen)"
    )

    for each in (
        distribute, refresh, areas, check, consolidate, export, template, xlam, serve, desktop
    ):  # fmt: skip
        each.add_argument(
            "--layouts", type=Path, metavar="MAPP", help="mapp med egna formulär och mallar (.toml)"
        )
    for each in (
        distribute, refresh, areas, cells, check, consolidate, export, tables, trace, explain, rules
    ):  # fmt: skip
        each.add_argument("--json", action="store_true", help="svara med JSON")
    return top


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:6]) <= 65535):
        raise argparse.ArgumentTypeError(
            f"«{text}» är ingen port; skriv ett tal, till exempel 8443"
        )
    return int(text)


def _depth(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:3]) <= 8):
        raise argparse.ArgumentTypeError(f"«{text}» går inte; skriv ett tal från 1 till 8")
    return int(text)


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"«{text}» är ingen period; skriv år-månad, till exempel 2024-08"
        ) from error


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"«{text}» är ingen tid; skriv till exempel 2024-09-12T08:00"
        ) from error
