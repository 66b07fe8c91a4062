"""Persons in free text: personal numbers, and somebody's illness or absence.

A finding never quotes the text, since it goes further than the workbook does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from ramkoll.layout.layout import PERSON, ColumnLayout, FieldLayout
from ramkoll.layout.places import heading
from ramkoll.layout.thresholds import PersonWords
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import CellRef
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

BLOCKS, WARNING = Severity.BLOCKS, Severity.WARNING
CASE_NUMBER = "case_number"
ILL, ON_LEAVE = "sjuk eller i rehabilitering", "ledig"
NEAR = 6  # words between a person and an absence
_NUMBER = re.compile(r"(?<![\w/.,-])(19|20)?(\d{2})(\d{2})(\d{2})([-+ ]?)(\d{4})(?![\w/-]|[.,]\d)")
_OTHER_NUMBER = re.compile(r"(dnr|diarienummer|tel\w*|mobil\w*|org\.?\s?nr|ärende\w*)\W*$")
_AMOUNT_AFTER = re.compile(r"\s*(kr|tkr|mkr|kronor|sek)\b")
_IN = ("i", "på", "under", "efter", "genomgår", "har", "påbörjat")  # before an absence as a noun
_SENTENCE_END = re.compile(r"(?<![A-ZÅÄÖ])[.;!?:]\s|\n")  # the point of an initial ends nothing
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

_NAME = r"[^\W\d_a-zåäö][a-zåäöéü]+(?:-[^\W\d_a-zåäö][a-zåäöéü]+)*"
_TWO_NAMES = re.compile(rf"(?=\b({_NAME})[ \u00a0]+{_NAME}\b)")


@rule(
    "R171",
    Scope.FORM,
    BLOCKS,
    "{plats}: texten innehåller {vad}.",
    tip="Ta bort numret ur cellen. Det hör inte hemma i en rapport.",
    covers=["V39"],
)
def personal_number(view: FormView) -> Iterator[Hit]:
    """Ett personnummer ska inte stå i en arbetsbok.

    Varför: arbetsboken skickas vidare och blir en allmän handling.
    Godkänns: inget tal i texten är ett datum med fyra siffror till och rätt kontrollsiffra, eller
    det står som diarienummer, telefonnummer eller belopp.
    Källa: Skatteverkets beskrivning av personnummer och samordningsnummer.
    """
    for at, of, text in _texts(view):
        kind = number_in_text(text)
        if kind:
            yield hit(at, plats=_place(view, at, of), vad=kind)


@rule(
    "R172",
    Scope.FORM,
    WARNING,
    "{plats}: texten säger troligen att en enskild person är {vad}; {vem} står intill.",
    tip="Skriv orsaken utan person, till exempel att bemanningen har varit lägre än planerat.",
    covers=["V39"],
)
def persons_absence(view: FormView) -> Iterator[Hit]:
    """En kommentar ska inte berätta om en enskild persons sjukdom eller ledighet.

    Varför: uppgifter om hälsa är känsliga, och i en liten enhet vet alla vem en roll är.
    Godkänns: ord om sjukdom eller ledighet utan namn eller roll intill, grupper av anställda, och
    ord som sjukfrånvaro och sjukvård.
    Källa: dataskyddsförordningen och Ramkolls ordlista.
    """
    for at, of, text in _texts(view):
        found = persons_in_text(text, view.defaults.persons)
        if found is not None:
            yield hit(at, plats=_place(view, at, of), vad=found[0], vem=found[1])


def number_in_text(text: str) -> str:
    """What kind of personal number a text holds; empty when it holds none."""
    for found in _NUMBER.finditer(text):
        century, year, month, day, mark, last = found.groups()
        before, after = text[: found.start()].casefold(), text[found.end() :].casefold()
        if _OTHER_NUMBER.search(before) or _AMOUNT_AFTER.match(after):
            continue
        if (mark == " " and not century) or (not mark and not century and year[0] == "0"):
            continue  # digits in groups are amounts, and telephone numbers begin with a zero
        coordination = int(day) > 60
        if not _luhn(f"{year}{month}{day}{last}"):
            continue
        in_month = int(day) - 60 if coordination else int(day)
        if any(_is_day(each, year, month, in_month) for each in (century or "19 20").split()):
            return "ett samordningsnummer" if coordination else "ett personnummer"
    return ""


def _is_day(century: str, year: str, month: str, day: int) -> bool:
    try:
        date(int(century + year), int(month), day)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    """Whether the last of ten digits is the right check digit."""
    doubled = (int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(digits))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def persons_in_text(text: str, words: PersonWords) -> tuple[str, str] | None:
    """The kind of absence and of person that stand side by side in a sentence, or None."""
    for sentence in _SENTENCE_END.split(text):
        tokens = _WORD.findall(sentence)
        if words.absence.isdisjoint(token.casefold() for token in tokens):
            continue
        people = {n: who for n in range(len(tokens)) if (who := _person(tokens, n, words))}
        for n in range(len(tokens)) if people else ():
            kind = _absence(tokens, n, people, words)
            near = (people[at] for at in range(n - NEAR, n + NEAR + 1) if at in people)
            if kind and (who := next(near, "")):
                return kind, who
    return None


def full_name_in_text(text: str, words: PersonWords) -> bool:
    """Whether a known first name with a capital is followed by another word with one."""
    firsts = (match[1].partition("-")[0].casefold() for match in _TWO_NAMES.finditer(text))
    return any(first in words.first_names for first in firsts)


def _absence(tokens: list[str], n: int, people: Mapping[int, str], words: PersonWords) -> str:
    """What a word says of somebody; a noun only when somebody has it, or is in it."""
    folded = tokens[n].casefold()
    before = tokens[n - 1].casefold() if n else ""
    after = tokens[n + 1].casefold() if n + 1 < len(tokens) else ""
    if folded in words.illness_nouns or folded in words.leave_nouns:
        own = before in _IN or (n - 1 in people and before.endswith("s"))
        if own and after != "av":
            return ILL if folded in words.illness_nouns else ON_LEAVE
    elif after != "personal":
        if folded in words.illness:
            return ILL
        return ON_LEAVE if folded in words.leave else ""
    return ""


def _person(tokens: list[str], n: int, words: PersonWords) -> str:
    """«ett namn» or «en befattning» when the word is one; a plural is nobody's."""
    if _is_name(tokens, n, words):
        return "ett namn"
    role = tokens[n].casefold().removesuffix("s")
    before = tokens[n - 1].casefold() if n else ""
    alone = before in ("en", "vår", "min") and role.endswith(words.role)
    return "en befattning" if alone or role.endswith(words.one_person) else ""


def _is_name(tokens: list[str], n: int, words: PersonWords) -> bool:
    """A first name with a capital, or two words with capitals of which the last is a surname."""
    token, before = tokens[n], tokens[n - 1] if n else ""
    if not token[:1].isupper() or token.isupper():
        return False
    folded = token.casefold()
    if folded in words.first_names or folded.removesuffix("s") in words.first_names:
        return True
    surname = folded.removesuffix("s").endswith(words.surname_endings)
    initial = len(before) == 1 or not before.isupper()
    return surname and before[:1].isupper() and initial


def _place(view: FormView, at: CellRef, of: FieldLayout | ColumnLayout) -> str:
    """The name of a text's place in a message."""
    if isinstance(of, FieldLayout):
        return of.label
    return f"{at.sheet}, {heading(of, 0, view.period)}"


def _texts(view: FormView) -> Iterator[tuple[CellRef, FieldLayout | ColumnLayout, str]]:
    """Every text that a person wrote: its cell, what stands there, and the text."""
    places = view.form.places
    for sheet in places.layout.sheets:
        for each in sheet.fields:
            written = each.fill == PERSON and each.kind == "text"
            if written and each.id in view.form.fields and each.id != CASE_NUMBER:
                at = view.field_ref(each.id)
                yield at, each, text_in(view.form.fields[each.id])
    for _, table in places.layout.tables():
        columns = {c.measure: c for c in table.columns if c.kind == "text" and c.fill == PERSON}
        for fact in view.form.facts.of_dataset(table.id) if columns else ():
            column = columns.get(fact.key.measure)
            if column is not None and isinstance(fact.value, str):
                yield fact.at, column, fact.value
