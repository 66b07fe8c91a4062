"""What each command does, and what it prints."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ramkoll.cli import (
    BLOCKED,
    OK,
    addin_commands,
    cells_command,
    desktop_command,
    export_command,
    refresh_command,
    serve_commands,
)
from ramkoll.cli.progress import progress
from ramkoll.excel.children import Children, given, read_apart
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Finding, Severity
from ramkoll.pipeline.check import Checked, check
from ramkoll.pipeline.consolidate import Consolidated, consolidate
from ramkoll.pipeline.returned import Returned, refuse_folder, return_copies
from ramkoll.pipeline.stages import Stages
from ramkoll.pipeline.templates import write_templates
from ramkoll.report.findings import (
    blocking,
    count_text,
    finding_json,
    finding_lines,
    findings_text,
    not_run_json,
    not_run_lines,
)
from ramkoll.rules.catalogue import rules
from ramkoll.rules.rule import Rule
from ramkoll.store.layouts import load_layouts
from ramkoll.store.resources import resource

EXAMPLE = "2024-08"
_NAMED = 5  # cells named before the rest are only counted
# The examples are the same every time, and so must the workbook be that is made of them.
EXAMPLE_TIME = datetime(2024, 9, 12, 8, 0)


def _distribute(arguments: Namespace) -> int:
    # Imported here, since it brings pandas, which takes half a second.
    from ramkoll.pipeline.distribute import distribute

    layouts = load_layouts(arguments.layouts)
    with Children() as children:
        made = distribute(
            arguments.inputs,
            arguments.period,
            arguments.out,
            layouts,
            progress,
            force=arguments.force,
            previous=arguments.previous,
            children=children,
        )
    if arguments.json:
        _print_json(
            {
                "filer": list(made.files),
                "förra_perioden": list(made.notes),
                "fynd": [finding_json(each) for each in made.findings],
            }
        )
    else:
        for note in made.notes:
            print(note)
        print(f"{len(made.files)} arbetsböcker skrivna i {arguments.out}.")
        print(findings_text(made.findings, ()))
    return _exit_code(made.findings)


def _areas(arguments: Namespace) -> int:
    from ramkoll.pipeline.areas import fetch_causes

    layouts = load_layouts(arguments.layouts)
    with Children() as children:
        made = fetch_causes(
            arguments.folder, layouts, progress, frame_path=arguments.frame, children=children
        )
    missing = [each.label for each in made.missing]
    if arguments.json:
        _print_json(
            {
                "filer": list(made.written),
                "oförändrade": list(made.unchanged),
                "inte_skrivna": [str(each) for each in made.refused],
                "utan_arbetsbok": missing,
                "fynd": [finding_json(each) for each in made.findings],
            }
        )
    else:
        print(f"Skrivna: {', '.join(made.written) or 'ingen arbetsbok'}.")
        if made.unchanged:
            print(f"Redan hämtat, oförändrade: {', '.join(made.unchanged)}.")
        if missing:
            print(f"Utan arbetsbok som gäller, så inga orsaker därifrån: {', '.join(missing)}.")
        for refused in made.refused:
            print(f"Inte skriven: {refused}")
        if made.findings:
            print(findings_text(made.findings, ()))
    return BLOCKED if made.refused or blocking(made.findings) else OK


def _check(arguments: Namespace) -> int:
    layouts = load_layouts(arguments.layouts)
    if arguments.back is not None:
        refuse_folder(arguments.paths, arguments.back)
    back: Returned | None = None
    with Children() as children:
        checked = check(
            arguments.paths,
            layouts,
            progress,
            frame_path=arguments.frame,
            own_sheets=arguments.own_sheets,
            children=children,
        )
        if not checked.files:
            raise RamkollError(
                "Det finns inga arbetsböcker att granska.",
                where=", ".join(str(path) for path in arguments.paths),
                todo="Kontrollera sökvägen.",
            )
        if arguments.back is not None:
            made = arguments.time or datetime.now()
            back = return_copies(
                checked, arguments.paths, arguments.back, layouts, made, children, progress
            )
    if arguments.json:
        _print_json(_checked_json(checked) | ({} if back is None else _returned_json(back)))
    else:
        print(findings_text(checked.findings, checked.not_run))
        if back is not None:
            print("\n".join(_returned_lines(back, arguments.back)))
    return BLOCKED if back is not None and back.refused else _exit_code(checked.findings)


def _consolidate(arguments: Namespace) -> int:
    if arguments.into is not None:
        return _consolidate_into(arguments)
    layouts = load_layouts(arguments.layouts)
    with Children() as children:
        made = consolidate(
            arguments.folder,
            arguments.out,
            layouts,
            progress,
            arguments.time or datetime.now(),
            frame_path=arguments.frame,
            children=children,
        )
    checked = made.checked
    if arguments.json:
        _print_json(_checked_json(checked) | {"arbetsbok": str(made.out)})
    else:
        _print_checked(checked)
        print(f"Arbetsboken är skriven: {made.out}")
    return _exit_code(checked.findings)


def _print_checked(checked: Checked) -> None:
    for finding in _urgent(checked.findings):
        print("\n".join(finding_lines(finding)))
    for line in not_run_lines(checked.not_run):
        print(line)
    print(count_text(checked.findings) + " Alla står på bladet Granskning.")


def _consolidate_into(arguments: Namespace) -> int:
    # Imported here, since only this needs what writes into packages.
    from ramkoll.pipeline.into import consolidate_into
    from ramkoll.pipeline.into_text import put_json, put_lines

    layouts = load_layouts(arguments.layouts)
    with Children() as children:
        made = consolidate_into(
            arguments.folder,
            arguments.into,
            layouts,
            progress,
            arguments.time or datetime.now(),
            children=children,
            frame_path=arguments.frame,
            force=arguments.force,
        )
    if arguments.json:
        _print_json(_checked_json(made.checked) | put_json(made))
    else:
        _print_checked(made.checked)
        print("\n".join(put_lines(made)))
    return _exit_code(made.checked.findings)


def _demo(arguments: Namespace) -> int:
    stages = Stages()
    folder = resource("workbooks") / EXAMPLE
    out: Path = arguments.out / f"regionstyrelsen-{EXAMPLE}.xlsx"
    layouts = load_layouts()
    with Children() as children:
        made = consolidate(
            folder, out, layouts, progress, EXAMPLE_TIME, stages=stages, children=children
        )
    print(_demo_text(made, stages, folder))
    return OK


def _demo_text(made: Consolidated, stages: Stages, folder: Path) -> str:
    checked = made.checked
    assert checked.package is not None
    view = checked.package.view
    by_rule: dict[str, list[Finding]] = {}
    for finding in checked.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    titles = {each.id: each.title for each in rules()}
    lines = [
        f"Läst: {len(checked.files)} arbetsböcker i {folder.name}, "
        f"{len(view.forms)} enheter, {len(checked.package.underlag.entries)} siffror i underlaget.",
        f"Funnet: {count_text(checked.findings)}",
        *(
            f"  {rule} {titles.get(rule, '')} ({len(found)} st, till exempel {found[0].at})"
            for rule, found in sorted(by_rule.items())
        ),
        f"Resultat: {made.out}",
        "Tid per steg: "
        + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in stages.seconds.items())
        + f". Totalt {sum(stages.seconds.values()):.2f} s.",
        f"Nästa: öppna arbetsboken, eller följ en siffra med  "
        f'ramkoll trace {made.out} "{_first_figure(made)}"',
    ]
    return "\n".join(lines)


def _first_figure(made: Consolidated) -> str:
    assert made.checked.package is not None
    found = made.checked.package.blocks
    block = next((each for each in found if each.table.rows == "account_groups"), found[0])
    return f"{block.sheet}!D7"


def _tables(arguments: Namespace) -> int:
    from ramkoll.pipeline.tables import write_tables
    from ramkoll.pipeline.trace_open import changed_figures

    submission = read_apart(arguments.workbook)
    changed = changed_figures(submission)
    for sentence in changed:
        print(f"Varning: {sentence}", file=sys.stderr)
    files = write_tables(submission, arguments.out)
    if arguments.json:
        _print_json({"filer": [str(path) for path in files], "ändrat": changed})
    else:
        print("\n".join(str(path) for path in files))
    return BLOCKED if changed else OK


def _trace(arguments: Namespace) -> int:
    from ramkoll.pipeline.trace import trace
    from ramkoll.pipeline.trace_text import trace_json, trace_text

    found = trace(read_apart(arguments.workbook), arguments.place)
    if arguments.json:
        _print_json(trace_json(found))
    else:
        print(trace_text(found))
    return OK if found.agrees else BLOCKED


def _explain(arguments: Namespace) -> int:
    from ramkoll.model.recalculated import Verdict
    from ramkoll.pipeline.explain import Explained, explain_file
    from ramkoll.pipeline.explain_text import explain_json, explain_text

    path: Path = arguments.workbook
    with Children(1) as children:
        asked = [(path.name, (path, arguments.place, arguments.depth))]
        (answer,) = children.each(explain_file, asked)
    found = given(answer, Explained)
    if arguments.json:
        _print_json(explain_json(found))
    else:
        print(explain_text(found))
    stale = found.opinion is not None and found.opinion.verdict is Verdict.STALE
    return BLOCKED if stale or found.ring else OK


def _rules(arguments: Namespace) -> int:
    chosen: Sequence[Rule] = rules()
    if arguments.rule:
        chosen = [each for each in rules() if each.id == arguments.rule.upper()]
        if not chosen:
            raise RamkollError(
                f"Det finns ingen regel «{arguments.rule}».",
                todo="Se alla regler med ramkoll rules.",
            )
    if arguments.json:
        _print_json([_rule_json(each) for each in chosen])
    elif arguments.rule:
        each = chosen[0]
        print(f"{each.id}, {each.severity.value}, {each.scope.value}\n\n{each.doc}")
        print(f"\nMeddelande: {each.message}\nÅtgärd: {each.tip}")
    else:
        for each in chosen:
            print(f"{each.id}  {each.severity.value:<10}  {each.title}")
    return OK


def _template(arguments: Namespace) -> int:
    for path in write_templates(load_layouts(arguments.layouts), arguments.out):
        print(path)
    return OK


def _rule_json(each: Rule) -> dict[str, object]:
    return {
        "regel": each.id,
        "allvar": each.severity.value,
        "omfattning": each.scope.value,
        "täcker": list(each.covers),
        "meddelande": each.message,
        "åtgärd": each.tip,
        "beskrivning": each.doc,
    }


def _checked_json(checked: Checked) -> dict[str, object]:
    return {
        "filer": [
            {"fil": each.file, "sha256": each.sha256, "formulär": each.what}
            for each in checked.files
        ],
        "fynd": [finding_json(each) for each in checked.findings],
        "inte_körda": [not_run_json(each) for each in checked.not_run],
    }


def _returned_lines(back: Returned, out: Path) -> Iterator[str]:
    count = len(back.written)
    yield f"{count} {'kopia skriven' if count == 1 else 'kopior skrivna'} i {out}."
    if back.not_noted:
        cells = ", ".join(str(each) for each in back.not_noted[:_NAMED])
        more = len(back.not_noted) - _NAMED
        rest = f" och {more} till" if more > 0 else ""
        yield f"Har redan en anteckning, så fyndet står bara på bladet Granskning: {cells}{rest}."
    for file, why in back.refused:
        # The file's own name is said already.
        told = RamkollError(
            why.what, where=why.where.removeprefix(file), expected=why.expected, todo=why.todo
        )
        yield f"Ingen kopia av {file}: {told}"


def _returned_json(back: Returned) -> dict[str, object]:
    return {
        "kopior": list(back.written),
        "utan_kopia": [
            {"fil": file, "varför": why.what, "var": why.where or None, "åtgärd": why.todo or None}
            for file, why in back.refused
        ],
        "utan_anteckning": [str(each) for each in back.not_noted],
    }


def _urgent(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.BLOCKS]


def _exit_code(findings: Sequence[Finding]) -> int:
    return BLOCKED if blocking(findings) else OK


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "areas": _areas,
    "check": _check,
    "consolidate": _consolidate,
    "demo": _demo,
    "distribute": _distribute,
    "explain": _explain,
    "rules": _rules,
    "tables": _tables,
    "template": _template,
    "trace": _trace,
    **addin_commands.COMMANDS,
    **cells_command.COMMANDS,
    **desktop_command.COMMANDS,
    **export_command.COMMANDS,
    **refresh_command.COMMANDS,
    **serve_commands.COMMANDS,
}
