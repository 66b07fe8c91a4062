"""What the tests of whole runs share."""

from collections.abc import Callable

import pytest
from tests.pipeline.damage import Books, sound
from tests.pipeline.road import Road, travelled
from tests.rules.region import write_region

from ramkoll.store.layouts import load_layouts


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The sound workbooks of a small region, made once in each worker."""
    return sound(write_region(tmp_path_factory.mktemp("region"), load_layouts()))


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Road]:
    """An extract's whole road in a period, travelled once in each worker."""
    found: dict[tuple[str, str], Road] = {}

    def of(data: str, period: str) -> Road:
        if (data, period) not in found:
            work = tmp_path_factory.mktemp(f"road-{data}-{period}")
            found[data, period] = travelled(data, period, work)
        return found[data, period]

    return of
