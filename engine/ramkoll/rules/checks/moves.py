"""Money moved between units: what one gets another gives."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.model.findings import Scope, Severity
from ramkoll.model.register import Decision
from ramkoll.rules.residual import Term, of_terms, sentence
from ramkoll.rules.rule import FRAME, Hit, amount_in_words, hit, rule
from ramkoll.rules.views import PackageView

MOVE = "omdisponering"


@rule(
    "R334",
    Scope.PACKAGE,
    Severity.WARNING,
    "Omdisponeringen {beslut} för {år}: {vad}.{trolig}",
    tip="För in den rad som saknas på bladet Ram, rätta beloppen, eller ändra typen om ramen "
    "verkligen ändras.",
    covers=["V33"],
    needs=[FRAME],
)
def move_does_not_balance(view: PackageView) -> Iterator[Hit]:
    """En omdisponering ska ta lika mycket från någon som den ger till någon annan.

    Varför: annars ändras den sammanlagda ramen utan att någon har beslutat det.
    Godkänns: beslutets rader av typen omdisponering är tillsammans noll, alla nämnder räknade.
    Källa: ramarbetsbokens blad Ram.
    """
    for (name, year), rows in _moves(view).items():
        amounts = [each.amount.number for each in rows]
        added = sum(amounts, Decimal(0))
        if not added:
            continue
        one_sided = all(amount >= 0 for amount in amounts) or all(a <= 0 for a in amounts)
        side = "ökar" if added > 0 else "minskar"
        words = amount_in_words(abs(added))
        what = (
            f"bara ena sidan finns; ramen {side} för {_who(rows)} med {words}"
            if one_sided
            else f"raderna är tillsammans {amount_in_words(added)}, men ska vara 0"
        )
        terms = () if one_sided else (Term(_who([each]), each.amount.number) for each in rows)
        yield hit(
            rows[0].at,
            effect=added,
            related=(each.at for each in rows[1:]),
            beslut=name,
            år=str(year),
            vad=what,
            trolig=sentence(of_terms(added, terms)),
        )


def _moves(view: PackageView) -> dict[tuple[str, int], list[Decision]]:
    """The rows of each decision that moves money; a decision without an id is its day."""
    found: dict[tuple[str, int], list[Decision]] = {}
    for each in view.register.decisions:
        if each.kind == MOVE:
            found.setdefault((each.id or each.day.isoformat(), each.year), []).append(each)
    return found


def _who(rows: list[Decision]) -> str:
    named = dict.fromkeys(each.enhet or each.area or each.board for each in rows)
    return ", ".join(name or "raden utan enhet" for name in named)
