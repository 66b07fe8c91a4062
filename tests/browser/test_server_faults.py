"""The server is gone, held, restarted, slow or full: the pane says so, and the workbook is as it was."""

import pytest
from playwright.sync_api import expect

NETWORK = "Failed to load resource|net::ERR"

# The click, and how long it takes until what it did is painted, in the page's own time.
PAINTED = """
async (label) => {
  const found = [...document.querySelectorAll("nav [role=button]")].find((b) => b.textContent.trim() === label);
  const from = performance.now();
  found.click();
  const said = document.querySelector("#status").textContent;
  const seen = !document.querySelector(".progress").hidden;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [performance.now() - from, document.body.getAttribute("aria-busy"), said, seen];
}
"""


def test_a_click_is_acknowledged_at_once_though_the_server_does_not_answer(server, open_pane):
    pane = open_pane("616")
    pane.host("remember")
    server.hold()
    try:
        took, busy, said, seen = pane.page.evaluate(PAINTED, "Kontrollera")
        assert took < 100
        assert (busy, said, seen) == ("true", "Kontrollera körs …", True)
        for label in ("Kontrollera", "Sammanställ", "Ta bort markeringar"):
            expect(pane.button(label, "nav")).to_have_attribute("aria-disabled", "true")
        assert len(pane.host("disabled")) == 11
        # Excel's ribbon may be clicked all the same.
        pane.host("click", "forecast")
        assert pane.status == "Kontrollera körs redan. Vänta, eller välj Avbryt."
        pane.button("Avbryt").click()
        assert pane.done() == "Kontrollera avbröts. Inget har ändrats."
        expect(pane.button("Kontrollera", "nav")).not_to_have_attribute("aria-disabled", "true")
        assert pane.host("disabled") == []
    finally:
        server.let_go()
    assert "4 fynd" in pane.run("Kontrollera")
    assert pane.changed() == []


def test_a_slow_server_is_waited_for(server, open_pane):
    pane = open_pane("616")
    server.hold()
    try:
        pane.press("Kontrollera")
        pane.page.wait_for_timeout(1500)
    finally:
        server.let_go()
    assert "4 fynd" in pane.done()


@pytest.mark.host("office", "gone")
def test_a_server_that_is_killed_in_the_middle_and_one_that_starts_anew(own_server, open_pane):
    server = own_server()
    pane = open_pane("616", at=server)
    pane.expected += [NETWORK]
    pane.host("remember")
    pane.page.evaluate("() => void (window.clicked = ramkollTest.click('units'))")
    expect(pane.page.locator(".progress .what")).to_contain_text("av", timeout=60_000)
    server.kill()
    pane.page.evaluate("() => window.clicked")  # event.completed() is called
    pane.done()
    assert "svarar inte" in pane.trouble
    assert "ramkoll serve" in pane.trouble
    assert len(pane.error_id) == 8
    assert pane.changed() == []
    # Another server, another start code.
    again = own_server(server)
    assert again.secret != server.secret
    pane.run("Kontrollera")
    field = pane.page.get_by_label("Startkod")
    field.fill("fel kod")
    pane.button("Fortsätt").click()
    expect(pane.page.get_by_text("Startkoden saknas eller är fel.")).to_be_visible()
    expect(field).to_have_value("")
    field.fill(f" {again.secret} ")
    pane.button("Fortsätt").click()
    expect(pane.page.get_by_role("heading", name="Fynd")).to_be_visible(timeout=60_000)
    assert "4 fynd" in pane.done()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html>Bad gateway</html>", "Servern svarade med kod 500"),
        ("", "Servern svarade med kod 500"),
        (
            '{"error": {"id": "0badcafe", "what": "Något gick fel i servern.", "where": "", '
            '"expected": "", "todo": "Försök igen."}}',
            "0badcafe",
        ),
    ],
)
def test_a_server_that_answers_500(open_pane, body, said):
    pane = open_pane("616")
    pane.expected += [NETWORK]
    pane.page.route("**/api/v1/commands/check", lambda route: route.fulfill(status=500, body=body))
    pane.ribbon("check")
    assert said in pane.trouble
    assert "Försök igen" in pane.trouble
    assert len(pane.error_id) == 8
    pane.page.unroute("**/api/v1/commands/check")
    pane.button("Försök igen", ".trouble").click()
    assert "4 fynd" in pane.done()


def test_a_stream_that_is_cut_is_followed_by_asking(open_pane):
    pane = open_pane("616")
    pane.expected += [NETWORK]
    pane.page.route("**/events", lambda route: route.abort())
    assert "4 fynd" in pane.run("Kontrollera")


def test_an_answer_that_is_no_answer_is_refused(open_pane):
    pane = open_pane("616")
    pane.page.route("**/events", lambda route: route.fulfill(body="<html></html>\n"))
    assert "4 fynd" in pane.run("Kontrollera")
    pane.page.route("**/jobs/*", lambda route: route.fulfill(body="<html></html>"))
    pane.expected += ["^error: Ramkoll [0-9a-f]{8}"]
    pane.run("Kontrollera")
    assert len(pane.error_id) == 8
    assert pane.changed() == []


def test_without_a_network(open_pane):
    pane = open_pane("616")
    pane.expected += [NETWORK]
    pane.page.context.set_offline(True)
    pane.ribbon("check")
    assert "svarar inte" in pane.trouble
    pane.page.context.set_offline(False)
    pane.button("Försök igen", ".trouble").click()
    assert "4 fynd" in pane.done()


@pytest.mark.limit("office", "Mer än 5 MB i en arbetsbok kan inte skickas; det sägs i klartext.")
def test_a_workbook_of_more_than_five_megabytes_is_refused_in_words(open_pane):
    pane = open_pane("616")
    pane.expected += [NETWORK]
    # Texts that no packing makes smaller, on a sheet that the command reads.
    pane.page.evaluate("""() => {
      const bytes = new Uint8Array(300);
      const texts = {};
      for (let row = 200; row < 25_200; row++) {
        crypto.getRandomValues(bytes);
        texts[`Utfall!L${row}`] = btoa(String.fromCharCode(...bytes));
      }
      ramkollTest.type(texts);
      ramkollTest.remember();
    }""")
    pane.ribbon("check")
    assert "stor" in pane.trouble
    assert len(pane.error_id) == 8
    assert pane.changed() == []


def test_an_answer_larger_than_excel_takes_is_read_in_pieces(open_pane):
    pane = open_pane("616")
    syncs = "() => ramkollTest.faults.syncs"
    pane.ribbon("check")
    usual = pane.page.evaluate(syncs)
    pane.faulty("f.limit = 100_000")
    assert "4 fynd" in pane.ribbon("check")
    assert pane.page.evaluate(syncs) > 2 * usual


def test_a_double_click_runs_a_command_once(open_pane):
    pane = open_pane("616")
    asked: list[str] = []
    pane.page.on("request", lambda one: asked.append(f"{one.method} {one.url}"))
    pane.button("Kontrollera", "nav").dblclick()
    pane.done()
    assert len([one for one in asked if one.startswith("POST") and "/commands/" in one]) == 1


def test_without_a_start_code_the_pane_asks_for_it_first(open_pane):
    pane = open_pane("616")
    pane.page.evaluate("() => sessionStorage.clear()")
    pane.page.goto(pane.server.address)
    field = pane.page.get_by_label("Startkod")
    field.fill(f"{pane.server.address}#nyckel={pane.server.secret}")
    field.press("Enter")
    expect(pane.page.get_by_role("heading", name="Börja här")).to_be_visible()
    assert "#" not in pane.page.url
    assert "4 fynd" in pane.run("Kontrollera")


def test_the_start_code_is_gone_from_the_address(open_pane):
    pane = open_pane("616")
    assert pane.server.secret not in pane.page.url
    assert pane.server.secret not in pane.page.content()
