"""The command line: reads what was asked, calls the same functions as `incentives.api`, prints.

Results go to standard output, progress and remarks to standard error. Exit codes: 0 fine, 1 findings in the policy or
the data, 2 wrong use. What a command needs is imported when it runs, so that `--help` is quick.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

import incentives
from incentives import scratch
from incentives.cli.failures import FINDINGS, INTERRUPTED, WRONG_USE, complain, failed
from incentives.cli.options import common, data_option, ruleset_argument
from incentives.cli.simulate_command import simulate
from incentives.output import language_of, rendered, said, shell
from incentives.printing import console_for, hold_streams, pour, say

if TYPE_CHECKING:
    from incentives.faults import Fault
    from incentives.outcome.outcome import Outcome
    from incentives.plan.columns import Plan
    from incentives.tables import Tables

    Wanted = Callable[[Tables, Plan], Sequence[str]]

FORMATS = ("table", "csv", "json", "html", "xlsx")
PROVED = ("table", "json")
MOST_NEW = 100_000  # objects made before Python looks for circles of them: by itself it takes a tenth of a command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version=incentives.__version__, message="%(version)s")
@partial(common, envvar="INCENTIVES_LANG")
def cli(lang: str, no_color: bool) -> None:
    """销售考核与激励规则引擎 · A rules engine for sales performance review and incentives."""


@cli.command()
@ruleset_argument
@click.option("--prove", is_flag=True, help="不看数据能证明什么 · Also what can be proved of it without any data.")
@click.option("--format", "form", type=click.Choice(PROVED), default="table", help="输出格式 · What --prove prints.")
@common
def check(ruleset: Path, prove: bool, form: str, lang: str, no_color: bool) -> int:
    """检查考核办法 · Check a ruleset: every fault with its place and how to mend it."""
    from incentives import api
    from incentives.cli.progress import progress

    with progress(no_color) as step:
        step(said("step_prove", lang))
        faults, plan, verdicts = api.prove(ruleset) if prove else (api.check(ruleset), None, [])
    form = form if prove else "table"
    errors = sum(not fault.warning for fault in faults)
    if faults:
        say(rendered(faults, lang).rstrip("\n") + "\n", err=form == "json")
    found = {"errors": errors, "warnings": len(faults) - errors}
    say(said("check_found", lang, **found) if faults else said("check_clean", lang), err=form == "json")
    if plan is not None:
        from incentives.prove import json_text, text_of

        say(json_text(plan, verdicts) if form == "json" else "\n" + text_of(plan, verdicts, lang), nl=False)
    return FINDINGS if errors else 0


@cli.command()
@ruleset_argument
@common
def test(ruleset: Path, lang: str, no_color: bool) -> int:  # noqa: ARG001 - plain text has no colours
    """运行考核办法旁的案例 · Run the cases beside a ruleset."""
    from incentives.cases import run_cases
    from incentives.faults import Fault, Place

    if not ruleset.exists():
        complain(rendered([Fault("file_absent", Place(str(ruleset)))], lang).rstrip("\n"))
        return WRONG_USE
    text, fine = run_cases(ruleset, lang)
    say(text.rstrip("\n"))
    return 0 if fine else FINDINGS


@cli.command()
@ruleset_argument
@data_option
@click.option(
    "--period", help="期间，如 2026Q3 或 2026Q1..2026Q3 · The period, or several; default: the latest of the data."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="把全部结果写入此文件夹 · Write all results into this folder.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="输出格式 · What to print; default: a table.")
@click.option("--team", help="只含这个团队 · Only this team; nobody else's pay is anywhere in the output.")
@click.option("--no-pay", is_flag=True, help="不含薪酬 · No pay anywhere in the output.")
@click.option("--reach", is_flag=True, help="加一列：升一级还差多少 · A column with what a better grade would take.")
@common
def assess(
    ruleset: Path,
    data: Path,
    period: str | None,
    output: Path | None,
    form: str | None,
    team: str | None,
    no_pay: bool,
    reach: bool,
    lang: str,
    no_color: bool,
) -> int:
    """考核并计算激励 · Assess everyone: totals, grades, pay."""
    from incentives.cli.progress import progress

    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError(said("workbook_to_terminal", lang))
    with progress(no_color) as step:
        outcome = outcome_of(ruleset, data, partial(periods_to_assess, period), lang, step)
        from incentives.lookup import team_asked  # not before the data is being read
        from incentives.reports.narrow import narrow
        from incentives.reports.reach import with_reach

        outcome = with_reach(outcome, lang) if reach else outcome
        seen = narrow(outcome, team_asked(team, outcome) if team is not None else None, not no_pay)
        step(said("step_write", lang))
        if output is not None:
            write_all(seen, output, lang, team, not no_pay)
        show = printed(seen, form or "table", lang, team, not no_pay, no_color)
    show()
    remark(outcome, lang, withheld=team is not None or no_pay)
    return 0


@cli.command()
@ruleset_argument
@data_option
@click.option("--period", required=True, help="期间 · The period.")
@click.option("--rep", required=True, help="工号 · Whose figures: the id of the rep (or lead, customer).")
@click.option("--column", help="只解释这一项；不填则从等级到薪酬 · This figure only; else from grade to pay.")
@click.option("--reach", help="还差多少：等级、晋升或 next · What it would take: a grade, a promotion or next.")
@common
def explain(
    ruleset: Path, data: Path, period: str, rep: str, column: str | None, reach: str | None, lang: str, no_color: bool
) -> int:  # fmt: skip
    """解释一个人的一项数字 · Explain how one person's figure came about."""
    from incentives.cli.progress import progress
    from incentives.explain import as_text, reached_of
    from incentives.explain import explain as explained
    from incentives.lookup import column_asked, person_asked

    with progress(no_color) as step:
        outcome = outcome_of(ruleset, data, partial(periods_to_assess, period), lang, step, remarked=False)
        figure = column_asked(column, outcome) if column else None
        key, last = person_asked(rep, outcome), outcome.periods[-1]
        if reach is not None:
            text = as_text(reached_of(outcome, key, last, "" if reach == "next" else reach, lang), lang)
        else:
            text = explained(outcome, key, last, figure, lang)
    say(text.rstrip("\n"))
    return 0


@cli.command()
@ruleset_argument
@data_option
@click.option("--period", required=True, help="期间 · The period to pay.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="把批次的文件写入此文件夹 · Write the files of the batch into this folder.",
)
@click.option("--template", help="另写一份薪资系统的表：模板名或模板文件 · Also a payroll system's own sheet.")
@click.option("--draft", is_flag=True, help="草稿：期间未批准也可 · A draft, also of a period not approved.")
@click.option("--corrections", is_flag=True, help="列入以前期间的差异 · Add what earlier periods differ by.")
@click.option("--rep", "reps", multiple=True, help="单独发放：只含此工号，可多次 · Off-cycle: only for this id.")
@click.option("--settle", multiple=True, help="离职结算：只含此工号，可多次 · Final settlement of one who left.")
@click.option("--pay-month", help="发薪月，默认期间之后一个月 · The pay month; default: the one after the period.")
@common
def payroll(
    ruleset: Path,
    data: Path,
    period: str,
    output: Path,
    template: str | None,
    draft: bool,
    corrections: bool,
    reps: tuple[str, ...],
    settle: tuple[str, ...],
    pay_month: str | None,
    lang: str,
    no_color: bool,
) -> int:
    """写出发薪批次 · Write a payroll batch: what is due less what was paid, line by line."""
    from incentives.cli.progress import progress
    from incentives.lookup import month_asked, payees_asked, template_asked
    from incentives.outcome.files import write_folder
    from incentives.payroll import (
        batch_of,
        control_text,
        fitted,
        load_template,
        older_files,
        run_for,
        shipped,
        writers_of,
    )

    if reps and settle:
        raise click.UsageError(said("rep_or_settle", lang))
    month = month_asked(pay_month)
    form = load_template(template_asked(template, shipped())) if template is not None else None
    with progress(no_color) as step:
        outcome = outcome_of(ruleset, data, partial(periods_to_pay, period), lang, step, settle)
        only = payees_asked(reps or settle, outcome.tables, outcome.plan)
        asked = {"corrections": corrections, "draft": draft, "settles": bool(settle)}
        run = run_for(outcome, pay_month=month, only=only, **asked)
        batch = batch_of(outcome, run, lang)
        sheet = fitted(batch, form) if form is not None else None
        step(said("step_write", lang))
        writers = writers_of(batch, sheet)
        write_folder(output, writers, older_files(output, batch))
    say(control_text(batch, sheet).rstrip("\n"))
    say(said("written", lang, folder=output, names=", ".join(writers)), err=True)
    remark(outcome, lang, withheld=False, more=batch.remarks)
    return 0


cli.add_command(simulate)


@cli.command()
@common
def schema(lang: str, no_color: bool) -> int:  # noqa: ARG001 - JSON has neither language nor colours
    """打印办法文件的 JSON Schema · Print the JSON schema of rulesets, for completion in an editor."""
    import json

    from incentives.ruleset.schema import ruleset_schema

    say(json.dumps(ruleset_schema(), ensure_ascii=False, indent=2))
    return 0


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="改为自带的办法和示例公司 · The shipped rulesets and company instead.")
@common
def init(folder: Path, example: bool, lang: str, no_color: bool) -> int:  # noqa: ARG001 - plain text has no colours
    """建立一份起步用的办法和数据表 · Leave a ruleset and a workbook to start from."""
    from incentives.starter import leave_example, leave_starter

    if example:
        leave_example(folder)
        say(said("init_example_done", lang, folder=folder))
        say(f"  cd {shell(folder)}")
        say("  incentives assess rulesets/sales-2026.yaml --data fixtures/company --period 2026Q3")
        return 0
    policy, data = leave_starter(folder)
    say(said("init_done", lang, policy=policy, data=data))
    say(f"  incentives assess {shell(policy)} --data {shell(data)}")
    return 0


@cli.command()
@ruleset_argument
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="写入的工作簿 · The workbook.")
@click.option("--data", type=click.Path(path_type=Path), help="已有数据：预填人员 · Data with the people.")
@click.option("--period", help="预先填好的期间 · The period that is filled in.")
@click.option("--department", help="只含这个部门（来源）提供的指标 · Only metrics that this source delivers.")
@common
def template(
    ruleset: Path, output: Path, data: Path | None, period: str | None, department: str | None, lang: str,
    no_color: bool,
) -> int:  # fmt: skip
    """按办法生成待填的数据工作簿 · Leave the workbook to fill in for a ruleset: only what it reads."""
    from incentives.cli.progress import progress
    from incentives.execution.session import compiled, loaded
    from incentives.lookup import period_named
    from incentives.ruleset import load_ruleset
    from incentives.template import leave_template, sheets_of

    with progress(no_color) as step:
        step(said("step_policy", lang))
        rules = load_ruleset(ruleset)
        tables, plan = loaded(rules, data) if data is not None else (None, compiled(rules))
        when = period_named(period, plan) if period is not None else None
        sheets = sheets_of(rules, plan, lang, tables, when, department or "")
        step(said("step_write", lang))
        leave_template(output, sheets, rules, lang)
    titles = ("、" if lang == "zh" else ", ").join(sheet.title for sheet in sheets)
    if department:  # its metrics alone cannot be assessed
        say(said("template_part", lang, file=output, sheets=titles))
        return 0
    say(said("template_done", lang, file=output, sheets=titles))
    say(f"  incentives assess {shell(ruleset)} --data {shell(output)}")
    return 0


def periods_to_assess(period: str | None, tables: Tables, plan: Plan) -> tuple[str, ...]:
    """The periods that `--period` names. Raises NotThereError."""
    from incentives.lookup import periods_asked

    return periods_asked(period, tables, plan)


def periods_to_pay(period: str, tables: Tables, plan: Plan) -> tuple[str, ...]:
    """The earlier periods in which something was paid, and the one that `--period` names. Raises NotThereError."""
    from incentives.lookup import one_period_asked
    from incentives.payroll import paid_before

    asked = one_period_asked(period, tables, plan)
    return (*paid_before(tables, plan, asked), asked.id)


def outcome_of(
    ruleset: Path, data: Path, wanted: Wanted, lang: str, step: Callable[[str], None], only: Sequence[str] = (),
    *, remarked: bool = True,
) -> Outcome:  # fmt: skip
    """Load, check and assess the periods that `wanted` gives; says each step. Raises RefusedError, NotThereError."""
    from incentives.execution.session import open_session

    session = open_session(ruleset, data, lambda name: step(said(f"step_{name}", lang)))
    step(said("step_assess", lang))
    return session.outcome(wanted(session.tables, session.plan), only, remarked=remarked)


def write_all(outcome: Outcome, folder: Path, lang: str, team: str | None, with_pay: bool) -> None:
    """Write every file of `-o` and say so on standard error, and what other results these take the place of."""
    from incentives.reports.folder import write_results

    def warn(warning: Fault) -> None:
        say(rendered([warning], lang).rstrip("\n"), err=True)

    names = write_results(outcome, folder, lang, team, with_pay, warn)
    say(said("written", lang, folder=folder, names=", ".join(names)), err=True)


def printed(
    outcome: Outcome, form: str, lang: str, team: str | None, with_pay: bool, no_color: bool
) -> Callable[[], None]:
    """The result made ready; calling what is returned prints it to standard output."""
    from incentives.reports.folder import stream_of
    from incentives.reports.report import report_of
    from incentives.reports.terminal import print_report

    if form == "table":
        report = report_of(outcome, lang, team, with_pay)
        return lambda: print_report(report, console_for(sys.stdout, no_color))
    pieces = stream_of(outcome, form, lang, team, with_pay)

    def write() -> None:
        with closing(pieces):  # where nothing more can be printed, nothing more is made
            pour(pieces)

    return write


def remark(outcome: Outcome, lang: str, withheld: bool, more: Sequence[Fault] = ()) -> None:
    """Print the remarks about the policy and the data on standard error. They may name anybody, so some may not see
    them."""
    remarks = [*outcome.remarks, *more]
    if not remarks:
        return
    text = said("remarks_withheld", lang, n=len(remarks)) if withheld else rendered(remarks, lang)
    say(text.rstrip("\n"), err=True)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; whatever happens, no traceback is shown."""
    lang = language_of(arguments)
    try:
        return int(cli.main(args=list(arguments), prog_name="incentives", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        from incentives.cli.usage_errors import misused

        complain(misused(error, lang))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: one line instead of a traceback
        return failed(error, lang)


def main() -> None:
    """The `incentives` command."""
    gc.set_threshold(MOST_NEW)
    scratch.remove_on_signals()
    hold_streams()
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads any more
        code = code or FINDINGS
    scratch.remove_all()
    scratch.remove_left_behind(Path(tempfile.gettempdir()))
    os._exit(code)  # to take the modules apart first would take longer than many a command
