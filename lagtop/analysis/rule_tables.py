"""Alert rules as people write them: `[[alerts]]` tables of TOML, checked, in terms of the defaults.

    [[alerts]]
    name = "ConsumerLagHigh"     # a default's name: what is not given stays as the default has it
    group = "^batch-"            # a regular expression; other groups keep the default
    above = 1_000_000
    for = "10m"

Of several tables of one name the first whose `group` covers a group holds for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from math import inf, isfinite
from typing import Any, Final, NoReturn

from lagtop.analysis.measures import LAGS, MEASURES, is_time
from lagtop.analysis.rules import DEFAULT_RULES, Rule, Severity
from lagtop.errors import UsageError

KEYS: Final = {
    "name": "what the alert is called; a default's name changes that default",
    "metric": "what is looked at",
    "above": "the threshold: it is beyond it when it is larger",
    "below": "the same when it is smaller",
    "grows_by": "the threshold of its growth `within` a time; for a lag only",
    "within": "the time in which it grows, 5 min unless given",
    "for": "how long it must hold until it fires, 0 unless given",
    "clear": "the value at which a firing alert ends, the threshold itself unless given",
    "keep_firing_for": "how long it must hold until it ends, 30 s unless given",
    "group": "only groups that this regular expression finds",
    "severity": "warning or critical",
    "summary": "a sentence for people",
    "enabled": "false switches the rule off",
}
"""What a table may say, and what it means."""

UNITS_S: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
SHORTEST_WITHIN_S: Final = 30.0
_THRESHOLDS: Final = ("above", "below", "grows_by")


class RuleError(UsageError):
    """A table that is no rule: `table` is its number from 0, `key` the key that is wrong."""

    def __init__(self, what: str, hint: str, table: int, key: str) -> None:
        super().__init__(what, hint)
        self.table = table
        self.key = key


def rules_from_tables(tables: Sequence[Mapping[str, Any]], source: str = "") -> tuple[Rule, ...]:
    """The rules that the tables make of the defaults; raises RuleError. `source` is named in it."""
    defaults = {rule.name: rule for rule in DEFAULT_RULES}
    rules: list[Rule] = []
    for number, table in enumerate(tables):
        rule = _Table(table, number, source).rule(defaults)
        if any(one.name == rule.name and one.groups is None for one in rules):
            raise RuleError(
                f"{_named(source, number, rule.name)}: no group is left for it",
                f"another {rule.name} without a `group` stands before it",
                number,
                "group",
            )
        rules.append(rule)
    whole = {rule.name for rule in rules if rule.groups is None}
    return (*rules, *(rule for rule in DEFAULT_RULES if rule.name not in whole))


def _named(source: str, number: int, name: object) -> str:
    called = f" ({name})" if isinstance(name, str) and name else ""
    return f"{source + ': ' if source else ''}[[alerts]] number {number + 1}{called}"


class _Table:
    """One table, and how to complain about it."""

    def __init__(self, said: Mapping[str, Any], number: int, source: str) -> None:
        self._number = number
        self._where = _named(source, number, said.get("name") if _is_table(said) else None)
        if not _is_table(said):
            self._wrong("name", "is not a table", "write [[alerts]] and then a key a line")
        self._said = said

    def rule(self, defaults: Mapping[str, Rule]) -> Rule:
        """The rule it makes."""
        for key in self._said:
            if key not in KEYS:
                self._wrong(key, f"has no key `{key}`", _nearest(key, KEYS))
        name = self._text("name")
        base = defaults.get(name) or Rule(name, "")
        rule = self._with_measure(base)
        rule = replace(
            rule,
            for_s=self._seconds("for", rule.for_s),
            keep_s=self._seconds("keep_firing_for", rule.keep_s),
            severity=self._severity(rule.severity),
            groups=self._pattern(),
            is_on=self._flag("enabled"),
        )
        changed = replace(base, groups=rule.groups, is_on=rule.is_on, severity=rule.severity)
        kept = base.summary if rule == changed else _sentence(rule)
        return replace(rule, summary=self._text("summary", kept))

    def _with_measure(self, base: Rule) -> Rule:
        measure = self._text("metric", base.measure or None)
        if measure not in MEASURES:
            self._wrong("metric", f"`{measure}` is no metric", _nearest(measure, MEASURES))
        given = [key for key in _THRESHOLDS if key in self._said]
        if len(given) > 1:
            self._wrong(given[1], f"has both `{given[0]}` and `{given[1]}`", "one rule for each")
        if not given and (not base.measure or measure != base.measure):
            self._wrong("above", "has no threshold", "one of above, below, grows_by")
        if not given:
            return self._with_clear(replace(base, within_s=self._within(base.within_s)))
        threshold = self._amount(given[0], measure)
        grows = given[0] == "grows_by"
        if grows and measure not in LAGS:
            self._wrong("grows_by", f"`{measure}` has no growth", f"of {', '.join(LAGS)} only")
        rule = replace(
            base,
            measure=measure,
            above=inf if given[0] == "below" else threshold,
            below=threshold if given[0] == "below" else -inf,
            within_s=self._within(base.within_s or 300.0 if grows else 0.0),
            clear=None,
        )
        return self._with_clear(rule)

    def _with_clear(self, rule: Rule) -> Rule:
        if "clear" not in self._said:
            return rule
        clear = self._amount("clear", rule.measure)
        if not rule.below < clear < rule.above and clear not in (rule.below, rule.above):
            side = "at or below `above`" if rule.above < inf else "at or above `below`"
            self._wrong("clear", f"`clear` is {clear:g}", f"it must be {side}, to end the alert")
        return replace(rule, clear=clear)

    def _within(self, usual_s: float) -> float:
        if "within" not in self._said:
            return usual_s
        if not usual_s:
            self._wrong("within", "has `within` without `grows_by`", "grows_by = 1000")
        within_s = self._seconds("within", usual_s)
        if within_s < SHORTEST_WITHIN_S:
            self._wrong("within", "`within` is too short", f"{SHORTEST_WITHIN_S:.0f}s or more")
        return within_s

    def _amount(self, key: str, measure: str) -> float:
        """A number, or a time where the measure is one."""
        if is_time(measure) and _is_text(self._said[key]):
            return self._seconds(key, 0.0)
        return self._number_of(key, "a number")

    def _seconds(self, key: str, usual: float) -> float:
        said = self._said.get(key, usual)
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", said) if _is_text(said) else None
        if found is not None:
            return float(found[1]) * UNITS_S[found[2]]
        if key not in self._said:
            return usual
        seconds = self._number_of(key, 'a time: seconds, or like "90s", "5m", "2h", "1d"')
        if seconds < 0:
            self._wrong(key, f"`{key}` is less than nothing", "a time is 0 or more")
        return seconds

    def _number_of(self, key: str, wanted: str) -> float:
        said = self._said[key]
        if isinstance(said, bool) or not isinstance(said, int | float) or not isfinite(said):
            self._wrong(key, f"`{key}` is {said!r}", wanted)
        return float(said)

    def _text(self, key: str, usual: str | None = None) -> str:
        said = self._said.get(key, usual)
        if said is None:
            self._wrong(key, f"has no `{key}`", KEYS[key])
        if not _is_text(said) or not said:
            self._wrong(key, f"`{key}` is {said!r}", "a text in quotes")
        return str(said)

    def _flag(self, key: str) -> bool:
        said = self._said.get(key, True)
        if not isinstance(said, bool):
            self._wrong(key, f"`{key}` is {said!r}", "true or false, without quotes")
        return bool(said)

    def _severity(self, usual: Severity) -> Severity:
        said = self._said.get("severity", usual.word)
        words = {severity.word: severity for severity in Severity}
        if said not in words:
            self._wrong("severity", f"`severity` is {said!r}", " or ".join(words))
        return words[said]

    def _pattern(self) -> re.Pattern[str] | None:
        if "group" not in self._said:
            return None
        text = self._text("group")
        try:
            return re.compile(text)
        except re.error as error:
            self._wrong("group", f"`group` is no regular expression: {text!r}", str(error))

    def _wrong(self, key: str, what: str, hint: str) -> NoReturn:
        raise RuleError(f"{self._where}: {what}", hint, self._number, key)


def _is_table(said: object) -> bool:
    return isinstance(said, Mapping)


def _is_text(said: object) -> bool:
    return isinstance(said, str)


def _nearest(word: str, words: Mapping[str, object]) -> str:
    near = get_close_matches(word, words, 1)
    known = f"known are {', '.join(words)}"
    return f"did you mean {near[0]}? {known}" if near else known


def _sentence(rule: Rule) -> str:
    """What the rule says, from its parts, but for how long it must hold: that the state tells."""
    unit = " s" if is_time(rule.measure) else ""
    beyond = "below" if rule.below > -inf else "above"
    threshold = rule.below if rule.below > -inf else rule.above
    amount = f"{threshold:,.10g}{unit}"
    if rule.within_s:
        return f"{rule.measure} has grown by more than {amount} in {_span(rule.within_s)}"
    return f"{rule.measure} is {beyond} {amount}"


def _span(seconds: float) -> str:
    unit = next((unit for unit in "dhm" if seconds and seconds % UNITS_S[unit] == 0), "s")
    return f"{seconds / UNITS_S[unit]:g} {'min' if unit == 'm' else unit}"
