"""The API's description, the desk's routes included: what the client's types are made of."""

import json
import re

from ramkoll.desktop.openapi import FILE, openapi_text
from ramkoll.store.resources import resource


def test_the_description_that_the_client_is_made_from_is_up_to_date():
    kept = resource(FILE).read_text(encoding="utf-8")
    assert kept == openapi_text(), "run: python -m ramkoll.desktop.openapi"


def test_every_route_of_the_desk_is_described_with_its_bodies():
    document = json.loads(openapi_text())
    paths = {path: set(what) for path, what in document["paths"].items() if "/desk" in path}
    assert paths == {
        "/api/v1/desk": {"get"},
        "/api/v1/desk/events": {"get"},
        "/api/v1/desk/calls": {"post", "delete"},
        "/api/v1/desk/undo": {"post"},
        "/api/v1/desk/go": {"post"},
        "/api/v1/desk/stop": {"post"},
    }
    named = set(re.findall(r'"#/components/schemas/(\w+)"', openapi_text()))
    assert named <= set(document["components"]["schemas"])
    assert {"DeskState", "DeskCall", "DeskBook", "DeskPlace"} <= named
