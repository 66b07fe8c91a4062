"""Comments: where the size of a deviation asks for one, and whether they say the same way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ramkoll.layout.thresholds import Defaults
from ramkoll.model.facts import TOTAL_LINE
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.register import COST, INCOME
from ramkoll.model.units import NO_BREAK_SPACE, swedish_amount, swedish_number
from ramkoll.rules.rule import Hit, amount_in_words, hit, rule
from ramkoll.rules.views import FormView, PackageView

WARNING = Severity.WARNING
NET = f"{TOTAL_LINE}net"
BETTER, WORSE = "better", "worse"


@rule(
    "R121",
    Scope.FORM,
    WARNING,
    "{rad}: avvikelsen mot budget är {avvikelse}{andel}, men kommentar saknas. Gränsen är {gräns}.",
    tip="Skriv i kolumnen Kommentar mot budget vad som är orsaken och vad som görs.",
    covers=["V26"],
    follows=True,
    wants_comment=True,
)
def unit_comment_missing(view: FormView) -> Iterator[Hit]:
    """Enhetens samlade avvikelse ska kommenteras när den är stor.

    Varför: rapporten ska förklara avvikelsen, inte bara visa den.
    Godkänns: kommentar på raden Netto, eller en avvikelse under kommentar_enhet_tkr, eller under
    både kommentar_enhet_procent av budgeten och kommentar_enhet_alltid_tkr.
    Källa: ramarbetsbokens blad Trösklar.
    """
    deviation = view.figure("economy", NET, "deviation")
    budget = view.figure("economy", NET, "budget_ytd")
    at = view.slot_ref("economy", NET, "comment_budget")
    if deviation is None or budget is None or at is None:
        return
    if view.says("economy", NET, "comment_budget"):
        return
    size, whole = abs(deviation.number), abs(budget.number)
    least, always = view.limit("kommentar_enhet_tkr"), view.limit("kommentar_enhet_alltid_tkr")
    share = view.limit("kommentar_enhet_procent")
    if size >= max(least, min(always, share * whole)):
        by_share = size >= share * whole
        limit = _limit(least, share) if by_share else amount_in_words(always)
        yield hit(
            at,
            effect=deviation.number,
            related=[deviation.at],
            rad=view.label("economy", NET),
            avvikelse=swedish_amount(deviation.number),
            andel=_share(deviation.number, whole),
            gräns=limit,
        )


@rule(
    "R125",
    Scope.PACKAGE,
    WARNING,
    "{enhet} trycks på bladet {blad}, men kommentar till avvikelsen {avvikelse} saknas.",
    tip="Skriv i kolumnen Kommentar mot budget på raden Netto vad som är orsaken.",
    covers=["V26"],
)
def printed_comment_missing(view: PackageView) -> Iterator[Hit]:
    """En rad i en tabell som alltid kommenteras ska ha sin kommentar, hur liten avvikelsen än är.

    Varför: tabellen har få rader, och läsaren väntar en mening om var och en.
    Godkänns: kommentar på raden Netto för varje enhet som trycks i tabellen.
    Källa: rapportmallens uppgift always_comment.
    """
    by_enhet = {form.form.enhet: form for form in view.forms}
    for block in view.blocks:
        for row in block.rows if block.table.always_comment else ():
            form = by_enhet.get(row.key)
            if form is None or form.says("economy", NET, "comment_budget"):
                continue
            at = form.slot_ref("economy", NET, "comment_budget")
            deviation = form.figure("economy", NET, "deviation")
            if at is None or deviation is None or any(unit_comment_missing(form)):
                continue  # a large deviation has its own remark
            yield hit(
                at,
                related=[deviation.at],
                enhet=form.enhet,
                blad=block.sheet,
                avvikelse=swedish_amount(deviation.number),
            )


@rule(
    "R122",
    Scope.FORM,
    WARNING,
    "{rad}: avvikelsen mot budget är {avvikelse}{andel}, men kommentar saknas. Gränsen är {gräns}.",
    tip="Skriv orsaken i kolumnen Kommentar mot budget på samma rad.",
    covers=["V26"],
    follows=True,
    wants_comment=True,
)
def group_comment_missing(view: FormView) -> Iterator[Hit]:
    """En kontogrupps avvikelse ska kommenteras på sin egen rad när den är stor.

    Varför: en avvikelse på en rad kan döljas av en annan i nettot.
    Godkänns: kommentar på raden, eller en avvikelse under kommentar_kontogrupp_tkr eller under
    kommentar_kontogrupp_procent av radens budget. Kommentaren på Netto räcker inte.
    Källa: ramarbetsbokens blad Trösklar.
    """
    if view.figure("economy", NET, "budget_ytd") is None:
        return  # nobody has a budget to deviate from
    least, share = (view.limit(f"kommentar_kontogrupp_{each}") for each in ("tkr", "procent"))
    for line, _, label in view.lines("economy"):
        deviation = view.figure("economy", line, "deviation")
        budget = view.figure("economy", line, "budget_ytd")
        at = view.slot_ref("economy", line, "comment_budget")
        if deviation is None or at is None or view.says("economy", line, "comment_budget"):
            continue
        whole = abs(budget.number) if budget else Decimal(0)
        if abs(deviation.number) >= max(least, share * whole):
            yield hit(
                at,
                effect=deviation.number,
                related=[deviation.at],
                rad=label,
                avvikelse=swedish_amount(deviation.number),
                andel=_share(deviation.number, whole),
                gräns=_limit(least, share),
            )


@rule(
    "R123",
    Scope.FORM,
    WARNING,
    "{rad}: prognosen är ändrad med {ändring}, från {förra} till {ny}, men orsak saknas. Gränsen "
    "är {gräns}.",
    tip="Skriv orsaken i kolumnen Orsak till ändring på samma rad.",
    covers=["V26"],
    follows=True,
    wants_comment=True,
)
def forecast_cause_missing(view: FormView) -> Iterator[Hit]:
    """En ändrad prognos ska ha en orsak när ändringen är stor.

    Varför: en ändring som inte förklaras kommer tillbaka som en fråga.
    Godkänns: orsak på raden, eller en ändring under orsak_prognos_tkr eller under
    orsak_prognos_procent av föregående prognos. Prövas när enheten har en föregående prognos.
    Källa: ramarbetsbokens blad Trösklar.
    """
    if view.figure("forecasts", NET, "forecast_previous") is None:
        return
    least, share = (view.limit(f"orsak_prognos_{each}") for each in ("tkr", "procent"))
    for line, _, label in view.lines("forecasts"):
        forecast = view.figure("forecasts", line, "forecast")
        change = view.figure("forecasts", line, "forecast_change")
        before = view.figure("forecasts", line, "forecast_previous")
        at = view.slot_ref("forecasts", line, "forecast_cause")
        if forecast is None or change is None or at is None:
            continue
        if view.says("forecasts", line, "forecast_cause"):
            continue
        whole = abs(before.number) if before else Decimal(0)
        if abs(change.number) >= max(least, share * whole):
            yield hit(
                at,
                effect=change.number,
                related=[change.at],
                rad=label,
                ändring=swedish_amount(change.number),
                förra=swedish_amount(before.number) if before else "tomt",
                ny=swedish_amount(forecast.number),
                gräns=_limit(least, share),
            )


@rule(
    "R124",
    Scope.FORM,
    WARNING,
    "{rad}: kommentaren säger «{ord}», men avvikelsen mot budget är {avvikelse}, alltså "
    "{riktning} än budget.",
    tip="Ändra kommentaren, eller beloppet om det är det som är fel.",
    covers=["V26"],
    follows=True,
)
def comment_against_figure(view: FormView) -> Iterator[Hit]:
    """En kommentar ska säga samma riktning som siffran.

    Varför: läsaren tror på orden.
    Godkänns: orden och avvikelsen går åt samma håll, eller kommentaren går inte att tyda säkert:
    den säger båda, nekar, eller handlar om något annat än raden.
    Källa: Ramkolls lista över riktningsord.
    """
    for line in [NET, *(line for line, _, _ in view.lines("economy"))]:
        text = view.text("economy", line, "comment_budget")
        deviation = view.figure("economy", line, "deviation")
        if text is None or deviation is None or abs(deviation.number) < 500:
            continue  # shown as 0 tkr: it has no direction
        place = view.table("economy")
        kind = place.kinds.get(line, "") if place else ""
        said = direction(str(text.value), kind, view.defaults)
        better = deviation.number > 0
        if said is not None and (said[0] == BETTER) != better:
            yield hit(
                text,
                related=[deviation.at],
                rad=view.label("economy", line),
                ord=said[1],
                avvikelse=swedish_amount(deviation.number),
                riktning="bättre" if better else "sämre",
            )


# A sentence that begins so is about the row itself.
_OPENING = (
    r"(?:(?:vi|enheten|avdelningen|verksamheten|raden|kontogruppen|utfallet|resultatet|perioden)\s+"
    r"(?:visar|redovisar|har|ger|är|blir|uppvisar)\s+)?(?:ett\s+|en\s+|ackumulerat\s+)*"
)
# After the word: "underskott i …", "överskott på hyran" are about something else.
_ELSEWHERE = r"(?!\s+(?:i|inom|hos|från|avseende|gällande|för|på(?!\s+(?:grund|ca|cirka|\W?\d)))\b)"
_OTHER_TIME = r"föregående|förra|tidigare|\bfg\b|prognos|befara|risk|vänt|trots|men\b"


def direction(text: str, kind: str, words: Defaults) -> tuple[str, str] | None:
    """Which way a comment says the deviation goes, and its word; None when it is not sure.

    ``kind`` is the row's: words about costs are about a cost row only.
    """
    found: set[str] = set()
    sure = ""
    folded = " ".join(text.casefold().split())
    for sentence in re.split(r"[.;!?:]\s", folded):
        for way, phrases in ((BETTER, words.better_words), (WORSE, words.worse_words)):
            for phrase in phrases:
                if phrase not in sentence:
                    continue
                found.add(way)
                opening = rf"{_OPENING}{re.escape(phrase)}(?:et|en|erat)?\b{_ELSEWHERE}"
                unclear = re.search(_OTHER_TIME, sentence) or any(
                    f" {negation}" in f" {sentence}" for negation in words.negations
                )
                if re.match(opening, sentence) and not unclear and _of_kind(phrase, kind):
                    sure = sure or phrase
                else:
                    return None
    return (found.pop(), sure) if len(found) == 1 and sure else None


def _of_kind(phrase: str, kind: str) -> bool:
    about = {INCOME: "intäkter", COST: "kostnader"}
    return all(word not in phrase or kind == each for each, word in about.items())


def _limit(amount: Decimal, share: Decimal) -> str:
    return f"{amount_in_words(amount)} och {_percent(share)}"


def _share(deviation: Decimal, whole: Decimal) -> str:
    return f" ({_percent(deviation / whole, 1)} av budget)" if whole else ""


def _percent(ratio: Decimal, decimals: int = 0) -> str:
    if ratio * 100 % 1:
        decimals = 1
    return f"{swedish_number(ratio * 100, decimals)}{NO_BREAK_SPACE}%"
