"""A rules engine for sales performance review and incentives: columns compute, rules conclude.

    from incentives import assess, explain, load_data, load_ruleset

    ruleset = load_ruleset("rulesets/sales-2026.yaml")
    outcome = assess(ruleset, load_data("fixtures/company", ruleset), "2026Q3")
    print(explain(outcome, "R017", column="grade"))

What is imported from here is loaded when it is first asked for, so that `import incentives` is quick.
"""

import sys
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

__all__ = [
    "Fault", "NotThereError", "Outcome", "Place", "Plan", "RefusedError", "Ruleset", "Session", "Tables", "against",
    "assess", "attribute", "check", "conclude", "explain", "goal", "init", "levers", "load_data", "load_ruleset",
    "narrow", "payroll", "prove", "schema", "simulate", "sweep", "template", "test", "text_of",
    "vary_data", "write_files",
]  # fmt: skip
PACKAGES = ("explain", "payroll", "prove", "simulate", "template")  # that are called as a verb is

if TYPE_CHECKING:
    from incentives.api import (
        Fault,
        NotThereError,
        Outcome,
        Place,
        Plan,
        RefusedError,
        Ruleset,
        Session,
        Tables,
        against,
        assess,
        attribute,
        check,
        conclude,
        explain,
        goal,
        init,
        levers,
        load_data,
        load_ruleset,
        narrow,
        payroll,
        prove,
        schema,
        simulate,
        sweep,
        template,
        test,
        text_of,
        vary_data,
        write_files,
    )  # fmt: skip


def __getattr__(name: str) -> Any:
    """A verb, an error or a kind of value, out of `incentives.api`."""
    if name in PACKAGES:
        with suppress(ImportError):  # where what the package rests on is not installed, the verb says so when called
            return import_module(f"{__name__}.{name}")
    if name in __all__:
        return getattr(import_module(f"{__name__}.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Verb(ModuleType):
    """A package that can be called as the verb of `incentives.api` whose name it has."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._verb(*args, **kwargs)

    @property
    def _verb(self) -> Any:
        return getattr(import_module(f"{__name__}.api"), self.__name__.rpartition(".")[2])

    @property
    def __signature__(self) -> Any:
        from inspect import signature

        return signature(self._verb)


class _Door(ModuleType):
    """This module. Once `incentives.explain` is imported, Python puts that package in the place of the verb `explain`:
    so that both go by the one name, whichever is asked for first, the package can be called."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in PACKAGES and type(value) is ModuleType:
            value.__class__ = _Verb
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door
