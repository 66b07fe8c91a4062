"""The rules as a page for controllers, in Swedish Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from ramkoll.model.findings import Scope, Severity

SECTIONS = ("Varför", "Godkänns", "Källa")
_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}):\s*(.*)$")
_SCOPES = {
    Scope.WORKBOOK: "Arbetsboken som fil",
    Scope.FORM: "En enhets arbetsbok",
    Scope.PERIOD: "Period",
    Scope.FRAME: "Mot budgetramen",
    Scope.PREVIOUS: "Mot förra rapporten",
    Scope.PACKAGE: "Alla inlämningar tillsammans",
    Scope.OWN: "Egna blad, när de ska granskas (--own-sheets)",
}
_SEVERITIES = {
    Severity.BLOCKS: "ska rättas innan siffrorna går vidare",
    Severity.WARNING: "ska rättas eller förklaras",
    Severity.INFO: "bra att veta; kräver inget",
}


class RulePage(Protocol):
    """What a rule has to say about itself. ``doc`` is a first sentence and its sections."""

    @property
    def id(self) -> str: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def message(self) -> str: ...
    @property
    def tip(self) -> str: ...
    @property
    def doc(self) -> str: ...


def catalogue_text(rules: Sequence[RulePage]) -> str:
    """The whole catalogue: what the severities mean, a list, and a page for each rule."""
    return "\n".join(_lines(rules)) + "\n"


def _lines(rules: Sequence[RulePage]) -> Iterator[str]:
    yield "# Regler"
    yield ""
    yield "Den här sidan skrivs av Ramkoll ur reglerna själva och ändras inte för hand. Samma text"
    yield "ges av `ramkoll rules` och, för en regel i taget, av till exempel `ramkoll rules R001`."
    yield ""
    yield "| allvar | betyder | antal regler |"
    yield "|---|---|---|"
    for severity, meaning in _SEVERITIES.items():
        count = sum(rule.severity is severity for rule in rules)
        yield f"| {severity.value} | {meaning} | {count} |"
    yield ""
    yield "Ord inom ‹ › byts mot det som gäller den cell som fyndet handlar om."
    for scope, heading in _SCOPES.items():
        chosen = [rule for rule in rules if rule.scope is scope]
        if chosen:
            yield from ("", f"## {heading}")
        for rule in chosen:
            yield from _page(rule)


def _page(rule: RulePage) -> Iterator[str]:
    says, sections = _parts(rule.doc.splitlines())
    yield from ("", f"### {rule.id} {says}", "")
    yield f"- **Allvar:** {rule.severity.value}"
    for name, text in sections:
        yield f"- **{name}:** {text}"
    yield f"- **Meddelande:** {_words(rule.message)}"
    yield f"- **Gör så här:** {_words(rule.tip)}"


def _parts(lines: Iterable[str]) -> tuple[str, list[tuple[str, str]]]:
    """A rule's first sentence, and its sections with their lines joined."""
    says: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _SECTION.match(line)
        if found:
            sections.append((found[1], [found[2]]))
        else:
            (sections[-1][1] if sections else says).append(line)
    joined = [(name, _joined(texts)) for name, texts in sections]
    return _joined(says), joined


def _joined(texts: Iterable[str]) -> str:
    return " ".join(text.strip() for text in texts if text.strip())


def _words(pattern: str) -> str:
    return re.sub(r"{(\w+)}", r"‹\1›", pattern)
