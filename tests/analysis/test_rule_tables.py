"""Alert rules as people write them: what tables make of the defaults, and what is wrong of them."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.analysis.alerts import Alerts
from lagtop.analysis.measures import LAGS, MEASURES
from lagtop.analysis.report import Trend
from lagtop.analysis.rule_tables import KEYS, RuleError, rules_from_tables
from lagtop.analysis.rules import DEFAULT_RULES, Rule, Severity, State
from tests.ui.reports import report

BATCHES = """
[[alerts]]
name = "ConsumerLagHigh"
group = "^batch"
above = 1_000_000
for = "10m"

[[alerts]]
name = "ConsumerLagHigh"
group = "^test"
enabled = false
"""


def rules(toml: str) -> tuple[Rule, ...]:
    """The rules of a file."""
    return rules_from_tables(tomllib.loads(toml)["alerts"])


def rule(**said: object) -> Rule:
    """The rule of a single table."""
    return rules_from_tables([said])[0]


def test_no_table_leaves_the_defaults() -> None:
    assert rules_from_tables([]) == DEFAULT_RULES


def test_a_table_with_a_defaults_name_changes_only_what_it_says() -> None:
    high, *others = rules('[[alerts]]\nname = "ConsumerLagHigh"\nabove = 50000')

    assert (high.measure, high.above, high.for_s) == ("lag_messages", 50_000, 120)
    assert high.summary == "lag_messages is above 50,000"
    assert others == [one for one in DEFAULT_RULES if one.name != "ConsumerLagHigh"]


def test_a_table_that_changes_no_number_keeps_the_sentence() -> None:
    usual = next(one for one in DEFAULT_RULES if one.name == "ConsumerLagHigh")

    assert rule(name="ConsumerLagHigh", severity="critical").summary == usual.summary


def test_a_rule_of_ones_own_has_all_its_keys() -> None:
    late = rule(
        name="BillingLate", metric="lag_s", above="2m", clear=60, severity="critical",
        group="^billing", keep_firing_for="5m", **{"for": "90s"},
    )  # fmt: skip

    assert (late.measure, late.above, late.clear, late.for_s) == ("lag_s", 120, 60, 90)
    assert (late.severity, late.keep_s) == (Severity.CRITICAL, 300)
    assert late.covers("billing-eu")
    assert not late.covers("audit")
    assert late.summary == "lag_s is above 120 s"


def test_growth_is_looked_at_within_five_minutes_unless_told() -> None:
    usual = rule(name="Grows", metric="lag_messages", grows_by=10)
    quick = rule(name="Grows", metric="lag_messages", grows_by=10, within="1m")

    assert (usual.above, usual.within_s, usual.below) == (10, 300, -inf)
    assert quick.within_s == 60
    assert quick.summary == "lag_messages has grown by more than 10 in 1 min"
    assert rule(name="ConsumerLagIncreasing", within="10m").within_s == 600


def states(toml: str, *lags: int) -> dict[str, str]:
    """What becomes of groups with these lags for an hour, by group."""
    alerts = Alerts(rules(toml))
    names = ["batch-1", "test-1", "billing"]
    for at in range(0, 3600, 60):
        seen = report(
            3, 1, names=names, of_groups={"lag_messages": list(lags)}, captured_at=float(at)
        )
        found = alerts.observe(seen)
    return {one.group: one.state.word for one in found if one.rule.name == "ConsumerLagHigh"}


def test_the_first_table_that_covers_a_group_holds_for_it() -> None:
    assert states(BATCHES, 900_000, 900_000, 900_000) == {"billing": "firing"}
    assert states(BATCHES, 2_000_000, 0, 0) == {"batch-1": "firing"}


def test_a_rule_below_a_threshold_fires_and_ends_at_clear() -> None:
    few = rule(name="FewMembers", metric="members", below=2, clear=3, keep_firing_for=0)
    alerts = Alerts([few])
    seen = [
        alerts.observe(report(1, 1, of_groups={"members": [members]}, captured_at=float(at)))
        for at, members in enumerate((2, 1, 2, 3))
    ]

    assert [found[0].state if found else None for found in seen] == [
        None,
        State.FIRING,
        State.FIRING,
        State.RESOLVED,
    ]


def test_growth_over_a_short_window_is_told_after_it() -> None:
    alerts = Alerts([rule(name="Grows", metric="lag_s", grows_by=50, within="1m")])
    fired_at = None
    for at in range(0, 130, 10):
        growing = {"lag_s": [at * 1.0], "trend": [Trend.GROWING]}
        if alerts.observe(report(1, 1, of_groups=growing, captured_at=float(at))):
            fired_at = at if fired_at is None else fired_at

    assert fired_at == 60


@pytest.mark.parametrize(
    ("table", "key", "said", "hint"),
    [
        ({"name": "X", "abov": 1}, "abov", "has no key `abov`", "did you mean above?"),
        ({"above": 1}, "name", "has no `name`", "what the alert is called"),
        ({"name": ""}, "name", "`name` is ''", "a text in quotes"),
        ({"name": "X", "above": 1}, "metric", "has no `metric`", "what is looked at"),
        (
            {"name": "X", "metric": "lag_mesages", "above": 1},
            "metric",
            "`lag_mesages` is no metric",
            "did you mean lag_messages?",
        ),
        ({"name": "X", "metric": "lag_s"}, "above", "has no threshold", "one of above, below"),
        (
            {"name": "X", "metric": "lag_s", "above": 2, "below": 1},
            "below",
            "has both `above` and `below`",
            "one rule for each",
        ),
        ({"name": "X", "metric": "lag_s", "above": "2 moons"}, "above", "'2 moons'", "a time"),
        ({"name": "X", "metric": "members", "above": "2m"}, "above", "'2m'", "a number"),
        ({"name": "X", "metric": "members", "above": True}, "above", "True", "a number"),
        ({"name": "X", "metric": "members", "above": inf}, "above", "inf", "a number"),
        ({"name": "X", "metric": "members", "grows_by": 1}, "grows_by", "no growth", "lag_s"),
        (
            {"name": "X", "metric": "lag_s", "above": 1, "within": 60},
            "within",
            "without `grows_by`",
            "grows_by = 1000",
        ),
        (
            {"name": "X", "metric": "lag_s", "grows_by": 1, "within": 1},
            "within",
            "too short",
            "30s or more",
        ),
        (
            {"name": "X", "metric": "lag_s", "above": 5, "clear": 6},
            "clear",
            "`clear` is 6",
            "at or below `above`",
        ),
        (
            {"name": "X", "metric": "members", "below": 5, "clear": 4},
            "clear",
            "`clear` is 4",
            "at or above `below`",
        ),
        ({"name": "ConsumerLagHigh", "for": -1}, "for", "less than nothing", "0 or more"),
        ({"name": "ConsumerLagHigh", "for": "5 m s"}, "for", "'5 m s'", "seconds, or like"),
        (
            {"name": "ConsumerLagHigh", "severity": "page"},
            "severity",
            "'page'",
            "warning or critical",
        ),
        ({"name": "ConsumerLagHigh", "enabled": "no"}, "enabled", "'no'", "true or false"),
        ({"name": "ConsumerLagHigh", "group": "("}, "group", "no regular expression", "position"),
        ("ConsumerLagHigh", "name", "is not a table", "write [[alerts]]"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(
    table: dict[str, object], key: str, said: str, hint: str
) -> None:
    with pytest.raises(RuleError) as caught:
        rules_from_tables([{"name": "ConsumerStalled"}, table], "rules.toml")

    assert caught.value.what.startswith("rules.toml: [[alerts]] number 2")
    assert said in caught.value.what
    assert hint in caught.value.hint
    assert (caught.value.table, caught.value.key) == (1, key)


def test_a_table_behind_one_for_all_groups_is_an_error() -> None:
    with pytest.raises(RuleError, match="no group is left for it") as caught:
        rules('[[alerts]]\nname = "ConsumerLagHigh"\n[[alerts]]\nname = "ConsumerLagHigh"\nabove=1')

    assert caught.value.table == 1


ANYTHING = st.one_of(
    st.sampled_from(["", "1m", "-1s", "^a", "(", "critical", "ConsumerLagHigh", *LAGS, *MEASURES]),
    st.sampled_from([True, False, None, -5, 0, 0.5, 40, 500, inf, nan]),
)
TABLE = st.dictionaries(st.sampled_from([*KEYS, "what"]), ANYTHING, max_size=6)


@given(st.lists(TABLE, max_size=3))
def test_any_table_makes_rules_or_a_clear_error(tables: list[dict[str, object]]) -> None:
    made: tuple[Rule, ...] = ()
    with suppress(RuleError):
        made = rules_from_tables(tables)
    for one in made:
        assert one.measure in MEASURES
        assert one.above < inf or one.below > -inf
        assert one.summary
        assert not one.is_beyond(one.above if one.above < inf else one.below, fires=False)
