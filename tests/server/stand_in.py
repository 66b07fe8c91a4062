"""An engine for tests of the server: does what the call's body says, in a real worker process."""

import json
import os
import time

from ramkoll.model.errors import RamkollError

SECRET_CELL = "Anna Andersson 19500101"


def make_runner(setup):
    if setup.inputs is not None and setup.inputs.name == "trasig":
        raise RamkollError("Formuläret går inte att läsa.", todo="Rätta det.")
    if setup.inputs is not None and setup.inputs.name == "dör":
        os._exit(3)

    def run(command, body, user, report):
        asked = json.loads(body) if body else {}
        report(0, 3, "Börjar")
        match asked.get("do"):
            case "refuse":
                raise RamkollError("Bladet saknas.", where="Utfall", todo="Lägg till det.")
            case "fault":
                cell = SECRET_CELL
                raise ValueError(f"could not read {cell}")
            case "die":
                os._exit(9)
            case "memory":
                return b"x" * (1 << 40)
            case "much":
                return json.dumps("x" * asked["size"]).encode()
            case "hang":
                while True:
                    time.sleep(0.01)
            case "steps":
                for n in range(asked["steps"]):
                    time.sleep(0.02)
                    report(n, asked["steps"], f"steg {n}")
        answer = {
            "command": command,
            "user": user,
            "pid": os.getpid(),
            "bytes": len(body),
            "å": "ä",
        }
        return json.dumps(answer).encode()

    return run
