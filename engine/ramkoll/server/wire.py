"""The JSON of the API, as types: what the client's own types are generated from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from ramkoll.live.run import Answer, Call


@dataclass(frozen=True)
class Error:
    """What is wrong, where, what was expected and what to do; ``id`` is also in the log."""

    id: str
    what: str
    where: str
    expected: str
    todo: str


@dataclass(frozen=True)
class ErrorBody:
    """Every answer that is not 2xx."""

    error: Error


@dataclass(frozen=True)
class Accepted:
    """A call was taken in; its job is asked for by this id."""

    job: str


@dataclass(frozen=True)
class JobState:
    """A call on its way. ``what`` says what is being done; the last three states are final."""

    id: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int
    total: int
    what: str
    answer: Answer | None
    error: Error | None


@dataclass(frozen=True)
class CommandInfo:
    """A command and the sheets it is to be sent: names, or ``*`` alone for every sheet."""

    id: str
    reads: list[str]


@dataclass(frozen=True)
class RuleInfo:
    """A rule; ``page`` is its text in whole, with reason and source."""

    id: str
    title: str
    severity: str
    scope: str
    message: str
    tip: str
    page: str


@dataclass(frozen=True)
class TemplateInfo:
    """An empty form that can be fetched."""

    file: str
    bytes: int


@dataclass(frozen=True)
class Health:
    """That the server answers, and what it has been told of. ``csp_reports`` should be 0."""

    status: Literal["ok"]
    version: str
    uptime: int
    demo: bool
    submissions: bool
    inputs: bool
    previous: bool
    layouts: bool
    workers: int
    jobs: dict[str, int]
    csp_reports: int


class _Schema(GenerateJsonSchema):
    """What we send is sent in whole, also where it has a default."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def schemas(
    taken: Sequence[Any] = (), sent: Sequence[Any] = ()
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """JSON schemas by name: of each body by itself, and of all the types they are made of.

    ``taken`` and ``sent`` are types of bodies beside those of the server itself.
    """
    ours: list[Any] = [
        Accepted, JobState, ErrorBody, Health,
        list[CommandInfo], list[RuleInfo], RuleInfo, list[TemplateInfo],
    ]  # fmt: skip
    found, rest = TypeAdapter.json_schemas(
        [
            *((_name(kind), "validation", TypeAdapter(kind)) for kind in (Call, *taken)),
            *((_name(kind), "serialization", TypeAdapter(kind)) for kind in (*ours, *sent)),
        ],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Schema,
    )
    bodies = {str(name): schema for (name, _), schema in found.items()}
    return bodies, rest.get("$defs", {})


def _name(kind: Any) -> str:
    inner = getattr(kind, "__args__", None)
    return f"{inner[0].__name__}s" if inner else str(kind.__name__)
