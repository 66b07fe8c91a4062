"""An engine for tests of the desk: does what the call's argument «do» says, in a real worker."""

import json
import os
import time

from ramkoll.live.actions import Action, WriteValues
from ramkoll.live.results import NoView, Result
from ramkoll.live.run import ANSWER, Answer
from ramkoll.model.errors import RamkollError


def make_runner(setup):
    def run(command, body, user, report):
        asked = json.loads(body)
        given = asked["arguments"]
        actions: list[Action] = []
        match given.get("do"):
            case "refuse":
                raise RamkollError("Bladet saknas.", where="Utfall", todo="Lägg till det.")
            case "write":
                actions = [WriteValues("Utfall", "A50", [[given["value"]]])]
            case "die":
                os._exit(9)
            case "steps":
                while True:
                    report(3, 20, "Läser arbetsböcker")
                    time.sleep(0.02)
        sent = [each["name"] for each in asked["workbook"]["sheets"] if each["values"]]
        said = f"{command} såg {len(sent)} blad"
        return ANSWER.dump_json(
            Answer(command, Result(said, NoView()), actions, command == "consolidate")
        )

    return run
