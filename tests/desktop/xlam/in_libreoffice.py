"""Ask the VBA of a workbook in LibreOffice. Run by the system's Python, which has LibreOffice's uno.

usage: /usr/bin/python3 in_libreoffice.py QUESTIONS.json
Reads {"twin": path, "profile": folder, "pipe": name, "books": [[path or "", [[what, first, second]]]]}
and prints the answers in the same order, as JSON: one list for each book.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

ALWAYS_RUN_MACROS = 4
SECONDS = 60


def main():
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    office = subprocess.Popen(
        [
            shutil.which("soffice") or "libreoffice",
            f"-env:UserInstallation={Path(told['profile']).as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={told['pipe']};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        desktop = connected(told["pipe"], office)
        twin = opened(desktop, told["twin"])
        script = twin.getScriptProvider().getScript(
            "vnd.sun.star.script:Ramkoll.Probe.Ask?language=Basic&location=document"
        )
        answers = []
        for path, questions in told["books"]:
            book = opened(desktop, path) if path else twin
            answers.append([script.invoke(tuple(each), (), ())[0] for each in questions])
            if path:
                book.close(True)
        print(json.dumps(answers))
        twin.close(True)
        desktop.terminate()
        office.wait(SECONDS)
    finally:
        office.kill()


def connected(pipe, office):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    until = time.monotonic() + SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until or office.poll() is not None:
                raise
            time.sleep(0.1)
        else:
            return context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )


def opened(desktop, path):
    settings = PropertyValue()
    settings.Name, settings.Value = "MacroExecutionMode", ALWAYS_RUN_MACROS
    book = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (settings,))
    assert book is not None, path
    return book


main()
