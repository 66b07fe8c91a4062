"""Whether a workbook is submitted and attested."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

WARNING, INFO = Severity.WARNING, Severity.INFO
SUBMITTED = ("inlämnad", "godkänd")
ATTEST = {"attested_by": "namnet", "attested_date": "datumet"}


@rule(
    "R141",
    Scope.FORM,
    INFO,
    "Arbetsboken för {enhet} har status {status}.",
    tip="Sätt status till Inlämnad när arbetsboken är klar.",
    covers=["V31"],
)
def not_submitted(view: FormView) -> Iterator[Hit]:
    """Arbetsboken bör ha status Inlämnad eller Godkänd.

    Varför: ett utkast kan ändras utan att någon säger till.
    Godkänns: status Inlämnad eller Godkänd.
    Källa: arbetsbokens blad Start.
    """
    if not _submitted(view) and "status" in view.form.fields:
        status = view.field_text("status")
        words = f"«{status}»" if status else "inte ifylld"
        yield hit(view.field_ref("status"), enhet=view.enhet, status=words)


@rule(
    "R142",
    Scope.FORM,
    WARNING,
    "Arbetsboken för {enhet} har status {status}, men {vad} för attesten saknas.",
    tip="Låt den som attesterar fylla i {vad}, eller sätt tillbaka status till Utkast.",
    covers=["V31"],
)
def attest_missing(view: FormView) -> Iterator[Hit]:
    """En inlämnad arbetsbok ska vara attesterad med namn och datum.

    Varför: någon ska stå för siffrorna.
    Godkänns: namn och datum är ifyllda, eller arbetsboken är inte inlämnad än.
    Källa: arbetsbokens blad Start.
    """
    if not _submitted(view):
        return
    empty = [e for e in ATTEST if e in view.form.fields and not view.field_text(e)]
    if empty:
        yield hit(
            view.field_ref(empty[0]),
            related=(view.field_ref(each) for each in empty[1:]),
            enhet=view.enhet,
            status=view.field_text("status"),
            vad=" och ".join(ATTEST[each] for each in empty),
        )


@rule(
    "R143",
    Scope.FORM,
    WARNING,
    "Arbetsboken för {enhet} är attesterad av {namn}, som också har fyllt i den.",
    tip="Låt någon annan attestera.",
    covers=["V31"],
)
def attested_by_writer(view: FormView) -> Iterator[Hit]:
    """Den som attesterar ska inte vara den som har fyllt i arbetsboken.

    Varför: två par ögon ser mer än ett.
    Godkänns: olika personer, eller ett av namnen är inte ifyllt.
    Källa: arbetsbokens blad Start.
    """
    attested, contact = _name(view.field_text("attested_by")), _name(view.field_text("contact"))
    # A single word may be a signature or a first name: then it has to be the whole of both.
    if attested and (attested == contact or (len(attested) > 1 and attested <= contact)):
        yield hit(
            view.field_ref("attested_by"),
            related=[view.field_ref("contact")],
            enhet=view.enhet,
            namn=view.field_text("attested_by"),
        )


def _submitted(view: FormView) -> bool:
    return view.field_text("status").casefold() in SUBMITTED


def _name(text: str) -> frozenset[str]:
    """The words of a name, whatever their order; a telephone number has none."""
    return frozenset(re.findall(r"[^\W\d_]+", text.casefold()))
