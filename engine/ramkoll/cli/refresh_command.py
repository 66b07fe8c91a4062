"""The command that brings new figures into workbooks that people have begun to fill in."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Mapping

from ramkoll.cli import BLOCKED, OK
from ramkoll.cli.progress import progress
from ramkoll.excel.children import Children
from ramkoll.report.findings import blocking
from ramkoll.store.layouts import load_layouts


def _refresh(arguments: Namespace) -> int:
    # Imported here, since it brings pandas, which takes half a second.
    from ramkoll.pipeline.refresh_folder import refresh_folder
    from ramkoll.pipeline.refresh_text import refresh_json, refresh_text

    layouts = load_layouts(arguments.layouts)
    with Children() as children:
        made = refresh_folder(
            arguments.folder,
            arguments.inputs,
            layouts,
            progress,
            period=arguments.period,
            frame_path=arguments.frame,
            dry_run=arguments.dry_run,
            force=arguments.force,
            children=children,
        )
    if arguments.json:
        print(json.dumps(refresh_json(made), ensure_ascii=False, indent=2))
    else:
        print(refresh_text(made, cells=arguments.dry_run))
    return OK if made.complete and not blocking(made.findings) else BLOCKED


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"refresh": _refresh}
