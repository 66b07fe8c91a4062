"""The buttons for an avdelning do what the command line does, in the open workbook."""

import pytest
from playwright.sync_api import expect
from tests.browser.pane import golden


@pytest.mark.parametrize("where", ["pane", "ribbon"])
def test_kontrollera_shows_what_python_found(open_pane, where):
    pane = open_pane("616")
    if where == "pane":
        pane.run("Kontrollera")
    else:
        pane.ribbon("check")
    view = pane.shows("check-616")
    places = pane.rows.locator(".go .place").all_inner_texts()
    assert places == [row["at"]["words"] for row in view["findings"]]
    assert pane.changed() == []
