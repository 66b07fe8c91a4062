/** What Excel's refusals mean to the one who clicked. */
import { asProblem, Cancelled, Problem } from "../problem";

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}

export function worded(error: unknown): Error {
  const code = codeOf(error);
  if (error instanceof Problem || error instanceof Cancelled || !code) {
    return error instanceof Cancelled ? error : asProblem(error);
  }
  const where = `Excel, kod ${code}`;
  if (code === "InvalidOperationInCellEditMode") {
    return new Problem("Excel väntar på att du ska bli klar med cellen du skriver i.", {
      todo: "Tryck Enter i cellen, eller Esc för att ångra, och försök igen.",
      where,
    });
  }
  if (code === "AccessDenied") {
    return new Problem("Excel tillåter inte ändringen: arbetsboken eller cellen är skyddad.", {
      todo: "Kontrollera att arbetsboken inte är skrivskyddad, och försök igen.",
      where,
    });
  }
  return new Problem("Excel kunde inte göra det som Ramkoll bad om. Inget har ändrats.", {
    todo: "Försök igen. Händer det igen: lämna fel-id till den som sköter Ramkoll.",
    where,
  });
}

export function halfDone(): Problem {
  return new Problem("Excel slutade svara mitt i skrivningen, och allt kunde inte tas tillbaka.", {
    todo: "Ångra med Ctrl+Z, eller stäng arbetsboken utan att spara och öppna den igen.",
  });
}

export function missing(what: string): Problem {
  return new Problem(`${what} finns inte i arbetsboken. Inget har ändrats.`, {
    todo: "Kontrollera att rätt arbetsbok är öppen och att inget har bytt namn eller tagits bort.",
  });
}

export function hiddenSheet(sheet: string): Problem {
  return new Problem(`Bladet «${sheet}» är dolt, så det går inte att gå dit.`, {
    todo: "Högerklicka på en bladflik, välj Ta fram och försök igen.",
  });
}

export function tooLarge(sheet: string): Problem {
  return new Problem(`Bladet «${sheet}» är för stort för att läsas från panelen.`, {
    expected: "högst en miljon celler",
    todo: "Ta bort det som står långt ner eller långt till höger på bladet, eller flytta det till en egen arbetsbok.",
  });
}

export function locked(sheet: string, address: string): Problem {
  return new Problem("Cellen är låst på ett skyddat blad. Inget har ändrats.", {
    where: `${sheet}!${address}`,
    todo: "Ramkoll tar aldrig bort ett skydd. Ta bort det själv under Granska i Excel om cellen ska ändras, och försök igen.",
  });
}

export function unformattable(sheet: string): Problem {
  return new Problem(`Bladet «${sheet}» är skyddat mot ändrade format. Inget har ändrats.`, {
    todo: "Ramkoll tar aldrig bort ett skydd. Ta bort det själv under Granska i Excel, och försök igen.",
  });
}
