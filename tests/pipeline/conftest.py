"""What the tests of damaged workbooks share."""

import pytest
from tests.pipeline.damage import Books, sound
from tests.rules.region import write_region

from ramkoll.store.layouts import load_layouts


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The sound workbooks of a small region, made once in each worker."""
    return sound(write_region(tmp_path_factory.mktemp("region"), load_layouts()))
