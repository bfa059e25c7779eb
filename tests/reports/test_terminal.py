"""The table in a terminal: fits the window, Chinese lines up, readable without colours."""

from dataclasses import replace

import pytest
from made import company, outcome_made, person
from reading import in_terminal
from rich.cells import cell_len

from incentives.reports.narrow import narrow
from incentives.reports.report import report_of


def text(rows=None, lang="zh", team=None, with_pay=True, **options) -> str:
    return in_terminal(report_of(narrow(outcome_made(rows), team, with_pay), lang, team, with_pay), **options)


@pytest.mark.parametrize(("width", "lang"), [(100, "zh"), (100, "en"), (160, "zh"), (80, "zh")])
def test_no_line_is_wider_than_the_window(width, lang):
    assert max(cell_len(line) for line in text(lang=lang, width=width).splitlines()) <= width


def row(width, who):
    return next(line for line in text(width=width).splitlines() if line.startswith(who)).split()


def test_a_narrow_window_leaves_out_columns_but_cuts_no_figure():
    name = ["R004", "刘洋"]
    pay = ["77,123.45", "6,111.11", "0.00", "83,234.56"]
    assert row(100, "R004") == [*name, "华南一队", "120.00", "100.00", "104.17", "A", *pay]
    assert row(70, "R004") == [*name, "华南一队", "104.17", "A", *pay[:2], pay[3]]  # what pays nothing goes first
    assert row(50, "R004") == [*name, "104.17", "A", pay[0], pay[3]]  # then the smallest
    assert row(100, "R003")[6] == "C→B"


def test_what_is_left_out_is_named():
    assert "未显示" not in text(width=100)
    told = next(line for line in text(width=70).splitlines() if "未显示" in line)
    assert "销售得分" in told
    assert "首单大额奖" in told
    assert "团队" in text(width=60).partition("未显示")[2].partition("（")[0]


def test_amounts_end_in_one_column_behind_chinese_names():
    rows = [person("R1", name="欧阳建国"), person("R2", name="Li"), person("R3", name="𠮷·娜")]
    ends = {cell_len(line.rstrip()) for line in text(rows).splitlines() if line.startswith("R")}
    assert len(ends) == 1


def test_bars_begin_in_one_column_whatever_the_grades_are_called():
    report = report_of(narrow(outcome_made(), None, True), "zh", None, True)
    count = report.counts[0]
    shares = [replace(share, label=label) for share, label in zip(count.grades, ("healthy", "观察"), strict=False)]
    lines = in_terminal(replace(report, counts=(replace(count, grades=tuple(shares)),))).splitlines()
    begins = {cell_len(line[: line.index("█")]) for line in lines if "█" in line}
    assert begins == {2 + len("healthy") + 2}


def test_without_colours_there_are_no_escapes_and_grades_are_letters():
    assert "\x1b" not in text()
    assert "\x1b[1;32mS" in text(colour=True)


def test_counts_distribution_and_remarks_are_told():
    told = text(lang="en", width=120)
    for line in (
        "Employed 9 = Assessed 4 + Exempt 2 + Unsigned target 1 + Too little data 1 + From history 1",
        "margin below the red line; S → B",
        "C → B; 客户破产，属不可抗力; M001; 2026-10-12",
        "Pay in total 172,123.77",
    ):
        assert line in told


def test_several_periods_stand_in_a_column_of_their_own():
    rows = [r | {"period": p, "period_no": n} for n, p in ((1, "2026Q2"), (2, "2026Q3")) for r in company()]
    told = text(rows)
    assert "2026Q2..2026Q3" in told
    assert told.count("R001") == 2


def test_a_long_list_is_cut_and_says_so():
    told = text([person(f"R{n:04}") for n in range(1203)])
    assert "其余 703 行" in told
    assert told.count("华东一队") == 500
