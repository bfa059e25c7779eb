"""The model of a report: counts close, every remark is made, totals are those of the rows shown."""

from decimal import Decimal

import pytest
from made import column, company, outcome_made, person, unassessed

from incentives.reports.charts import columns, strips
from incentives.reports.narrow import narrow
from incentives.reports.report import report_of


def report(rows=None, lang="zh", team=None, with_pay=True, **options):
    outcome = narrow(outcome_made(rows), team, with_pay)
    return report_of(outcome, lang, team, with_pay, **options)


def test_counts_close_for_every_period():
    rows = [
        *company(),
        person("R001", period="2026Q2", period_no=8105),
        unassessed("R002", "exempt", "status", period="2026Q2", period_no=8105),
    ]
    made = report(sorted(rows, key=lambda r: r["period_no"]))
    assert [(c.period, c.employed) for c in made.counts] == [("2026Q2", 2), ("2026Q3", 9)]
    for count in made.counts:
        assert count.employed == sum(n for _, n in count.states)
    assert dict(made.counts[1].states) == {"assessed": 4, "exempt": 2, "unsigned": 1, "missing": 1, "history": 1}


def test_distribution_counts_the_grade_that_stands():
    assert [(s.label, s.count) for s in report().counts[0].grades] == [("S", 1), ("A", 2), ("B", 2), ("C", 0)]


def test_every_remark_names_its_people_and_why():
    groups = {g.code: [(p.key, p.note) for p in g.people] for g in report(lang="en").groups}
    assert groups == {
        "red_lined": [("R002", "margin below the red line; S → B")],
        "decided": [("R003", "C → B; 客户破产，属不可抗力; M001; 2026-10-12")],
        "unsigned": [("R006", "target not signed by both sides")],
        "exempt": [
            ("R005", "exempt by status: 产假 (the policy does not say otherwise)"),
            ("R009", "exempted by decision: 借调; M002; 2026-09-01"),
        ],
        "missing": [("R007", "no item could be scored")],
        "history": [("R008", "the recorded result stands; 96.00 A")],
    }


def test_a_red_line_that_changes_nothing_says_so():
    rows = [person("R001", ceiling_margin=True, band_grade="B", capped_grade="B", computed_grade="B", grade="B")]
    assert report(rows).groups[0].people[0].note == "毛利率低于红线；等级不变"


def test_a_grade_decided_without_a_reason_is_told_all_the_same():
    [group] = report([person("R001", computed_grade="A", grade="S")]).groups
    assert (group.code, group.people[0].note) == ("decided", "A → S")


def test_pay_that_lacks_data_is_told_and_not_passed_over():
    rows = [person("R001", quarterly_bonus=None), person("R002"), person("R003", assessment="exempt", commission=None)]
    unpaid = [g for g in report(rows).groups if g.code == "unpaid"]
    assert [(p.key, p.note) for p in unpaid[0].people] == [("R001", "季度奖金")]
    assert not [g for g in report(rows, with_pay=False).groups if g.code == "unpaid"]


def test_control_totals_are_the_sums_of_the_rows():
    made = report()
    for at, control in enumerate(made.controls[:-1]):
        assert control.amount == sum((row.pay[at] or Decimal(0) for row in made.rows), Decimal(0))
    assert made.controls[-1].amount == sum((row.pay_total or Decimal(0) for row in made.rows), Decimal(0))
    assert [c.kind for c in made.controls] == ["commission", "bonus", "award", ""]


def test_a_long_run_carries_some_rows_and_counts_all():
    made = report([person(f"R{n:03}") for n in range(30)], most_rows=7)
    assert (len(made.rows), made.hidden, made.counts[0].employed) == (7, 23, 30)
    assert made.controls[-1].amount == 30 * Decimal("42333.46")


def test_totals_fall_into_their_bins():
    rows = [person(f"R{n}", total=total, grade="A") for n, total in enumerate(("94.99", "95.00", "99.99", "100.00"))]
    assert [(b.low, sum(s.count for s in b.grades)) for b in report(rows).bins] == [(90, 1), (95, 2), (100, 1)]


def test_nobody_is_a_report_too():
    made = report([])
    assert (made.rows, made.counts[0].employed, made.groups, made.bins) == ((), 0, (), ())


def test_a_ruleset_without_grades_and_pay_is_reported():
    graded = [c.name for c in outcome_made().columns if c.role in {"grade", "pay", "pay_total", "ceiling", "figure"}]
    made = report_of(outcome_made(without=(*graded, "team", "region", "base_salary")), "zh")
    assert (made.grades, made.pay, made.controls, made.bins) == ((), (), (), ())
    assert made.rows[0].total == Decimal("118.50")


def test_scores_that_nobody_has_are_left_out():
    rows = [person("R001", new_customers_score=None)]
    assert [h.name for h in report(rows).scores] == ["sales_score", "results"]


def test_titles_come_from_the_ruleset_in_the_language_asked_for():
    assert [h.title for h in report(lang="zh").pay] == ["销售提成", "季度奖金", "首单大额奖"]
    assert [h.title for h in report(lang="en").pay] == ["Commission", "Quarterly bonus", "Big first order"]


def test_chart_marks_fill_their_frame():
    made = report()
    (strip,) = strips(made.counts)
    assert sum(mark.count for mark in strip.marks) == 5
    assert sum(mark.count for mark in columns(made.bins)) == 5
    assert all(mark.height > 0 for mark in columns(made.bins))


@pytest.mark.parametrize(("team", "keys"), [("华南一队", ["R004", "R006"]), ("无此团队", [])])
def test_a_team_is_its_own_rows_only(team, keys):
    made = report(team=team)
    assert [row.key for row in made.rows] == keys
    assert made.counts[0].employed == len(keys)


def test_what_is_computed_from_pay_goes_with_it():
    assert not {"pay_per_thousand", "region_pay", "base_salary"} & {h.name for h in report(with_pay=False).figures}
    team = {h.name for h in report(team="华东一队").figures}
    assert "region_pay" not in team
    assert {"pay_per_thousand", "base_salary"} <= team


def test_a_column_without_a_title_goes_by_its_name():
    assert column("x", "figure", "money", "", "").title.get("zh") == "x"
