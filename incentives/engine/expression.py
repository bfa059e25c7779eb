"""A typed formula as SQL: its names, logic, comparisons and calls, each column rounded once, at its end.

Every decimal is cast to digits that infer has proved to hold it, so that nothing overflows and nothing becomes DOUBLE.
A carried division is two amounts, multiplied crosswise in a comparison and divided as whole numbers in a rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from incentives.database import literal
from incentives.engine.division import Amount, alike, cast, quotient, rounded, sql_type, times, units
from incentives.language import ranges as r
from incentives.language import tree as t
from incentives.language.flaws import FormulaError
from incentives.language.infer import Typed, column_type
from incentives.language.quotients import JOINS
from incentives.language.ranges import Ratio
from incentives.language.typed import branches_of, conditions_of, made
from incentives.language.types import NumberType

NameSql = Callable[[str], str]
Halves = tuple[Amount, Amount | None]
SHOWN_SCALE = 6


def column_sql(typed: Typed, scale: int, mode: str, name_sql: NameSql) -> str:
    """Return the SQL of a column: a number rounded once, at its end; NULL where anything that it needs is missing."""
    kind = column_type(typed, scale, mode)
    if isinstance(typed.type, NumberType):
        assert isinstance(kind, NumberType)
        return _where_present(typed, _rounded(typed, scale, mode, kind, name_sql), name_sql)
    return _where_present(typed, value_sql(typed, name_sql), name_sql)


def shown_sql(typed: Typed, name_sql: NameSql) -> str:
    """Return the SQL of any part of a formula by itself, as it is shown to people: a carried division with 6
    decimals, or as many as 38 digits leave room for."""
    most = SHOWN_SCALE if typed.ratio or not isinstance(typed.type, NumberType) else typed.type.scale
    for scale in range(most, -1, -1):
        try:
            return column_sql(typed, scale, "half_up", name_sql)
        except FormulaError:
            continue
    return "NULL"


def _where_present(typed: Typed, sql: str, name_sql: NameSql) -> str:
    if not typed.needs or isinstance(typed.node, t.Name | t.Figure):
        return sql
    absent = " OR ".join(f"{name_sql(name)} IS NULL" for name in sorted(typed.needs))
    return f"CASE WHEN {absent} THEN NULL ELSE {sql} END"


def value_sql(typed: Typed, name_sql: NameSql) -> str:
    """Return the SQL of a part that carries no division."""
    parts = typed.parts
    match typed.node:
        case t.Number(value=value):
            return f"{value:f}" if value >= 0 else f"({value:f})"  # two signs in a row would be a comment
        case t.Text(value=value):
            return literal(value)
        case t.Truth(value=value):
            return "TRUE" if value else "FALSE"
        case t.Day(value=value):
            return f"DATE '{value.isoformat()}'"
        case t.Missing():
            return "NULL"
        case t.Name(name=name) | t.Figure(path=name):
            return name_sql(name)
        case t.Labelled():
            return value_sql(parts[0], name_sql)
        case t.Exact() if typed.ratio is None:
            return value_sql(parts[0], name_sql)
        case t.Negate():
            return f"(-{value_sql(parts[0], name_sql)})"
        case t.Arithmetic(op="*"):
            return times(_amount(parts[0], name_sql), _amount(parts[1], name_sql)).sql
        case t.Arithmetic(op=op):
            left, right = alike([_amount(part, name_sql) for part in parts], _number(typed))
            return f"({left} {op} {right})"
        case t.Compare(op=op):
            return _compared(op, parts[0], parts[1], name_sql)
        case t.And() | t.Or() | t.Not():
            return _logic(typed, name_sql)
        case t.If() | t.Cases():
            return _chosen(typed, name_sql)
        case t.In():
            return _all_there(typed, [_tested(parts[0], test, name_sql) for test in parts[1:]], "OR")
        case t.Call():
            return _called(typed, name_sql)
        case t.Round(scale=scale, mode=mode):
            return _rounded(parts[0], scale, mode, _number(typed), name_sql)
        case t.Range() | t.Exact():
            raise AssertionError(f"{typed.node} has no value of its own")


def _number(typed: Typed) -> NumberType:
    assert isinstance(typed.type, NumberType), f"{typed.node} is no number"
    return typed.type


def _amount(typed: Typed, name_sql: NameSql) -> Amount:
    if isinstance(typed.node, t.Exact) and not typed.ratio:
        return _amount(typed.parts[0], name_sql)
    return Amount(value_sql(typed, name_sql), _number(typed), isinstance(typed.node, t.Name | t.Figure))


def _logic(typed: Typed, name_sql: NameSql) -> str:
    """Return SQL for `and`, `or`, `not`. A division, or a part that may be missing, stands behind the parts before
    it in a CASE, which alone is read in order."""
    parts = typed.parts
    sqls = [value_sql(part, name_sql) for part in parts]
    if isinstance(typed.node, t.Not):
        return f"(NOT {sqls[0]})"
    both = isinstance(typed.node, t.And)
    if not typed.missing and not any(_divides(part.node) for part in parts[1:]):
        return f"({(' AND ' if both else ' OR ').join(sqls)})"
    last = sqls[-1]
    for part, sql in reversed(list(zip(parts[:-1], sqls[:-1], strict=True))):
        last = _case(part, sql, last if both else "TRUE", "FALSE" if both else last)
    return f"({last})"


def _case(when: Typed, sql: str, then: str, otherwise: str) -> str:
    """Return SQL for one of two values; NULL where the condition is missing."""
    missing = f"WHEN {sql} IS NULL THEN NULL " if when.missing else ""
    return f"CASE {missing}WHEN {sql} THEN {then} ELSE {otherwise} END"


def _all_there(typed: Typed, sqls: list[str], joint: str) -> str:
    """Return SQL for comparisons joined by AND or OR; NULL where one of them is missing."""
    joined = f"({f' {joint} '.join(sqls)})" if len(sqls) != 1 else sqls[0]
    if not typed.missing or len(sqls) == 1:
        return joined
    return f"CASE WHEN {' OR '.join(f'{sql} IS NULL' for sql in sqls)} THEN NULL ELSE {joined} END"


def _divides(node: t.Node) -> bool:
    return (
        isinstance(node, t.Round)
        or (isinstance(node, t.Call) and node.name in ("floor", "ceiling"))
        or (isinstance(node, t.Arithmetic) and node.op == "/")
        or any(_divides(child) for child in t.children(node))
    )


def _chosen(typed: Typed, name_sql: NameSql) -> str:
    sqls = [_where_present(branch, value_sql(branch, name_sql), name_sql) for branch in branches_of(typed)]
    if isinstance(typed.type, NumberType):
        sqls = [f"CAST({sql} AS {sql_type(typed.type)})" for sql in sqls]
    return _first(typed, sqls, name_sql)


def _first(typed: Typed, sqls: list[str], name_sql: NameSql) -> str:
    """Return SQL for the value of an `if` or `Cases` at the first condition that holds; NULL where one before it is
    missing. The caller ensures that what the first condition needs is present."""
    conditions = conditions_of(typed)
    lines = []
    for number, (when, sql) in enumerate(zip(conditions, sqls, strict=False)):
        test = value_sql(when, name_sql)
        if number and when.needs:
            lines.append(f"WHEN {' OR '.join(f'{name_sql(name)} IS NULL' for name in sorted(when.needs))} THEN NULL")
        if when.missing:
            lines.append(f"WHEN {test} IS NULL THEN NULL")
        lines.append(f"WHEN {test} THEN {sql}")
    return f"CASE {' '.join(lines)} ELSE {sqls[-1]} END"


def line_sql(typed: Typed, name_sql: NameSql) -> str:
    """Return SQL for the number, from 0, of the line of `Cases` that is taken; the number of lines where none holds."""
    return _first(typed, [str(number) for number in range(len(branches_of(typed)))], name_sql)


def _tested(of: Typed, test: Typed, name_sql: NameSql) -> str:
    """Return SQL for one test of an `in`."""
    match test.node:
        case t.Not():
            return f"(NOT {_tested(of, test.parts[0], name_sql)})"
        case t.Range(low=low, high=high, low_closed=low_closed, high_closed=high_closed):
            ops = [">=" if low_closed else ">"] * (low is not None) + ["<=" if high_closed else "<"] * (
                high is not None
            )
            ends = [_compared(op, of, end, name_sql) for op, end in zip(ops, test.parts, strict=True)]
            return _all_there(made(test.node, test.type, of, test), ends, "AND") if ends else "TRUE"
        case _:
            return _compared("=", of, test, name_sql)


def _compared(op: str, left: Typed, right: Typed, name_sql: NameSql) -> str:
    """Return SQL for a comparison; carried divisions are compared crosswise, both denominators made positive."""
    sign = "<>" if op == "!=" else op
    if not isinstance(left.type, NumberType) or not isinstance(right.type, NumberType):
        return f"({value_sql(left, name_sql)} {sign} {value_sql(right, name_sql)})"
    one, two, _ = _common(left.as_ratio.by, _ratio(left, name_sql), right.as_ratio.by, _ratio(right, name_sql))
    first, second = alike([one, two], one.kind)
    return f"({first} {sign} {second})"


def _common(by: str, one: Halves, other_by: str, two: Halves) -> tuple[Amount, Amount, Amount | None]:
    """Return both numerators over one denominator above zero, and that denominator."""
    (a, b), (c, d) = _positive(*one), _positive(*two)
    if by == other_by:
        return a, c, b
    return (times(a, d) if d else a), (times(c, b) if b else c), (times(b, d) if b and d else b or d)


def halves_sql(typed: Typed, name_sql: NameSql) -> Halves:
    """Return the numerator and denominator of a part, the latter above zero; None where it carries no division."""
    return _positive(*_ratio(typed, name_sql))


def _positive(over: Amount, under: Amount | None) -> tuple[Amount, Amount | None]:
    """Return the same division with a denominator above zero."""
    if under is None or under.kind.low >= 0:
        return over, under
    turned, positive = r.negated(over.kind), r.absolute(under.kind)
    if under.kind.high <= 0:
        return Amount(f"(-{over.sql})", turned), Amount(f"(-{under.sql})", positive)
    flipped = f"CASE WHEN {under.sql} < 0 THEN -{over.sql} ELSE {over.sql} END"
    return Amount(flipped, r.joined(over.kind, turned)), Amount(f"ABS({under.sql})", positive)


def _ratio(typed: Typed, name_sql: NameSql) -> Halves:
    """Return the numerator and denominator of a part; no denominator where it carries no division."""
    if typed.ratio is None:
        return _amount(typed, name_sql), None
    parts = typed.parts
    match typed.node:
        case t.Labelled():
            return _ratio(parts[0], name_sql)
        case t.Negate():
            over, under = _ratio(parts[0], name_sql)
            return Amount(f"(-{over.sql})", r.negated(over.kind)), under
        case t.Exact():
            return _amount(parts[0], name_sql), _amount(parts[1], name_sql)
        case t.Call(name="abs"):
            over, under = _ratio(parts[0], name_sql)
            assert under
            return _absolute(over), _absolute(under)
        case t.Arithmetic(op="+" | "-" as name) | t.Call(name=name):
            return _together(typed, name, name_sql)
        case t.Arithmetic(op=op):
            (a, b), (c, d) = _ratio(parts[0], name_sql), _ratio(parts[1], name_sql)
            if op == "/" and parts[0].ratio and parts[0].ratio.by == parts[1].as_ratio.by:
                return a, c
            if op == "/":
                c, d = d or Amount("1", r.ONE), c
            over = a if c.kind == r.ONE else times(a, c)
            return over, (times(b, d) if b and d else b or d)
        case t.If() | t.Cases():
            numbers = [branch for branch in branches_of(typed) if isinstance(branch.type, NumberType)]
            found = {id(branch): _ratio(branch, name_sql) for branch in numbers}  # once: they may be nested deeply
            over = _branch(typed, 0, typed.ratio.over, found, name_sql)
            return over, _branch(typed, 1, typed.ratio.under, found, name_sql)
        case _:
            raise AssertionError(f"{typed.node} carries no division")


def _absolute(amount: Amount) -> Amount:
    return amount if amount.kind.low >= 0 else Amount(f"ABS({amount.sql})", r.absolute(amount.kind))


def _together(typed: Typed, name: str, name_sql: NameSql) -> Halves:
    """Return a sum, a difference, the least or the greatest of parts, over one denominator."""
    parts = typed.parts
    found, by, sqls = _ratio(parts[0], name_sql), parts[0].as_ratio.by, []
    for part in parts[1:]:
        whole = r.common(Ratio(found[0].kind, found[1].kind if found[1] else r.ONE, by), part.as_ratio)[2]
        one, two, under = _common(by, found, part.as_ratio.by, _ratio(part, name_sql))
        found, by = (_joined(name, one, two), under), whole.by
        sqls += [one.sql, two.sql]
    if name not in ("min", "max") or not any(part.missing for part in parts):
        return found
    absent = " OR ".join(f"{sql} IS NULL" for sql in sqls)  # a missing value is not passed over
    return Amount(f"CASE WHEN {absent} THEN NULL ELSE {found[0].sql} END", found[0].kind), found[1]


def _joined(name: str, one: Amount, two: Amount) -> Amount:
    kind = JOINS[name](one.kind, two.kind)
    first, second = alike([one, two], kind)
    if name in ("min", "max"):
        return Amount(f"{'LEAST' if name == 'min' else 'GREATEST'}({first}, {second})", kind)
    return Amount(f"({first} {'-' if name == '-' else '+'} {second})", kind)


def _branch(typed: Typed, side: int, kind: NumberType, found: dict[int, Halves], name_sql: NameSql) -> Amount:
    """Return the numerator (side 0) or denominator (side 1) of whichever branch is taken."""
    sqls = []
    for branch in branches_of(typed):
        if isinstance(branch.type, NumberType):
            amount = found[id(branch)][side] or Amount("1", r.ONE)
            sqls.append(_where_present(branch, cast(amount, kind.digits, kind.scale), name_sql))
        else:
            sqls.append("NULL")
    return Amount(_first(typed, sqls, name_sql), kind)


def _called(typed: Typed, name_sql: NameSql) -> str:
    assert isinstance(typed.node, t.Call)
    assert not t.is_history(typed.node), f"{typed.node.name} is a column of its own by now"
    parts, name = typed.parts, typed.node.name
    if name == "present":
        return f"({value_sql(parts[0], name_sql)} IS NOT NULL)"
    if name in {"floor", "ceiling"}:
        if parts[0].ratio:
            return _divided(parts[0], 0, name, _number(typed), name_sql)
        return f"{'FLOOR' if name == 'floor' else 'CEIL'}({value_sql(parts[0], name_sql)})"
    amounts = [_amount(part, name_sql) for part in parts]
    if name == "abs":
        return f"ABS({amounts[0].sql})"
    if name == "sum":
        return f"({' + '.join(alike(amounts, reduce(r.added, (r.absolute(a.kind) for a in amounts))))})"
    listed = ", ".join(alike(amounts, _number(typed)))
    sql = f"{'LEAST' if name == 'min' else 'GREATEST'}({listed})" if len(amounts) > 1 else amounts[0].sql
    absent = " OR ".join(f"{a.sql} IS NULL" for a, part in zip(amounts, parts, strict=True) if part.missing)
    return f"CASE WHEN {absent} THEN NULL ELSE {sql} END" if absent else sql


def _rounded(typed: Typed, scale: int, mode: str, kind: NumberType, name_sql: NameSql) -> str:
    """Return SQL for a part rounded to `scale` decimals, in the type `kind`; each branch is rounded by itself."""
    match typed.node:
        case t.Cases() if typed.ratio is None and mode == "half_up" and scale >= 0:
            # once for all lines: with many, to round each makes the statement several times as long
            return f"CAST({value_sql(typed, name_sql)} AS {sql_type(kind)})"
        case t.If() | t.Cases():
            sqls = [
                _where_present(branch, _rounded(branch, scale, mode, kind, name_sql), name_sql)
                for branch in branches_of(typed)
            ]
            return _first(typed, sqls, name_sql)
        case t.Labelled():
            return _rounded(typed.parts[0], scale, mode, kind, name_sql)
        case t.Missing():
            return f"CAST(NULL AS {sql_type(kind)})"
        case _:
            pass
    if typed.ratio is None and (scale >= _number(typed).scale or (mode == "half_up" and scale >= 0)):
        return rounded(value_sql(typed, name_sql), _number(typed), kind)
    return _divided(typed, scale, mode, kind, name_sql)


def _divided(typed: Typed, scale: int, mode: str, kind: NumberType, name_sql: NameSql) -> str:
    """Return SQL for the quotient of numerator and denominator as whole numbers, in units of the last decimal."""
    over, under = _ratio(typed, name_sql)
    up, down = r.division_powers(Ratio(over.kind, under.kind if under else r.ONE), scale)
    whole = quotient(over, under, up, down, mode)
    return f"CAST({units(whole, kind.digits, scale)} AS {sql_type(kind)})"
