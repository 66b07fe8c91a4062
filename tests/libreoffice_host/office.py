"""A real LibreOffice under a virtual screen, with a real mouse: started once, ended whatever happens."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ADDIN = Path(__file__).parents[2] / "addin" / "libreoffice"
#: The Python that Debian's uno belongs to; UNO's scripts cannot run in another.
PYTHON = "/usr/bin/python3"
PROGRAMS = ("Xvfb", "xdotool", "soffice", "unopkg", "import", PYTHON)
_NOBODY = 65534
_SECONDS = 90.0
#: A click that nothing has come of for so long has missed.
_AGAIN = 6.0
# Swedish, as the users have it, and without the windows of a first start.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>sv-SE</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Save/Document"><prop oor:name="WarnAlienFormat" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""


class Office:
    """A LibreOffice with the extension. ``folder`` is its own: profile, home, the user's data."""

    def __init__(self, folder: Path, oxt: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen] = []
        self.pipe = f"ramkoll{os.getpid()}"
        self.driver: Any = None
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        (folder / "home").mkdir()
        (folder / "books").mkdir()
        self.data = folder / "data"
        (self.data / "ramkoll").mkdir(parents=True)
        # LibreOffice's user may not read where the sources lie.
        here = Path(__file__).parent
        shutil.copyfile(here / "driver.py", folder / "driver.py")
        scripts = folder / "profile" / "user" / "Scripts" / "python"
        scripts.mkdir(parents=True)
        shutil.copyfile(here / "inside.py", scripts / "inside.py")
        shutil.copyfile(oxt, folder / "ramkoll.oxt")
        self._give(folder)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        try:
            self.display = self._screen()
            added = ["unopkg", "add", "--suppress-license", profile, str(folder / "ramkoll.oxt")]
            self._run(*added)
            listens = f"--accept=pipe,name={self.pipe};urp;"
            quiet = ("--norestore", "--nologo", "--nofirststartwizard", "--nodefault")
            self.office = self._start("soffice", profile, *quiet, listens)
            self.driver = self._start(
                PYTHON, str(folder / "driver.py"), self.pipe,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        except BaseException:
            self.close()
            raise

    # What is asked of LibreOffice itself.

    def ask(self, name: str, *arguments: Any) -> Any:
        """What the driver answers."""
        self.driver.stdin.write(json.dumps([name, arguments]) + "\n")
        self.driver.stdin.flush()
        line = self.driver.stdout.readline()
        assert line, f"LibreOffice has ended: {self.office.poll()}"
        answer = json.loads(line)
        assert "failed" not in answer, answer["failed"]
        return answer["found"]

    def engine(self, address: str, code: str) -> None:
        """Say where an engine listens, as a running one does."""
        file = self.data / "ramkoll" / "skrivbord.txt"
        file.write_text(f"{address.rstrip('/')}\n{code}\n", "ascii")
        self._give(file)

    def open(self, book: Path) -> None:
        """Open a copy of a workbook."""
        copy = self.folder / "books" / book.name
        for old in copy.parent.iterdir():  # the locks of the one before, too
            old.unlink()
        shutil.copyfile(book, copy)
        self._give(copy)
        self.ask("open", str(copy))
        self.until(lambda: self.find("Kontrollera"), "the toolbar")

    def read(self) -> dict[str, Any]:
        """The open workbook whole."""
        return self.ask("read", ["*"])

    def texts(self) -> str:
        """All that can be read on the screen."""
        return "\n".join(self.ask("texts"))

    # What a person does.

    def find(self, name: str) -> list[list[int]] | None:
        """Where the button of this name is, when it can be used, and the area that it can be seen in."""
        found: list[list[int]] | None = self.ask("find", name)
        return found

    def click(self, name: str, then: str | Callable[[], Any]) -> None:
        """Click with the mouse on the button of this name, and wait for what comes of it: words that can
        be read then, or what is so then.

        When nothing does, the click has missed, and is made again as a person would: LibreOffice
        takes its time to see the mouse, and what was to be clicked on may have moved until then.
        """

        def under_the_mouse() -> bool:
            found = self.find(name)
            if found is None:
                return False
            (left, top, right, bottom), seen = found
            x, y = left + min(right - left, 40) // 2, (top + bottom) // 2
            if not (seen[0] <= x < seen[2] and seen[1] <= y < seen[3]):
                self.mouse("mousemove", (seen[0] + seen[2]) // 2, (seen[1] + seen[3]) // 2)
                self.mouse("click", "--repeat", 3, 5 if y >= seen[3] else 4)
                return False
            self.mouse("mousemove", x, y)
            time.sleep(0.3)  # what is scrolled moves for a while
            return found == self.find(name)

        def came() -> Any:
            return then in self.texts() if isinstance(then, str) else then()

        def done() -> bool:
            self.until(under_the_mouse, name)
            self.mouse("click", 1)
            clicked = time.monotonic()
            while (waited := time.monotonic() - clicked) < _SECONDS:
                if came():
                    return True
                # A button that cannot be clicked now has been: its command is under way.
                if waited > _AGAIN and self.find(name):
                    break
                time.sleep(0.1)
            return False

        self.until(done, then if isinstance(then, str) else f"what {name} does")

    def key(self, *keys: str) -> None:
        """Press keys."""
        self.mouse("key", *keys)

    def mouse(self, *words: object) -> None:
        """What xdotool does."""
        subprocess.run(
            ["xdotool", *map(str, words)], env=self._environment(), check=True, timeout=20
        )

    def until(self, what: Callable[[], Any], words: str, seconds: float = _SECONDS) -> Any:
        """Wait for something to be so, and give it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.1)
        picture = Path(tempfile.gettempdir()) / "ramkoll-libreoffice.png"
        self.picture(picture)
        raise AssertionError(f"waited in vain for {words}; see {picture}:\n{self.texts()}")

    def picture(self, path: Path) -> None:
        """What the screen shows."""
        subprocess.run(
            ["import", "-window", "root", str(path)], env=self._environment(), check=True,
            timeout=20,
        )  # fmt: skip

    def close(self) -> None:
        """End everything that was started."""
        if self.driver is not None:
            with suppress(Exception):
                self.ask("end")
        for each in reversed(self.started):
            with suppress(ProcessLookupError):
                os.kill(-each.pid, signal.Signals["SIGKILL"])
            each.wait(30)
            for stream in (each.stdin, each.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()

    # How it is started.

    def _screen(self) -> str:
        read, write = os.pipe()
        words = [
            "Xvfb",
            "-displayfd",
            str(write),
            "-screen",
            "0",
            "1500x950x24",
            "-nolisten",
            "tcp",
        ]
        screen = subprocess.Popen(
            words, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self.started.append(screen)
        os.close(write)
        with os.fdopen(read) as number:
            return f":{number.readline().strip()}"

    def _start(self, *words: str, **more: Any) -> subprocess.Popen:
        log = (self.folder / f"{Path(words[0]).name}.log").open("wb")
        more.setdefault("stdout", log)
        made = subprocess.Popen(
            self._as_user(words), env=self._environment(), stderr=log, start_new_session=True,
            **more,
        )  # fmt: skip
        log.close()
        self.started.append(made)
        return made

    def _run(self, *words: str) -> None:
        subprocess.run(
            self._as_user(words), env=self._environment(), check=True, timeout=_SECONDS,
            capture_output=True,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        # Nothing of the developer's own: LibreOffice would find other Pythons and other settings.
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "XDG_DATA_HOME": str(self.data),
            "XDG_CONFIG_HOME": str(self.folder / "home"),
            "XDG_CACHE_HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "home"),
            "DISPLAY": getattr(self, "display", ""),
            "SAL_USE_VCLPLUGIN": "gen",
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _as_user(self, words: Sequence[str]) -> list[str]:
        """LibreOffice refuses root."""
        if sys.platform == "win32" or os.geteuid() != 0:
            return list(words)
        who = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
        return ["setpriv", *who, *words]

    def _give(self, path: Path) -> None:
        """Let LibreOffice's user have a file or a folder, with the way there."""
        if sys.platform == "win32" or os.geteuid() != 0:
            return
        for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
            os.chown(each, _NOBODY, _NOBODY)
