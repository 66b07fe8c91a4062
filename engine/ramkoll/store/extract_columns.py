"""Which extracts there are, and what their columns hold."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "enheter": (
        "kod", "namn", "område", "nämnd", "giltig_från", "giltig_till", "föregångare", "ingår_i",
    ),
    "kontogrupper": ("kod", "namn", "typ", "ordning"),
    "utfall_månad": ("enhet", "kontogrupp", "år", "månad", "utfall_kr", "delpost"),
    "budget_månad": ("enhet", "kontogrupp", "år", "månad", "budget_kr", "delpost"),
    "prognos": (
        "enhet", "kontogrupp", "prognos_helår_kr", "föregående_prognos_kr", "budget_helår_kr",
    ),
    "budgetram": (
        "beslut_id", "datum", "år", "nämnd", "område", "enhet", "belopp_tkr", "typ", "text",
    ),
    "rapport": ("organisation", "dnr"),
    "rapportörer": ("kod", "namn", "formulär", "enheter", "blad"),
    "kommentarer": (
        "enhet", "kontogrupp", "kommentar_budget", "kommentar_fg_år", "orsak_prognos", "oförändrad",
    ),
    "orsaker": (
        "rapportör", "jämförelse", "slag", "kontogrupp", "orsak", "belopp_kr", "engångs", "text",
        "till_nämnd",
    ),
    "texter": ("rapportör", "rubrik", "text", "föregående_text"),
    "personal": (
        "enhet", "år", "månad", "kön", "åldersgrupp", "personalgrupp", "antal_månadsavlönade",
        "antal_personer", "ordinarie_timmar", "arbetade_timmar",
    ),
    "sjukfrånvaro": ("enhet", "år", "månad", "kön", "åldersgrupp", "intervall", "sjuktimmar"),
    "åtgärder": (
        "åtgärd_id", "åtgärd", "enhet", "mätmetod", "i_tabell", "bedömd_effekt_helår_kr",
        "utfall_ack_kr", "utfall_fg_ack_kr", "effekt_mot_budget_kr", "mandat", "startmånad",
        "beslut_id", "effekt_år1_kr", "effekt_år2_kr", "kommentar",
    ),
    "investeringar": (
        "id", "avsnitt", "förvaltningsområde", "objekt", "utfall_tkr", "budget_tkr", "kommentar",
        "upphandling", "prognos_tkr", "beslut", "totalbudget_tkr", "utfall_sedan_start_tkr",
        "ansvarig_enhet", "beslutsår",
    ),
    "investeringsbudget": ("år", "kategori", "namn", "belopp_tkr"),
    "uppdrag": (
        "id", "målområde", "uppdrag", "ansvar_tryckt", "ansvarig_enhet", "medverkande",
        "status_kod", "kommentar",
    ),
    "nyckeltal": (
        "id", "målområde", "nyckeltal", "utfall", "mål", "enhet", "riktning_bättre",
        "ansvarig_enhet", "föregående_utfall", "mätperiod", "nivå", "manuell_status", "skäl",
        "kommentar", "slag",
    ),
    "satsningar": ("projekt", "namn", "enhet", "år", "månad", "bidrag_kr", "kostnad_kr"),
    "förtroendevalda": ("enhet", "kostnadsställe", "år", "månad", "utfall_kr", "budget_kr"),
    "verksamhetstal": ("enhet", "mått", "antal", "föregående_antal"),
    "internhandel": ("enhet", "motpart", "avser", "belopp_kr"),
    "målområden": ("målområde", "kommentar"),
    "nämnder": (
        "nämnd", "namn", "rad", "nivå", "avvikelse_kr", "prognos_kr", "föregående_prognos_kr",
    ),
    "uppsikt": (
        "nämnd", "paragraf", "datum", "rapport", "uppdrag", "förfaller", "återrapport",
    ),
    "beslut": ("slag", "datum", "dnr", "text", "gäller_till"),
}  # fmt: skip
REQUIRED = ("enheter", "kontogrupper")
# Columns that an extract may lack: then they are blank.
OPTIONAL_COLUMNS = frozenset(
    {
        "delpost", "föregångare", "ingår_i", "giltig_till", "text", "nämnd", "mandat",
        "startmånad", "beslut_id", "effekt_år1_kr", "effekt_år2_kr", "effekt_mot_budget_kr",
        "kommentar", "medverkande", "föregående_utfall", "mätperiod", "nivå", "manuell_status",
        "skäl", "slag", "ansvar_tryckt", "beslutsår", "föregående_text", "föregående_antal",
        "kommentar_budget", "kommentar_fg_år", "orsak_prognos", "oförändrad", "antal_personer",
        "ordinarie_timmar", "arbetade_timmar", "personalgrupp", "till_nämnd", "engångs",
        "upphandling", "beslut", "blad", "återrapport", "förfaller", "gäller_till", "dnr",
        "i_tabell", "mätmetod", "avser", "rad",
    }
)  # fmt: skip
# Rows that agree in these are the same thing said twice; amounts among them are added up.
KEYS: Mapping[str, tuple[str, ...]] = {
    "utfall_månad": ("enhet", "kontogrupp", "år", "månad", "delpost"),
    "budget_månad": ("enhet", "kontogrupp", "år", "månad", "delpost"),
    "prognos": ("enhet", "kontogrupp"),
    "budgetram": COLUMNS["budgetram"],
    "personal": ("enhet", "år", "månad", "kön", "åldersgrupp", "personalgrupp"),
    "sjukfrånvaro": ("enhet", "år", "månad", "kön", "åldersgrupp", "intervall"),
    "satsningar": ("projekt", "enhet", "år", "månad"),
    "förtroendevalda": ("enhet", "kostnadsställe", "år", "månad"),
}
AMOUNT_ENDINGS = ("_kr", "_tkr")
INTEGERS = frozenset({"år", "månad"})
NUMBERS = frozenset(
    {
        "antal", "föregående_antal", "antal_månadsavlönade", "antal_personer", "ordinarie_timmar",
        "arbetade_timmar", "sjuktimmar", "utfall", "föregående_utfall", "mål",
    }
)  # fmt: skip
DATES = frozenset({"datum", "giltig_från", "giltig_till", "förfaller", "återrapport"})
ORDERS = frozenset({"ordning"})
TEXTS = frozenset(
    {
        "text", "föregående_text", "kommentar", "kommentar_budget", "kommentar_fg_år",
        "orsak_prognos", "skäl",
    }
)  # fmt: skip
