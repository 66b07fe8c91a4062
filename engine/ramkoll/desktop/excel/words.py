"""What Excel's refusals mean to the one who clicked: codes of COM as plain Swedish."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ramkoll.model.errors import RamkollError

# Each as it stands in Excel's answer: an HRESULT, or the code within a DISP_E_EXCEPTION.
_EXCEPTION = 0x80020009
_EDITING = 0x800AC472
_BUSY = frozenset({0x80010001, 0x8001010A, _EDITING})  # call rejected, retry later, cell editing
_GONE = frozenset(
    {
        0x800706BA,  # the server is not there
        0x800706BE,  # it ended during the call
        0x800706BF,
        0x80010007,
        0x80010108,  # disconnected from its clients
        0x80010012,
        0x800401FD,  # the object is not connected
        0x80010105,  # it failed during the call
    }
)
_MEMORY = frozenset({0x8007000E, 0x800AC471, 0x8007000A})
_DENIED = frozenset({0x80070005, 0x80030005})
_NO_PROTECTION = "Ramkoll tar aldrig bort ett skydd. Ta bort det själv under Granska i Excel"
_AGAIN = "Försök igen. Händer det igen: lämna fel-id till den som sköter Ramkoll."


def code_of(error: BaseException) -> int | None:
    """The code of an error of Excel's, unsigned; None when it is no error of COM."""
    hresult = getattr(error, "hresult", None)
    if not isinstance(hresult, int):
        return None
    code = hresult & 0xFFFFFFFF
    excepinfo = getattr(error, "excepinfo", None)
    if code == _EXCEPTION and excepinfo and isinstance(excepinfo[5], int) and excepinfo[5]:
        return excepinfo[5] & 0xFFFFFFFF
    return code


def is_busy(error: BaseException) -> bool:
    """Whether Excel will answer later: a dialogue is open, it calculates, a cell is edited."""
    return code_of(error) in _BUSY or type(error).__name__ == "ExcelBusyError"


def is_gone(error: BaseException) -> bool:
    """Whether the Excel that was spoken to is no more."""
    return code_of(error) in _GONE


@contextmanager
def plainly() -> Iterator[None]:
    """What COM raises within becomes a RamkollError; all else goes through as it is."""
    try:
        yield
    except Exception as error:
        if code_of(error) is None and not is_busy(error):
            raise
        raise worded(error) from error


def worded(error: BaseException, *, changed: str = "Inget har ändrats.") -> RamkollError:
    """An error of COM in plain Swedish; ``changed`` says what stands in the workbook now."""
    code = code_of(error)
    where = "" if code is None else f"Excel, fel-id {code:#010X}".replace("0X", "0x")
    if is_busy(error):
        return RamkollError(
            f"Excel är upptaget: en cell redigeras eller en dialogruta är öppen. {changed}",
            where=where,
            todo="Avsluta redigeringen av cellen (Enter eller Esc) eller stäng dialogrutan, och "
            "försök igen.",
        )
    if code in _GONE:
        return RamkollError(
            "Excel har stängts, eller slutade svara, medan Ramkoll arbetade.",
            where=where,
            todo="Öppna arbetsboken igen, se efter att den är som den ska vara och försök igen.",
        )
    if code in _DENIED:
        return RamkollError(
            f"Excel tillåter inte ändringen: arbetsboken eller cellen är skyddad. {changed}",
            where=where,
            todo="Kontrollera att arbetsboken inte är skrivskyddad, och försök igen.",
        )
    if code in _MEMORY:
        return RamkollError(
            f"Excel har inte minne nog för det som Ramkoll bad om. {changed}",
            where=where,
            todo="Stäng andra arbetsböcker, starta om Excel och försök igen.",
        )
    excepinfo = getattr(error, "excepinfo", None)
    said = str(excepinfo[2]).strip() if excepinfo and excepinfo[2] else ""
    answer = f" Excel svarade: «{said}»" if said else ""
    return RamkollError(
        f"Excel kunde inte göra det som Ramkoll bad om.{answer} {changed}",
        where=where or "Excel",
        todo=_AGAIN,
    )


def half_done(places: str) -> RamkollError:
    """Writing failed, and so did putting back what had been written."""
    return RamkollError(
        "Excel slutade svara mitt i skrivningen, och allt kunde inte tas tillbaka.",
        where=places,
        todo="Stäng arbetsboken utan att spara och öppna den igen, eller se efter själv i de "
        "celler som nämns.",
    )


def settings_left(names: str, cause: RamkollError | None) -> RamkollError:
    """Settings of Excel's that could not be put back as they were."""
    said = f"Excel kunde inte ställas tillbaka som det var: {names}."
    return RamkollError(
        f"{cause.what} {said}" if cause else said,
        where=cause.where if cause else "",
        todo=(f"{cause.todo} " if cause else "") + "Starta om Excel när arbetsboken är sparad.",
    )


def missing(what: str) -> RamkollError:
    """A sheet, or a table, that the actions need."""
    return RamkollError(
        f"{what} finns inte i arbetsboken. Inget har ändrats.",
        todo="Kontrollera att rätt arbetsbok är öppen och att inget har bytt namn eller tagits "
        "bort.",
    )


def hidden_sheet(sheet: str) -> RamkollError:
    """A sheet that cannot be shown."""
    return RamkollError(
        f"Bladet «{sheet}» är dolt, så det går inte att gå dit.",
        todo="Högerklicka på en bladflik, välj Ta fram och försök igen.",
    )


def too_large(sheet: str) -> RamkollError:
    """A sheet with cells too far apart."""
    return RamkollError(
        f"Bladet «{sheet}» är för stort för att läsas.",
        expected="högst en miljon celler",
        todo="Ta bort det som står långt ner eller långt till höger på bladet, eller flytta det "
        "till en egen arbetsbok.",
    )


def locked(place: str) -> RamkollError:
    """A cell that its sheet's protection holds."""
    return RamkollError(
        "Cellen är låst på ett skyddat blad. Inget har ändrats.",
        where=place,
        todo=f"{_NO_PROTECTION} om cellen ska ändras, och försök igen.",
    )


def unformattable(sheet: str) -> RamkollError:
    """A sheet whose protection allows no formats."""
    return RamkollError(
        f"Bladet «{sheet}» är skyddat mot ändrade format. Inget har ändrats.",
        todo=f"{_NO_PROTECTION}, och försök igen.",
    )


def shared(sheet: str) -> RamkollError:
    """A workbook shared in the old way, where Excel changes neither merges, marks nor tables."""
    return RamkollError(
        "Arbetsboken är delad på det äldre sättet (Dela arbetsbok), och då ändrar Excel varken "
        "markeringar, sammanfogade celler, tabeller eller diagram. Inget har ändrats.",
        where=sheet,
        todo="Sluta dela arbetsboken under Granska i Excel, och försök igen.",
    )


def closed_structure(sheet: str) -> RamkollError:
    """A workbook that takes no new sheets."""
    return RamkollError(
        f"Arbetsbokens struktur är skyddad, så bladet «{sheet}» kan inte läggas till. Inget har "
        "ändrats.",
        todo=f"{_NO_PROTECTION} (Skydda arbetsbok), och försök igen.",
    )


def part_of_array(place: str) -> RamkollError:
    """A cell of a formula that fills several cells."""
    return RamkollError(
        "Cellen hör till en matrisformel, som Excel bara ändrar i sin helhet. Inget har ändrats.",
        where=place,
        todo="Ta bort matrisformeln om cellen ska ändras, och försök igen.",
    )


def merged_in_the_way(place: str) -> RamkollError:
    """Merged cells that do not fit with what is to be written."""
    return RamkollError(
        "Sammanfogade celler hindrar Excel från att skriva här. Inget har ändrats.",
        where=place,
        todo="Dela upp de sammanfogade cellerna under Start i Excel, och försök igen.",
    )


def too_long(place: str, kind: str, most: int) -> RamkollError:
    """A text or a formula that no cell holds."""
    return RamkollError(
        f"{kind} är för lång för en cell. Inget har ändrats.",
        where=place,
        expected=f"högst {most} tecken",
        todo="Korta av texten, och försök igen.",
    )


def changed_meanwhile(place: str) -> RamkollError:
    """A cell that holds something else than when the command read it."""
    return RamkollError(
        "Arbetsboken ändrades medan Ramkoll räknade. Inget har skrivits.",
        where=place,
        todo="Kör kommandot igen, så räknar det på det som står där nu.",
    )


def holds_formula(place: str) -> RamkollError:
    """A formula that a value would replace."""
    return RamkollError(
        "Cellen har en formel, och Ramkoll ersätter aldrig en formel med ett värde.",
        where=place,
        todo="Ta bort formeln i cellen om ett värde ska stå där, och kör kommandot igen.",
    )


def changed_since(place: str) -> RamkollError:
    """A cell that somebody has changed after the command whose work is to be put back."""
    return RamkollError(
        "Det går inte att ångra: cellen har ändrats efter kommandot. Inget har ändrats.",
        where=place,
        todo="Rätta för hand det som ska ändras, eller kör kommandot igen.",
    )


def outdated(what: str) -> RamkollError:
    """An action that is not understood, or does not fit."""
    return RamkollError(
        "Skrivbordsdelen förstår inte svaret från Ramkoll. Inget har skrivits.",
        where=what,
        todo="Starta om Ramkoll på datorn; delarna kan vara olika gamla.",
    )
