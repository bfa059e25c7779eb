"""Results of calls as text, as the command line prints them, as files, and the start of a policy."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from incentives.api.arguments import lang_given, named, path_given, ruleset_given, tables_given, text_given, wrong
from incentives.faults import Fault, RefusedError, language
from incentives.lookup import team_asked, template_asked
from incentives.outcome.outcome import Outcome
from incentives.printing import console_for

if TYPE_CHECKING:
    from rich.console import Console

    from incentives.payroll import Batch
    from incentives.ruleset import Ruleset
    from incentives.tables import Tables

WIDTH = 100


def text_of(made: Any, lang: str | None = None, width: int = WIDTH) -> str:
    """Return the result of a call as text for people, as the command line prints it.

    An outcome, explanation, comparison or several, study, batch, the verdict over cases, faults or an error. `lang`: zh
    or en, else that of INCENTIVES_LANG, else Chinese. Raises RefusedError for anything else.
    """
    from incentives.cases import Verdict
    from incentives.cases.show import told
    from incentives.explain import Explanation
    from incentives.output import rendered
    from incentives.payroll import Batch, control_text
    from incentives.simulate import Comparison

    spoken = language(lang_given(lang) or "")
    match made:
        case Explanation():
            return made.text(width)
        case Batch():
            return control_text(made, None)
        case Verdict():
            return told(made, spoken) + "\n"
        case RefusedError():
            return rendered(made.faults, spoken)
        case Outcome():
            return outcome_text(made, spoken, width)
        case Comparison():
            return comparisons_text([made], spoken, width)
        case list() | tuple() if made and all(isinstance(one, Comparison) for one in made):
            return comparisons_text(made, spoken, width)
        case list() | tuple() if all(isinstance(one, Fault) for one in made):
            return rendered(made, spoken)
    return study_text(made, spoken, width)


def outcome_text(outcome: Outcome, lang: str, width: int) -> str:
    """An outcome as `assess` prints it."""
    from incentives.reports.report import report_of
    from incentives.reports.terminal import print_report

    console, page = console_of(width)
    print_report(report_of(outcome, lang, None, True), console)
    return page.getvalue()


def comparisons_text(made: Sequence[Any], lang: str, width: int) -> str:
    """Comparisons as `simulate` prints them, what is odd about them first."""
    from incentives.output import rendered
    from incentives.simulate.presentation import print_comparisons

    console, page = console_of(width)
    odd = {(fault.code, fault.place): fault for one in made for fault in one.remarks}
    print_comparisons(made, lang, console)
    return (rendered(list(odd.values()), lang) if odd else "") + page.getvalue()


def study_text(made: Any, lang: str, width: int) -> str:
    """A study as `simulate` prints it. Raises RefusedError for what is none."""
    from incentives.simulate.presentation import TOLD
    from incentives.simulate.study import print_study

    if type(made) not in TOLD:
        raise wrong("argument_made", "made", made)
    console, page = console_of(width)
    _, study = TOLD[type(made)]
    print_study(study(made, lang), lang, console)
    return page.getvalue()


def console_of(width: int) -> tuple[Console, io.StringIO]:
    """A console without colours, and the page that it prints on."""
    page = io.StringIO()
    return console_for(page, no_color=True, width=width), page


def write_files(
    made: Outcome | Batch, folder: str | PathLike[str], *, team: str | None = None, with_pay: bool = True,
    template: str | None = None, lang: str | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write every file of an outcome or a batch into a folder, all or none, and give their paths.

    Of an outcome `team` and `with_pay=False` make what may be handed on; of a batch `template` adds a payroll system's
    own sheet. Raises RefusedError where the folder cannot be written, or holds a batch or results of others.
    Where an outcome replaces results of another policy text or period, a UserWarning says so before anything is
    written; made an error, nothing is.
    """
    from incentives.outcome.files import write_folder
    from incentives.output import rendered
    from incentives.payroll import Batch, fitted, load_template, older_files, shipped
    from incentives.payroll import writers_of as batch_writers
    from incentives.reports.folder import write_results
    from incentives.reports.narrow import narrow

    target, spoken = path_given(folder, "folder"), language(lang_given(lang) or "")
    if isinstance(made, Outcome):
        with named("team"):
            known = None if team is None else team_asked(team, made)

        def warn(warning: Fault) -> None:
            warnings.warn(rendered([warning], spoken).rstrip("\n"), UserWarning, stacklevel=4)

        names = write_results(narrow(made, known, with_pay), target, spoken, team, with_pay, warn)
    elif isinstance(made, Batch):
        with named("template"):
            form = None if template is None else load_template(template_asked(template, shipped()))
        writers = batch_writers(made, None if form is None else fitted(made, form))
        write_folder(target, writers, older_files(target, made))
        names = list(writers)
    else:
        raise wrong("argument_outcome", "made", made)
    return tuple(target / name for name in names)


def schema() -> dict[str, Any]:
    """The JSON schema of rulesets, with which an editor completes keys and checks them."""
    from incentives.ruleset.schema import ruleset_schema

    return ruleset_schema()


def init(folder: str | PathLike[str], *, example: bool = False) -> tuple[Path, ...]:
    """Leave a policy and a workbook to start from in a folder, and give their paths; or the shipped `example`.

    Raises RefusedError where something is there already.
    """
    from incentives.starter import example_files, leave_example, leave_starter

    target = path_given(folder, "folder")
    if not example:
        return leave_starter(target)
    leave_example(target)
    return tuple(target / name for name in example_files())


def template(
    ruleset: Ruleset, file: str | PathLike[str], tables: Tables | None = None, *, period: str | None = None,
    department: str | None = None, lang: str | None = None,
) -> Path:  # fmt: skip
    """Leave the workbook in which the data of a policy is filled in, and give its path (`.xlsx`).

    `tables`: whose people are filled in; `period`: the one of their rows ("2026Q4"); `department`: only the metrics
    that this source delivers. Raises RefusedError where the file is there already or the department delivers nothing;
    NotThereError for what is no period.
    """
    from incentives.execution.session import compiled
    from incentives.lookup import period_named
    from incentives.template import leave_template, sheets_of

    rules, target = ruleset_given(ruleset), path_given(file, "file")
    plan, spoken = compiled(rules), language(lang_given(lang) or "")
    with named("period"):
        when = None if period is None else period_named(text_given(period, "period", '"2026Q4"'), plan)
    given = None if tables is None else tables_given(tables)
    with named("department", "--department"):
        source = "" if department is None else text_given(department, "department", '"crm"')
        sheets = sheets_of(rules, plan, spoken, given, when, source)
    leave_template(target, sheets, rules, spoken)
    return target
