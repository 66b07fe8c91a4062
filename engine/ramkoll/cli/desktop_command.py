"""The desk: started, asked, stopped, installed."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ramkoll.cli import BLOCKED, OK
from ramkoll.cli.serve_commands import installed
from ramkoll.model.errors import RamkollError

if TYPE_CHECKING:
    from ramkoll.desktop.options import Options


def _desktop(arguments: Namespace) -> int:
    installed()
    if arguments.stop:
        return _stop()
    if arguments.status:
        return _status()
    if arguments.install or arguments.uninstall:
        return _install(arguments)
    from ramkoll.desktop.process import speechless, tell

    # At logon nobody sees a terminal: there is none.
    silent = speechless()
    try:
        return _start(arguments)
    except RamkollError as error:
        if silent:
            tell(f"Ramkoll kunde inte starta. {error}")
        raise


def _start(arguments: Namespace) -> int:
    from ramkoll.desktop.options import read_options
    from ramkoll.desktop.process import not_answering, run_desk, running_desk
    from ramkoll.server.settings import data_folder

    folder = data_folder()
    options = _given(arguments).over(read_options(folder))

    def ready(desk: object) -> None:
        print("Ramkoll är igång på skrivbordet. Avsluta med Ctrl-C eller ramkoll desktop --stop.")
        print(_serves(), flush=True)

    if run_desk(options, folder, ready):
        print("Ramkoll på skrivbordet är avslutat.")
        return OK
    if running_desk(folder) is None:
        raise not_answering(folder)
    print("Ramkoll är redan igång på skrivbordet. Ingen till behövs.")
    return OK


def _status() -> int:
    from ramkoll.desktop.process import running_desk
    from ramkoll.server.settings import data_folder

    found = running_desk(data_folder(), patience=0)
    if found is None:
        print("Ramkoll är inte igång på skrivbordet. Starta med ramkoll desktop.")
        return BLOCKED
    print(f"Ramkoll {found['version']} är igång på skrivbordet, sedan {_long(found['uptime'])}.")
    print(_serves())
    for name, words in (
        ("submissions", "inlämnade arbetsböcker"),
        ("inputs", "utdrag"),
        ("previous", "förra rapporten"),
    ):
        print(f"  {words}: {'inställt' if found[name] else 'inte inställt'}")
    return OK


def _stop() -> int:
    from ramkoll.desktop.address import answers, ask, read_address
    from ramkoll.desktop.process import gone, not_answering
    from ramkoll.server.settings import data_folder

    folder = data_folder()
    address = read_address(folder)
    if address is None or answers(address) is None:
        print("Ramkoll är inte igång på skrivbordet.")
        return OK
    ask(address, "POST", "/api/v1/desk/stop")
    if not gone(folder):
        raise not_answering(folder)
    print("Ramkoll på skrivbordet är avslutat.")
    return OK


def _install(arguments: Namespace) -> int:
    from ramkoll.desktop.install import install, uninstall
    from ramkoll.desktop.machine import this_machine

    machine = this_machine(dry=arguments.dry_run)
    if arguments.uninstall:
        if not arguments.dry_run:
            _stop()
        done = uninstall(machine)
    else:
        done = install(machine, _given(arguments), arguments.way)
    for each in done:
        print(each)
    if arguments.dry_run:
        print("Inget är gjort: det här är vad som skulle göras.")
    return OK


def _given(arguments: Namespace) -> Options:
    from ramkoll.desktop.options import NAMES, Options

    given = {name: getattr(arguments, name) for name in NAMES}
    # The desk is started from another folder than the one where this is written.
    return Options(
        **{
            name: each.absolute() if hasattr(each, "absolute") else each
            for name, each in given.items()
        }
    )


def _serves() -> str:
    from ramkoll.desktop.process import HAS_EXCEL

    if HAS_EXCEL:
        return "Den tar emot klick från Excel och LibreOffice."
    return "Den tar emot klick från LibreOffice. (Excel kan bara styras i Windows.)"


def _long(seconds: int) -> str:
    minutes = seconds // 60
    if minutes < 2:
        return "en minut" if minutes else "mindre än en minut"
    return f"{minutes} minuter" if minutes < 120 else f"{minutes // 60} timmar"


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"desktop": _desktop}
