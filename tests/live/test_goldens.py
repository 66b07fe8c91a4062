"""What each command answers on the example workbooks, word by word.

The tests of the pane (tests/browser) hold what it shows against the same goldens.
"""

import json
from dataclasses import asdict

import pytest
from tests.live.calls import run
from tests.live.cases import CASES, REPORT
from tests.pipeline.opened import book, edited

from ramkoll.excel.scan import scan


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_command_answers_as_its_golden_says(case, golden, request):
    if case.book == REPORT:
        open_book = scan(request.getfixturevalue("consolidated"))
    else:
        open_book = book(case.book)
    answer = run(case.command, edited(open_book, case.written), case.at)
    golden(case.golden, json.dumps(asdict(answer.result), ensure_ascii=False, indent=1) + "\n")
