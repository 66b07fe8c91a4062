"""Hands what the tests ask on to inside.py in a LibreOffice: a line of JSON in, a line of JSON out.

Run in the Python that has uno, as: python3 driver.py PIPE.
"""

from __future__ import annotations

import json
import sys
import time

import uno

_SCRIPT = "vnd.sun.star.script:inside.py$run?language=Python&location=user"


def connected(pipe):
    own = uno.getComponentContext()
    resolver = own.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", own
    )
    until = time.monotonic() + 60
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def main(pipe):
    context = connected(pipe)
    scripts = context.getValueByName(
        "/singletons/com.sun.star.script.provider.theMasterScriptProviderFactory"
    )
    script = scripts.createScriptProvider("").getScript(_SCRIPT)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        answer, _, _ = script.invoke((name, json.dumps(arguments)), (), ())
        print(answer, flush=True)


main(sys.argv[1])
