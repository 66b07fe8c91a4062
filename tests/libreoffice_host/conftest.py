"""One LibreOffice with the extension, and one engine, for all that is clicked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.browser.served import Served
from tests.libreoffice_host.office import PROGRAMS, Office

from ramkoll.desktop.oxt.build import build_oxt
from ramkoll.store.acknowledgements import FILE


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker for all that is clicked."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        if item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.xdist_group("libreoffice_host"))
            if missing:
                item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(missing)}"))


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("served"))
    yield made
    made.close()


@pytest.fixture(scope="package")
def started(server: Served) -> Iterator[Office]:
    folder = Path(tempfile.mkdtemp(prefix="ramkoll-lo-"))
    folder.chmod(0o755)
    oxt = folder / "built.oxt"
    oxt.write_bytes(build_oxt())
    made = Office(folder, oxt)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def office(started: Office, server: Served) -> Office:
    """LibreOffice, with an engine that runs."""
    started.engine(server.address, server.secret)
    return started


@pytest.fixture
def nothing_acknowledged(server: Served) -> Iterator[None]:
    """Afterwards, too, when the test has failed: the others count findings."""
    yield
    database = create_engine(f"sqlite:///{server.data / FILE}")
    with database.begin() as connection:
        connection.execute(text("DELETE FROM acknowledgement"))
    database.dispose()
