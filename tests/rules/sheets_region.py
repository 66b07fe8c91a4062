"""The small region again, with everything that is not economy: messy, and yet right.

Halves of persons, a unit too small for sick leave to be shown, one that has taken over another;
a share of less than one per cent, a long-term goal without a target, a figure not measured yet;
a finished object that cost too much and says why; a measure that costs more than last year, and
one far better than estimated but small; a grant booked in one unit and used in another; trade
that differs by some hundred kronor.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.rules.region import PERIOD, write_extracts

from ramkoll.model.period import Period
from ramkoll.pipeline.distribute import distribute
from ramkoll.store.layouts import Layouts

EXTRACTS = {
    "rapportörer": """\
kod,namn,formulär,enheter,blad
HR,HR-avdelningen,personal,*,
REG,Regionekonom,region,,
""",
    "målområden": """\
målområde,kommentar
Tillgänglighet,Köerna har blivit kortare.
God ekonomi,Kostnaderna ökar mer än målet.
""",
    "uppdrag": """\
id,målområde,uppdrag,ansvar_tryckt,ansvarig_enhet,medverkande,status_kod,kommentar
U1,Tillgänglighet,Korta köerna till vårdcentralerna,HSN,10,30,1,Delvis.
U2,Tillgänglighet,Svar på prover inom två dagar,HSN,10,20,0,Klart.
U3,God ekonomi,Plan för ekonomi i balans,HSN,30,,3,Bedöms i december.
""",
    "nyckeltal": """\
id,målområde,nyckeltal,utfall,mål,enhet,riktning_bättre,ansvarig_enhet,föregående_utfall,nivå,manuell_status,skäl,slag
N1,Tillgänglighet,Andel besök inom tre dagar,83.5,90,%,högre,10,81,HSN,,,kort
N2,Tillgänglighet,Andel vårdskador,0.8,1,%,lägre,10,0.9,HSN,,,kort
N3,Tillgänglighet,Förändring av andelen besök på distans,-3,-1,%,högre,10,-2,HSN,,,kort
N4,Tillgänglighet,Väntetid till svar,,14,dagar,lägre,20,12,HSN,,,kort
N5,God ekonomi,Kostnadsutveckling (hela regionen),4.1,3,%,lägre,30,3.9,hela regionen,,,kort
N6,God ekonomi,Kostnadsutveckling,2.2,3,%,lägre,30,2.4,HSN,,,kort
N7,God ekonomi,Hållbart medarbetarindex,79,80,index,högre,30,77,HSN,0,Målet nås vid årets slut.,kort
N8,God ekonomi,Fossilfria resor,12,,,,30,,HSN,,,lång
""",
    "åtgärder": """\
åtgärd_id,åtgärd,enhet,mätmetod,i_tabell,bedömd_effekt_helår_kr,utfall_ack_kr,utfall_fg_ack_kr,effekt_mot_budget_kr,mandat,startmånad,beslut_id
Å1,Färre inhyrda,10,mot föregående år,ja,1200000,-800000,-1350000,,regiondirektör,2025-02,HSN/7
Å2,Vakanser,10,mot budget,nej,2000000,,,900000,chef,2025-01,HSN/8
Å3,Telefoni,10,mot föregående år,ja,20000,-100000,-160000,,chef,2025-03,HSN/9
Å1,Färre inhyrda,20,mot föregående år,ja,600000,-520000,-500000,,regiondirektör,2025-02,HSN/7
""",
    "investeringar": """\
id,avsnitt,förvaltningsområde,objekt,utfall_tkr,budget_tkr,kommentar,upphandling,prognos_tkr,beslut,totalbudget_tkr,utfall_sedan_start_tkr,ansvarig_enhet
1,1,Fastighet,Ventilation,318,318,,,,,6000,6000,10
2,1,Fastighet,Tak,993,198,Dyrare än beräknat,,,,2000,2776,10
3,2,Fastighet,Röntgen,500,900,,,1000,,,,10
4,3,Fastighet,Kök,100,700,,,700,,1000,350,10
5,3,Fastighet,Vagnar,0,0,,,,,0,0,10
6,2,Utrustning,Analysinstrument,0,1400,,,1400,,,,20
""",
    "investeringsbudget": """\
år,kategori,namn,belopp_tkr
2025,ram,Investeringsram,4000
2025,objekt,Fastighet,2116
2025,objekt,Utrustning,1400
2025,pott,Mindre åtgärder,484
2026,ram,Investeringsram,3000
""",
    "satsningar": """\
projekt,namn,enhet,år,månad,bidrag_kr,kostnad_kr
9910,God och nära vård,30,2025,1,1500000,0
9910,God och nära vård,10,2025,2,0,-240000
9910,God och nära vård,10,2025,4,0,-410000
9911,Kompetens,30,2025,3,300000,0
9911,Kompetens,30,2025,5,-100000,0
9912,EU-projekt,20,2025,4,0,-90000
""",
    "internhandel": """\
enhet,motpart,avser,belopp_kr
20,10,Prover,1480000
10,20,Prover,-1480000
30,20,Administration,200400
20,30,Administration,-200000
""",
    "uppsikt": """\
nämnd,paragraf,datum,rapport,uppdrag,förfaller,återrapport
HSN,11,2025-02-12,Månadsrapport januari,Redovisa köerna,2025-04-01,2025-03-28
HSN,24,2025-04-16,Månadsrapport mars,Ta fram en plan,2025-06-30,
""",
    "orsaker": """\
rapportör,jämförelse,slag,kontogrupp,orsak,belopp_kr,engångs,text,till_nämnd
30,budget,intäkt,I02,Återbetalt bidrag,-500000,J,Bidraget för i fjol är återbetalt.,J
30,budget,kostnad,K01,Ofördelad besparing,-750000,N,Budgetregleringsposten.,N
30,budget,kostnad,K05,Ränta,620000,J,Ränta för tre år.,N
""",
}

# Månadsavlönade and persons of a unit by sex, age and month; 21 is the laboratory of last year.
STAFF = {
    "10": {("K", "30-49"): ("12.5", 13), ("M", "50-"): ("8", 8)},
    "20": {("K", "30-49"): ("6.5", 7), ("M", "-29"): ("5", 5)},
    "30": {("K", "50-"): ("2", 2), ("M", "30-49"): ("1.5", 2)},
}
INTERVALS = {"1-14": "6.4", "15-59": "3.1", "60-": "2.5"}  # hours for each employed


def write_sheets_region(folder: Path, layouts: Layouts, period: Period = PERIOD) -> Path:
    """The workbooks of units and rapportörer, as distributed."""
    extracts = folder / "utdrag"
    write_extracts(extracts)
    for name, text in (EXTRACTS | _staff()).items():
        (extracts / f"{name}.csv").write_text(text, encoding="utf-8")
    out = folder / "böcker"
    out.mkdir()
    distribute(extracts, period, out, layouts, lambda *_: None)
    return out


def _staff() -> dict[str, str]:
    personal = [
        "enhet,år,månad,kön,åldersgrupp,personalgrupp,antal_månadsavlönade,antal_personer,"
        "ordinarie_timmar,arbetade_timmar"
    ]
    sick = ["enhet,år,månad,kön,åldersgrupp,intervall,sjuktimmar"]
    months = [(2024, month) for month in range(1, 13)] + [(2025, month) for month in range(1, 6)]
    for enhet, groups in STAFF.items():
        for year, month in months:
            code = "21" if (enhet, year) == ("20", 2024) else enhet
            for (sex, age), (employed, persons) in groups.items():
                count = Decimal(employed)
                hours = f"{count * 160},{count * 141 + month}"
                personal.append(
                    f"{code},{year},{month},{sex},{age},vård,{employed},{persons},{hours}"
                )
                for interval, rate in INTERVALS.items():
                    if interval != "60-" or month % 3:  # nobody is away so long every month
                        amount = count * Decimal(rate) + month
                        sick.append(f"{code},{year},{month},{sex},{age},{interval},{amount}")
    return {"personal": "\n".join(personal), "sjukfrånvaro": "\n".join(sick)}
