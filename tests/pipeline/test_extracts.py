"""Extracts as systems and people really make them: read right, or refused with their row."""

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.pipeline.made_up import Region, unit, whole_way

from ramkoll.cli import main
from ramkoll.model.errors import RamkollError
from ramkoll.store.extracts import monthly, read_extracts

OUTCOME = "utfall_månad"


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """The extracts of a region with two units."""
    region = Region([unit("1", "Åkeri, norr"), unit("2")])
    for code in "12":
        region.book(code, 2025, range(1, 6)).plan(code, 2025)
    return region.write(tmp_path / "utdrag")


def rewrite(folder: Path, change: Callable[[str], str | bytes], name: str = OUTCOME) -> None:
    """Change an extract's text."""
    path = folder / f"{name}.csv"
    data = change(path.read_bytes().decode("utf-8").replace("\r\n", "\n"))
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))


def outcome(folder: Path) -> dict[tuple[object, ...], Decimal]:
    """The outcome as it is read."""
    frame = monthly(read_extracts(folder)[OUTCOME], "utfall_kr")
    return {tuple(row[:-1]): row[-1] for row in frame.itertuples(index=False)}


def swapped(text: str) -> str:
    """The columns in another order, one of somebody's own among them."""
    lines = [line.split(",") for line in text.splitlines()]
    return "\n".join(",".join([*line[::-1], "eget"]) for line in lines)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        swapped,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("enhet,kontogrupp", " Enhet , KONTOGRUPP "),
        lambda text: text.replace("-", "\u2212"),
        lambda text: "\n".join(
            ",".join(f'"{field}"' for field in line.split(",")) for line in text.splitlines()
        ),
    ],
    ids=["BOM", "CRLF", "blank lines", "order", "NFD", "heading case", "minus sign", "quoted"],
)
def test_the_same_rows_in_another_dress_are_the_same(
    inputs: Path, change: Callable[[str], str | bytes]
) -> None:
    before = outcome(inputs)
    rewrite(inputs, change)
    assert outcome(inputs) == before


def test_a_decomposed_file_name_is_the_same_file(inputs: Path) -> None:
    before = outcome(inputs)
    path = inputs / f"{OUTCOME}.csv"
    path.rename(inputs / unicodedata.normalize("NFD", path.name))
    assert outcome(inputs) == before


def test_a_quoted_comma_belongs_to_the_name(inputs: Path) -> None:
    assert list(read_extracts(inputs)["enheter"]["namn"]) == ["Åkeri, norr", "Enhet 2"]


def test_decimals_are_kept_to_the_last_digit(inputs: Path) -> None:
    rewrite(inputs, lambda text: text.splitlines()[0] + "\n1,I1,2025,1,0.1,\n1,I1,2025,1,0.2,\n")
    assert list(outcome(inputs).values()) == [Decimal("0.3")]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (OUTCOME, lambda t: t.replace(",", ";"), "utfall_månad.csv är skild med «;»"),
        (OUTCOME, lambda t: t.replace(",", "\t"), "utfall_månad.csv är skild med tabb"),
        ("enheter", lambda t: t.encode("cp1252"), "enheter.csv är inte UTF-8"),
        (OUTCOME, lambda t: t.encode("utf-16"), "utfall_månad.csv är inte UTF-8"),
        (OUTCOME, lambda t: t.replace(",månad,", ",period,"), "saknar kolumnen månad"),
        (OUTCOME, lambda t: t.replace(",månad,", ",år,"), "saknar kolumnen månad"),
        (OUTCOME, lambda t: t.replace("delpost", "enhet"), "kolumnen enhet två gånger"),
        (OUTCOME, lambda t: t + "1,I1,2025,1,tolv,\n", "rad 22, utfall_kr: «tolv»"),
        (OUTCOME, lambda t: t + '1,I1,2025,1,"1 234",\n', "rad 22, utfall_kr: «1 234»"),
        (OUTCOME, lambda t: t + '1,I1,2025,1,"12,5",\n', "rad 22, utfall_kr: «12,5»"),
        (OUTCOME, lambda t: t + "1,I1,2025,1,1_000,\n", "«1_000»"),
        (OUTCOME, lambda t: t + "1,I1,2025,1,NaN,\n", "«NaN»"),
        (OUTCOME, lambda t: t + "1,I1,2025,1,1E400,\n", "«1E400»"),
        (OUTCOME, lambda t: t + "1,I1,2025,maj,5,\n", "rad 22, månad: «maj» är inte ett heltal"),
        (OUTCOME, lambda t: t + "1,I1,,1,5,\n", "rad 22, år: «» är inte ett heltal"),
        (OUTCOME, lambda t: t + "1,I1,2025,1\n", "rad 22 har 4 fält i stället för 6"),
        (OUTCOME, lambda t: t + "1,I1,2025,1,5,,,\n", "rad 22 har 8 fält i stället för 6"),
        (OUTCOME, lambda t: t + '1,"I1,2025', "går inte att läsa som kommaseparerad"),
        ("enheter", lambda t: t.replace("2015-01-01", "1 januari"), "rad 2, giltig_från"),
        ("enheter", lambda t: t.replace("Enhet 2", "\x07"), "rad 3, namn"),
        ("kontogrupper", lambda t: t.replace(",1\n", ",första\n"), "rad 2, ordning"),
        ("budgetram", lambda t: t.replace("2024-11-20", "2024-11-31"), "rad 2, datum"),
        ("enheter", lambda t: t.splitlines()[0], "enheter.csv saknas eller är tom"),
        ("kontogrupper", lambda t: "", "kontogrupper.csv saknas eller är tom"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_file_and_row(
    inputs: Path, name: str, change: Callable[[str], str | bytes], said: str
) -> None:
    rewrite(inputs, change, name)
    with pytest.raises(RamkollError) as refused:
        read_extracts(inputs)
    assert said in str(refused.value)
    assert str(refused.value).endswith("Rätta utdragen och kör om.")


def test_faults_are_all_named_up_to_a_limit(inputs: Path) -> None:
    rewrite(inputs, lambda text: text + "1,I1,2025,1,x,\n" * 50)
    rewrite(inputs, lambda text: text.replace("2015-01-01", "?"), "enheter")
    with pytest.raises(RamkollError, match=r"enheter\.csv rad 2.*och 32 till"):
        read_extracts(inputs)


@pytest.mark.parametrize("name", [OUTCOME, "budget_månad", "prognos", "budgetram"])
@pytest.mark.parametrize("how", ["missing", "empty", "header only", "blank"])
def test_an_optional_extract_may_be_missing_or_empty(inputs: Path, name: str, how: str) -> None:
    path = inputs / f"{name}.csv"
    if how == "missing":
        path.unlink()
    else:
        header = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text({"header only": header, "blank": "\n \n"}.get(how, ""), encoding="utf-8")
    assert read_extracts(inputs)[name].empty


def test_double_rows_are_added_up_and_counted(tmp_path: Path) -> None:
    region = Region([unit("1")]).book("1", 2025, range(1, 6)).plan("1", 2025)
    region.outcome += [("1", "I1", 2025, 1, 700, "")] * 2
    run = whole_way(region, tmp_path, "2025-05")
    said = [each for each in run.made.findings if each.rule == "R092"]
    assert [(each.at.file, each.severity.value) for each in said] == [(f"{OUTCOME}.csv", "varning")]
    assert said[0].message.startswith("3 rader har samma nyckel")
    assert run.outcome() == region.totals(2025, 5)


@pytest.mark.parametrize(("year", "month"), [(2025, 13), (2025, 0), (0, 5), (9999, 5), (25, 5)])
def test_a_month_that_does_not_exist_is_lost_with_its_amount(
    tmp_path: Path, year: int, month: int
) -> None:
    region = Region([unit("1")]).book("1", 2025, range(1, 6))
    sound = region.totals(2025, 5)
    region.outcome.append(("1", "I1", year, month, -123_456, ""))
    run = whole_way(region, tmp_path, "2025-05")
    assert run.lost() == -123_456
    assert run.outcome() == sound


def test_what_is_booked_after_the_period_is_told_and_left_out(tmp_path: Path) -> None:
    region = Region([unit("1")]).book("1", 2025, range(1, 13)).book("1", 2026, (1,))
    run = whole_way(region, tmp_path, "2025-05")
    said = [each for each in run.made.findings if each.rule == "R093"]
    assert [each.severity.value for each in said] == ["upplysning"]
    assert said[0].message.startswith("Rader bokförda efter januari–maj 2025: 16,")
    assert run.outcome() == region.totals(2025, 5)


def test_distribute_says_its_errors_in_swedish_with_exit_code_2(
    inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(inputs, lambda text: text.replace(",", ";"))
    out = tmp_path / "ut"
    command = ["distribute", "--inputs", str(inputs), "--period", "2025-05", "--out", str(out)]
    assert main(command) == 2
    assert "är skild med «;» i stället för komma" in capsys.readouterr().err
    assert not out.exists()
    rewrite(inputs, lambda text: text.replace(";", ","))
    assert main(command) == 0
    assert main([*command[:4], "1999-05", *command[5:]]) == 2
    assert "Traceback" not in capsys.readouterr().err
