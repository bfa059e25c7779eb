"""The command `simulate`: a change beside the policy as it stands, or a study of many."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from incentives.cli.options import common, ruleset_argument
from incentives.output import rendered, said
from incentives.printing import console_for, say

if TYPE_CHECKING:
    from incentives.execution.session import Session
    from incentives.ruleset import Ruleset
    from incentives.simulate import Change

    Study = Callable[[Session, Change | None, Sequence[str]], Any]

FORMS = ("table", "csv", "json", "html")
RANGE = "PATH=LO..HI:STEP"


@click.command()
@ruleset_argument
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="数据：文件夹、工作簿或 data.yaml · The data: a folder, a workbook or a data.yaml.",
)
@click.option(
    "--list", "listed", is_flag=True, help="列出可以改的数值，不需要数据 · What can be changed; without data."
)
@click.option("--find", metavar="TEXT", help="与 --list 同用：只列含此文字的 · With --list: those with this text.")
@click.option("--period", help="期间，如 2026Q3 或 2026Q1..2026Q3 · The period, or several; default: the latest.")
@click.option(
    "--with",
    "changes",
    multiple=True,
    type=click.Path(path_type=Path),
    help="要试的改动，可多次 · A file with a change to try; several are laid side by side.",
)
@click.option("--set", "figures", multiple=True, metavar="PATH=VALUE", help="改一个数值 · One figure to try.")
@click.option(
    "--sweep", "sweeps", multiple=True, metavar=RANGE, help="沿一个范围逐值试算 · A figure, or two, along a range."
)
@click.option("--goal", help='要达到的目标，如 "总额 <= 12_000_000" · What to reach, such as "cost <= 12_000_000".')
@click.option(
    "--vary", "varied", multiple=True, metavar=RANGE, help="为目标而变的数值 · The figure that may change for it."
)
@click.option(
    "--attribute", is_flag=True, help="差额由哪一行改动而来 · How much of the difference belongs to each edit."
)
@click.option("--against", metavar="PERIOD", help="与更早的一期比较 · What since then is figures, what policy.")
@click.option(
    "--vary-data", "drawn", metavar="METRIC:±P%,seed=N", help="业绩随机波动 · Draw the figures of the reps again."
)
@click.option("--format", "form", type=click.Choice(FORMS), default="table", help="输出格式 · What to print.")
@common
def simulate(
    ruleset: Path, data: Path | None, listed: bool, find: str | None, period: str | None, changes: tuple[Path, ...],
    figures: tuple[str, ...], form: str, lang: str, no_color: bool, **asked: Any,
) -> int:  # fmt: skip
    """模拟改动的影响 · What a change of policy would do: to whom, and for how much."""
    from incentives.cli.progress import progress
    from incentives.execution.session import Session, loaded
    from incentives.lookup import in_force, periods_asked
    from incentives.ruleset import load_ruleset
    from incentives.simulate import changes_of, odd_of, printed_comparisons, printed_study
    from incentives.simulate import simulate as simulated

    if listed or find is not None:
        given = {"--data": data, "--period": period, "--with": changes, "--set": figures, **named(asked)}
        return list_levers(
            ruleset, listed, find, form, [name for name, value in given.items() if value], lang, no_color
        )
    if data is None:
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param=next(p for p in context.command.params if p.name == "data"))
    study = study_asked(len(changes), bool(changes or figures), **asked)
    with progress(no_color) as step:
        step(said("step_policy", lang))
        rules = load_ruleset(ruleset)
        tried = changes_of(changes, figures) if changes or figures else []
        told_first(rules, tried, asked["sweeps"], asked["varied"])
        metrics_named(rules, asked["drawn"])
        step(said("step_data", lang))
        session = Session(rules, *loaded(rules, data))
        step(said("step_assess", lang))
        periods = periods_asked(period, session.tables, session.plan)
        in_force(session.plan, periods)
        change = tried[0] if tried else None
        odd = odd_of(rules, session.plan, tried)
        found = study(session, change, periods) if study else simulated(session, tried, periods)
    console = console_for(sys.stdout, no_color)
    if odd:
        say(rendered(odd, lang).rstrip("\n"), err=True)
    if study:
        printed_study(found, form, lang, console)
    else:
        printed_comparisons(found, form, lang, console)
    return 0


def named(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the options that ask for a study, by the names of the options."""
    names = {"sweeps": "--sweep", "goal": "--goal", "varied": "--vary", "attribute": "--attribute"}
    return {names[key]: value for key, value in asked.items() if key in names} | {
        "--against": asked["against"], "--vary-data": asked["drawn"],
    }  # fmt: skip


def list_levers(
    ruleset: Path, listed: bool, find: str | None, form: str, others: Sequence[str], lang: str, no_color: bool
) -> int:  # fmt: skip
    """Print what can be changed. Raises NotThereError where nothing has the text that is looked for."""
    from incentives.lookup import NotThereError
    from incentives.ruleset import load_ruleset
    from incentives.simulate.levers import found_by, levers_of
    from incentives.simulate.levers_presentation import print_levers

    if not listed:
        raise click.UsageError(said("find_alone", lang))
    if others:
        raise click.UsageError(said("list_only", lang, options=", ".join(others)))
    if form == "html":
        raise click.UsageError(said("list_form", lang))
    levers = levers_of(load_ruleset(ruleset))
    levers = found_by(levers, find) if find else levers
    if not levers:
        raise NotThereError("levers_none", find or "–", (), text=find or "–")
    print_levers(levers, form, lang, console_for(sys.stdout, no_color))
    return 0


def metrics_named(rules: Ruleset, drawn: str | None) -> None:
    """Raise RefusedError for every metric that `--vary-data` names and the policy does not have."""
    from incentives.faults import Fault, Place, RefusedError
    from incentives.language.near import near_names
    from incentives.simulate.resampling import drawing_of

    metrics = rules.policy.metrics.items()
    known = [name for metric, form in metrics for name in (metric, form.title.zh, form.title.en) if name]
    wrong = [text for text in (drawing_of(drawn).widths if drawn else ()) if text not in known]
    near = {text: ", ".join(near_names(text, known, 3, 0.5) or list(rules.policy.metrics)[:12]) for text in wrong}
    if wrong:
        raise RefusedError([Fault("draw_metric", Place("--vary-data"), {"metric": t, "near": near[t]}) for t in wrong])


def told_first(rules: Ruleset, tried: Sequence[Change], sweeps: Sequence[str], varied: Sequence[str]) -> None:
    """Raise RefusedError for every path and title that names nothing, before the data is read, which takes a while."""
    from incentives.faults import Fault, RefusedError
    from incentives.simulate import changed_ruleset
    from incentives.simulate.axis import axes_of, placed
    from incentives.simulate.change import setting

    faults: list[Fault] = []
    policies = []
    for change in tried:
        try:
            policies.append(changed_ruleset(rules, change))
        except RefusedError as refused:
            faults += refused.faults
    if faults:
        raise RefusedError(faults)
    policy = policies[0] if policies else rules
    for texts, option in ((sweeps, "--sweep"), (varied, "--vary")):
        for axis in placed(
            axes_of(texts, option, together=True) if option == "--vary" else axes_of(texts, option), policy, option
        ):
            try:
                changed_ruleset(policy, setting({axis.path: axis.values[0]}, option))
            except RefusedError as refused:
                faults += [fault for fault in refused.faults if fault.code.startswith("overlay_")]
    if faults:
        raise RefusedError(faults)


def study_asked(
    changes: int, changed: bool, sweeps: Sequence[str], goal: str | None, varied: Sequence[str], attribute: bool,
    against: str | None, drawn: str | None,
) -> Study | None:  # fmt: skip
    """The study that the options ask for; None where it is a change beside the policy. `changes`: files with one.

    Raises RefusedError with what does not go together and what cannot be read.
    """
    from incentives.simulate.attribution import attribute as attributed
    from incentives.simulate.axis import axes_of
    from incentives.simulate.goal import seek
    from incentives.simulate.resampling import draw, drawing_of
    from incentives.simulate.sweep import sweep

    asked = {"--sweep": sweeps, "--goal": goal or varied, "--attribute": attribute, "--against": against}
    asked["--vary-data"] = drawn
    refuse([name for name, given in asked.items() if given], changes, changed, bool(goal), bool(varied))
    if sweeps:
        axes = axes_of(sweeps, "--sweep")
        return lambda session, change, periods: sweep(session, axes, periods, change)
    if goal:
        axes = axes_of(varied, "--vary", together=True)
        return lambda session, change, periods: seek(session, goal, axes, periods, change)
    if attribute:
        return lambda session, change, periods: attributed(session, present(change), periods)
    if drawn:
        drawing = drawing_of(drawn)
        return lambda session, change, periods: draw(session, drawing, periods, change)
    return partial(since, against) if against else None


def refuse(studies: list[str], changes: int, changed: bool, goal: bool, varied: bool) -> None:
    """Raise RefusedError where the options do not go together, with everything that is wrong."""
    from incentives.faults import Fault, Place, RefusedError

    faults = []
    if not studies and not changed:
        faults.append(Fault("change_none", Place("")))
    if "--attribute" in studies and not changed:
        faults.append(Fault("attribute_none", Place("--attribute")))
    if studies and changes > 1:
        faults.append(Fault("study_changes", Place("--with")))
    if len(studies) > 1:
        faults.append(Fault("study_two", Place(""), {"options": ", ".join(studies)}))
    if goal != varied:
        faults.append(Fault("goal_vary", Place("--goal" if goal else "--vary")))
    if faults:
        raise RefusedError(faults)


def present(change: Change | None) -> Change:
    """The change, which `refuse` has seen to be there."""
    assert change is not None
    return change


def since(against: str, session: Session, change: Change | None, periods: Sequence[str]) -> Any:
    """The one asked period beside an earlier one. Raises NotThereError where they are not two periods of one grain."""
    from incentives.lookup import NotThereError, in_force, periods_asked
    from incentives.simulate.between import between
    from incentives.tables.periods import Period, parse_period

    plan = session.plan
    earlier_periods = periods_asked(against, session.tables, plan)
    in_force(plan, earlier_periods)
    found = [parse_period(id_, plan.roll.fiscal_start) for id_ in (*earlier_periods, *periods)]
    match found:
        case [Period() as earlier, Period() as later] if earlier.grain == later.grain and earlier.last < later.first:
            return between(session, earlier, later, change)
    raise NotThereError("against_period", against, (), later=", ".join(periods))
