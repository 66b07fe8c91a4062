"""The commands of the add-in: the server, and a certificate for it."""

from __future__ import annotations

import importlib.util
import os
import platform
import signal
import sys
import tempfile
import webbrowser
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from ramkoll.cli import OK
from ramkoll.model.errors import RamkollError
from ramkoll.store.resources import resource

_NEEDS = ("fastapi", "uvicorn", "pydantic", "sqlalchemy", "cryptography", "xlwings")
_EXAMPLES, _EXTRACTS = "workbooks/2024-08", "extracts/2024-08/inputs"
_LATE = "workbooks/prova/sena_bokningar.csv"
_SOON = timedelta(days=14)
_KEYCHAIN = "~/Library/Keychains/login.keychain-db"


def _serve(arguments: Namespace) -> int:
    installed()
    from ramkoll.server.app import make_app
    from ramkoll.server.demo_extracts import later_extracts
    from ramkoll.server.log import log_to_stderr
    from ramkoll.server.serve import listen, server
    from ramkoll.server.settings import Settings, data_folder, private_folder, user_name

    http = arguments.http or (arguments.demo and arguments.certificate is None)
    given = arguments.data or data_folder()
    certificate = None if http else _certificate_files(arguments, given)
    with ExitStack() as stack:
        examples = extracts = None
        if arguments.demo:
            # What somebody tries out is not kept, and not mixed with what is real.
            tried = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ramkoll-demo-")))
            examples = resource(_EXAMPLES)
            extracts = later_extracts(resource(_EXTRACTS), resource(_LATE), tried / "utdrag")
            given = arguments.data or tried / "data"
        data = private_folder(given)
        listener = stack.enter_context(listen("127.0.0.1", arguments.port))
        settings = Settings(
            data=data,
            port=listener.getsockname()[1],
            https=not http,
            submissions=arguments.submissions or examples,
            inputs=arguments.inputs or extracts,
            previous=arguments.previous,
            layouts=arguments.layouts,
            demo=arguments.demo,
            user=user_name(),
        )
        app = make_app(settings)
        log_to_stderr()

        def ready() -> None:
            page = "demo.html" if settings.demo else ""
            print(f"Panelen: {settings.address}{page}#nyckel={settings.secret}")
            print(f"Startkod: {settings.secret}")
            print("Koden gäller tills servern stoppas. Stoppa med Ctrl-C.", flush=True)
            own = arguments.submissions or arguments.inputs or arguments.previous
            # The address has the code in it, which others may see on the browser's command line:
            # over the examples alone that does no harm.
            if settings.demo and not own and _has_screen():
                webbrowser.open(f"{settings.address}{page}#nyckel={settings.secret}")

        # A service manager asks in another way than Ctrl-C, for the same.
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            server(app, settings, certificate, ready).run(sockets=[listener])
        except KeyboardInterrupt:
            pass  # the way it is meant to be stopped
        finally:
            signal.signal(signal.SIGTERM, before)
    print("Servern är stoppad.")
    return OK


def _has_screen() -> bool:
    """Whether somebody sits there: without a screen, a browser of texts would take the terminal."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    return platform.system() != "Linux" or any(os.environ.get(name) for name in screens)


def _certificate_files(arguments: Namespace, data: Path) -> tuple[Path, Path]:
    from ramkoll.server.certificate import CERTIFICATE, KEY, checked_certificate

    if (arguments.certificate is None) != (arguments.key is None):
        raise RamkollError(
            "Certifikat och nyckel hör ihop.",
            todo="Ange både --certificate och --key, eller ingen.",
        )
    folder = data / "certifikat"
    files = (arguments.certificate or folder / CERTIFICATE, arguments.key or folder / KEY)
    left = checked_certificate(*files)
    if left < _SOON:
        print(
            f"Varning: certifikatet gäller bara {left.days} dagar till. "
            "Förnya det med ramkoll certificate.",
            file=sys.stderr,
        )
    return files


def _certificate(arguments: Namespace) -> int:
    installed()
    from ramkoll.server.certificate import make_certificate
    from ramkoll.server.settings import data_folder

    made = make_certificate(arguments.out or data_folder() / "certifikat")
    print(f"Certifikatet för localhost är skrivet: {made.certificate}")
    print(f"Det gäller till {made.until:%Y-%m-%d}; kör kommandot igen för att förnya det.")
    if not made.new_authority:
        print("Utfärdaren är densamma som förut och behöver inte godkännas igen.")
        return OK
    print(
        f"""
Utfärdaren är ny och gäller till {made.authority_until:%Y-%m-%d}. Den kan bara intyga den
egna datorn (localhost, 127.0.0.1, ::1). Innan Excel visar panelen ska den godkännas en gång:

  Windows, för den egna användaren (PowerShell):
    Import-Certificate -FilePath "{made.authority}" -CertStoreLocation Cert:\\CurrentUser\\Root
  Windows, för alla (IT): importera filen med grupprincip till Betrodda rotcertifikatutfärdare.
  Mac:
    security add-trusted-cert -r trustRoot -k {_KEYCHAIN} "{made.authority}"

Så tas godkännandet bort:

  Windows:
    Remove-Item Cert:\\CurrentUser\\Root\\{made.fingerprint}
  Mac:
    security delete-certificate -Z {made.fingerprint} {_KEYCHAIN}

Filerna med nyckel i namnet ska stanna på den här datorn."""
    )
    return OK


def installed() -> None:
    """Raise RamkollError when what only the server needs is not installed."""
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise RamkollError(
            f"Servern behöver paket som inte är installerade: {', '.join(missing)}.",
            todo='Installera dem med pip install "ramkoll[server]".',
        )


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "certificate": _certificate,
    "serve": _serve,
}
