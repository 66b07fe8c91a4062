"""Cases of the rules about extracts: lines added before the workbooks are distributed."""

from __future__ import annotations

from tests.rules.case import Case

OUTCOME, UNITS = "utfall_månad", "enheter"


def adds(rule: str, name: str, extract: str, *lines: str, found: bool = True) -> Case:
    """The region with lines added to an extract."""
    return Case(rule, name, found=found, extract=(extract, "".join(f"{line}\n" for line in lines)))


EXTRACT_CASES = (
    adds("R090", "okänd enhet", OUTCOME, "77,K01,2025,3,-1234567,"),
    adds("R090", "okänd kontogrupp", OUTCOME, "10,X9,2025,3,-500.5,", "20,X9,2025,4,100,"),
    adds("R090", "inga nya rader", OUTCOME, found=False),
    adds(
        "R095",
        "ett annat intervall",
        "sjukfrånvaro",
        "enhet,år,månad,kön,åldersgrupp,intervall,sjuktimmar",
        "10,2025,3,K,30-49,15-29,12",
    ),
    adds("R095", "inga nya rader", OUTCOME, found=False),
    adds("R091", "föregångaren finns inte", UNITS, "40,Nya enheten,Närvård,HSN,2025-01-01,,HSN:X,"),
    adds(
        "R091", "ingen föregångare", UNITS, "40,Nya enheten,Närvård,HSN,2025-01-01,,,", found=False
    ),
    adds(
        "R092", "samma rad två gånger", OUTCOME, "10,K01,2025,3,-10,stab", "10,K01,2025,3,-10,stab"
    ),
    adds("R092", "inga nya rader", OUTCOME, found=False),
    adds("R093", "bokfört i juni", OUTCOME, "10,K01,2025,6,-10,"),
    adds("R094", "nästa års budget", "budget_månad", "10,K01,2026,1,-10,"),
    adds("R094", "inga nya rader", "budget_månad", found=False),
    adds("R093", "inga nya rader", OUTCOME, found=False),
)
