"""How long a click takes: from the button to the painted answer, through the real server.

The demo page, the real client and the real server in headless Chromium. Prints a table and
writes tests/bench/CLICKS.md. Run by ``make bench``.
"""

import argparse
import gzip
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from tests.live.calls import call
from tests.pipeline.opened import book

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "workbooks" / "2024-08"
INPUTS = ROOT / "tests" / "data" / "2024-08" / "inputs"
RESULTS = Path(__file__).with_name("CLICKS.md")
LARGEST = "616"
REPORT = "regionstyrelsen-2024-08.xlsx"
GZIP_FROM = 16_384  # the client compresses what is larger


@dataclass
class Server:
    """A running server, and how to call it."""

    process: subprocess.Popen[str]
    port: int
    secret: str

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=120)
        headers |= {"Authorization": f"Bearer {self.secret}"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        assert answer.status < 300, (answer.status, data[:300])
        return data

    def run(self, command: str, body: bytes) -> tuple[dict[str, Any], float, int]:
        """The answer of a command, seconds to the first progress, and bytes of the answer."""
        headers = {"Content-Type": "application/json"}
        if len(body) > GZIP_FROM:
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        begun = time.perf_counter()
        job = json.loads(self.ask("POST", f"/api/v1/commands/{command}", body, **headers))["job"]
        connection = http.client.HTTPConnection("localhost", self.port, timeout=120)
        path = f"/api/v1/jobs/{job}/events"
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.secret}"})
        first, state, size = 0.0, {}, 0
        for line in connection.getresponse():
            state, size = json.loads(line), len(line)
            if not first and (state["done"] or state["answer"]):
                first = time.perf_counter() - begun
        connection.close()
        assert state["state"] == "done", state
        return state, first, size

    def memory(self) -> float:
        """Resident megabytes of the server and its workers."""
        own = subprocess.run(
            ["ps", "-o", "rss=", "--ppid", str(self.process.pid), "-p", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        return sum(map(int, own.stdout.split())) / 1024


@contextmanager
def served(*options: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "ramkoll", "serve", "--http", "--port", "0"]
        process = subprocess.Popen(
            [*command, "--data", data, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.search(r"localhost:(\d+)/\S*#nyckel=(\S+)", line):
                    yield Server(process, int(found[1]), found[2])
                    break
        finally:
            process.terminate()
            process.wait(20)


CLICK = """async (label) => {
  const found = [...document.querySelectorAll("nav [role=button]")];
  const button = found.find((each) => each.textContent.trim() === label);
  const begun = performance.now();
  button.click();
  const heard = document.body.getAttribute("aria-busy") === "true" ? performance.now() - begun : -1;
  await new Promise((done) => {
    const ended = () => document.body.getAttribute("aria-busy") !== "true";
    if (ended()) return done();
    const watch = new MutationObserver(() => ended() && (watch.disconnect(), done()));
    watch.observe(document.body, { attributes: true });
  });
  const answered = performance.now();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const trouble = document.querySelector("h2 code, code");
  return { heard, answered: answered - begun, painted: performance.now() - begun,
           trouble: trouble ? document.body.innerText.slice(0, 500) : "" };
}"""
CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def clicked(server: Server, book_name: str, buttons: dict[str, int]) -> list[str]:
    """Rows of the table: each button clicked so many times in the demo page, one click left out."""
    rows = []
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM.split())
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(180_000)
        page.goto(f"http://localhost:{server.port}/demo.html#nyckel={server.secret}")
        page.get_by_role("tab", name="Utfall").wait_for()
        if book_name != f"{LARGEST}.xlsx":
            page.locator("select").first.select_option(book_name)
            page.get_by_role("tab", name="Underlag", exact=True).wait_for()
        pane = page.frame_locator("iframe").get_by_role("navigation", name="Kommandon")
        pane.wait_for()
        frame = page.frames[1]
        for label, count in buttons.items():
            found = [frame.evaluate(CLICK, label) for _ in range(count + 1)][1:]
            assert not any(each["trouble"] for each in found), found[0]["trouble"]
            heard = max(each["heard"] for each in found)
            painted = [each["painted"] / 1000 for each in found]
            rows.append(f"| {label} | {percentiles(painted)} | {heard:.0f} |")
        browser.close()
    return rows


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"{1000 * statistics.median(seconds):.0f} | {1000 * p95:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=40)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--report", action=argparse.BooleanOptionalAction, default=True)
    chosen = parser.parse_args()
    assert shutil.which("ps")
    rows: list[str] = []
    with served("--demo") as server:
        painted = clicked(
            server,
            f"{LARGEST}.xlsx",
            {"Kontrollera": chosen.clicks, "Prognosförslag": chosen.clicks}
            | {"Nästa att kommentera": chosen.clicks // 2, "Jämför med förra": chosen.clicks // 2}
            | {"Mina avdelningar": max(3, chosen.clicks // 5)},
        )
        few = max(3, chosen.clicks // 5)
        report = {"Sammanställ": few, "Stäm av": few}
        painted += clicked(server, REPORT, report) if chosen.report else []
    with served("--submissions", str(EXAMPLES), "--inputs", str(INPUTS)) as server:
        body = call(book(LARGEST))
        for command in ("check", "next_comment", "forecast", "refresh", "compare"):
            server.run(command, body)
            rows.append(measured(server, command, body, chosen.clicks))
        empty = json.dumps({"workbook": {"name": "x.xlsx", "sheets": [{"name": "Blad1"}]}}).encode()
        cold, first, _ = server.run("units", empty)
        assert cold["answer"]
        rows.append(measured(server, "units", empty, max(3, chosen.clicks // 5)))
        before = server.memory()
        for _ in range(chosen.calls // 4):
            server.run("check", body)
        middle = server.memory()
        for _ in range(chosen.calls - chosen.calls // 4):
            server.run("check", body)
        after = server.memory()
    lines = [
        "# What a click costs",
        "",
        f"The largest example workbook ({LARGEST}.xlsx), {chosen.clicks} calls each over HTTP to the real server, "
        f"{os.cpu_count()} cores. Milliseconds are to the whole answer.",
        "",
        "| button, from the click to the painted answer | median ms | p95 ms | heard within ms |",
        "|---|---|---|---|",
        *painted,
        "",
        "The same calls without a browser:",
        "",
        "| command | median ms | p95 ms | first progress ms | sent kB (gzip) | answered kB | actions |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        f"First progress of a cold check of all submissions: {1000 * first:.0f} ms.",
        "",
        f"Memory of server and workers: {before:.0f} MB after these calls, {middle:.0f} MB after "
        f"{chosen.calls // 4} more, {after:.0f} MB after {chosen.calls}.",
        "",
    ]
    RESULTS.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


def measured(server: Server, command: str, body: bytes, count: int) -> str:
    seconds, progress, size, actions = [], [], 0, 0
    for _ in range(count):
        begun = time.perf_counter()
        state, first, size = server.run(command, body)
        seconds.append(time.perf_counter() - begun)
        progress.append(first)
        actions = len(state["answer"]["actions"])
    sent = len(gzip.compress(body, 1)) / 1024
    quickest = 1000 * statistics.median(progress)
    return (
        f"| {command} | {percentiles(seconds)} | {quickest:.0f} | {len(body) / 1024:.0f} ({sent:.0f}) | "
        f"{size / 1024:.0f} | {actions} |"
    )


if __name__ == "__main__":
    main()
