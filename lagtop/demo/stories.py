"""The stories that the demo cluster can play, as one table.

Every story holds the calm cluster; each adds one kind of trouble, and `all` has every kind.
"""

from __future__ import annotations

from lagtop.demo.story import Group, Outage, Rhythm, Story, Topic
from lagtop.errors import UsageError
from lagtop.snapshot import LOG_OF_COMMITS

CALM = Story(
    "healthy",
    "nothing is wrong",
    topics=(
        Topic("search-queries", 8, 2_200),
        Topic("payments", 12, 900),
        Topic("emails", 4, 120),
        Topic("page-views", 12, 5_200),
        Topic("invoices", 6, 260),
        Topic("stock-levels", 6, 700),
        Topic("shipping-events", 12, 2_400),
        Topic("clicks", 16, 6_400),
        Topic(LOG_OF_COMMITS, 12, 0, replicas=3, internal=True),
    ),
    groups=(
        Group("search", ("search-queries",), 4, 1_100, assignor="cooperative-sticky"),
        Group("payments", ("payments",), 4, 500, type="consumer", assignor="uniform"),
        Group("web-analytics", ("page-views",), 6, 1_700),
        Group("invoicing", ("invoices", "payments"), 3, 900, assignor="roundrobin"),
        Group("stock", ("stock-levels",), 3, 500, type="consumer", assignor="uniform"),
        Group("shipping-status", ("shipping-events",), 4, 1_200, metadata="v2 checkpoint"),
        Group("ab-tests", ("clicks",), 8, 1_600, type="consumer", assignor="uniform"),
        Group("heatmaps", ("clicks", "page-views"), 8, 3_000, assignor="cooperative-sticky"),
        Group("crm-sync", ("emails",), 2, 200),
        Group("newsletter", ("emails",), 1, 200, commits=False),
    ),
)

SKEWED_KEY = Story(
    "skewed-key",
    "one key sends most messages to one partition, whose member is at capacity",
    topics=(Topic("orders", 24, 21_400, hot_share=0.38, hot_partition=7),),
    groups=(Group("billing", ("orders",), 6, 4_600, assignor="cooperative-sticky", client="b"),),
)

SLOW_CONSUMER = Story(
    "slow-consumer",
    "every member reads more slowly than its partitions are written",
    topics=(Topic("card-authorisations", 8, 1_800),),
    groups=(Group("fraud-scoring", ("card-authorisations",), 8, 190, client="score"),),
)

TOO_FEW = Story(
    "too-few-consumers",
    "two consumers for eight partitions cannot keep up, and five could",
    topics=(Topic("refunds", 8, 1_000),),
    groups=(Group("refund-ledger", ("refunds",), 2, 260),),
)

SICK_MEMBER = Story(
    "sick-member",
    "one of four members does much less than the others",
    topics=(Topic("prices", 12, 3_000),),
    groups=(Group("price-cache", ("prices",), 4, 950, sick_share=0.4),),
)

POISON = Story(
    "poison-record",
    "a record fails each time it is read, and its partition stands still",
    topics=(Topic("addresses", 6, 480),),
    groups=(Group("address-check", ("addresses",), 2, 500, poisoned_at_s=20.0),),
)

REPROCESSING = Story(
    "reprocessing-loop",
    "a group goes back and reads the same messages again and again",
    topics=(Topic("coupons", 4, 300),),
    groups=(Group("coupon-mailer", ("coupons",), 2, 400, rewinds_every_s=80.0),),
)

STALLED = Story(
    "stalled",
    "members are there but have read nothing for six minutes; another group has no members left",
    topics=(Topic("order-lines", 12, 4_100), Topic("audit-log", 8, 31)),
    groups=(
        Group("orders-index", ("order-lines",), 3, 2_000, client="idx", stalled_at_s=-360.0),
        Group("audit", ("audit-log",), 2, 100, gone_at_s=-720.0),
    ),
)

DEAD_LETTERS = Story(
    "dlq",
    "messages that could not be handled pile up in a dead letter topic",
    topics=(
        Topic("invoices.DLQ", 3, 3, backlog=1_204),
        Topic("payments-dlt", 1, 0, backlog=0),
        Topic("shipping-retry-1", 3, 12, backlog=40_000),
    ),
    groups=(Group("shipping-retry", ("shipping-retry-1",), 1, 200),),
)

REBALANCE = Story(
    "rebalance",
    "one classic and one KIP-848 group rebalance again and again",
    topics=(Topic("ratings", 12, 2_600), Topic("sessions", 16, 9_700)),
    groups=(
        Group("recommendations", ("ratings",), 5, 900, rebalance=Rhythm(12.0, 9.0, every_s=47.0)),
        Group(
            "clicks",
            ("sessions",),
            8,
            1_600,
            type="consumer",
            assignor="uniform",
            rebalance=Rhythm(20.0, 8.0, every_s=55.0),
        ),
    ),
)

SPIKE = Story(
    "spike",
    "a producer writes six times as much for 25 s; the group falls behind and catches up",
    topics=(
        Topic("parcels", 12, 2_000, spike=Rhythm(15.0, 25.0, every_s=150.0), spike_factor=6.0),
    ),
    groups=(Group("shipping", ("parcels",), 4, 1_000, assignor="cooperative-sticky"),),
)

DAILY_PEAK = Story(
    "daily-peak",
    "at this time of every day far more is written for six minutes, yesterday too",
    topics=(
        Topic("tickets", 6, 60, spike=Rhythm(240.0, 360.0), spike_factor=5.0, days=2.0),
    ),
    groups=(Group("ticket-mailer", ("tickets",), 3, 40),),
)

DEAD_BROKER = Story(
    "dead-broker",
    "broker 3 dies at 40 s and is back at 75 s; some partitions have no other replica",
    topics=(Topic("telemetry", 6, 600, replicas=1),),
    groups=(Group("telemetry-sink", ("telemetry",), 3, 500),),
    outages=(Outage(3, Rhythm(40.0, 35.0, every_s=150.0)),),
)

OPEN_TRANSACTION = Story(
    "open-transaction",
    "a producer leaves a transaction open, and readers of committed messages wait behind it",
    topics=(Topic("ledger", 6, 400, open_transaction=Rhythm(15.0, 90.0, every_s=200.0)),),
    groups=(Group("ledger-balance", ("ledger",), 3, 400, read_committed=True),),
)

RETENTION = Story(
    "retention",
    "retention has deleted messages that a group had not read",
    topics=(Topic("raw-events", 6, 1_500, retention_s=600.0),),
    groups=(
        Group("nightly-archive", ("raw-events",), 2, 2_000, gone_at_s=-1_500.0),
        Group("cold-storage", ("raw-events",), 2, 420),
    ),
)

DENIED = Story(
    "denied",
    "a group that we may not look at",
    topics=(),
    groups=(Group("mailer", ("emails",), 1, 200, denied=True),),
)

COMMITS_EACH = Story(
    "commits-each",
    "a group commits every single message, and can do no more for it",
    topics=(Topic("access-log", 4, 240),),
    groups=(Group("compliance", ("access-log",), 2, 110, commits_each=True),),
)

THROTTLED = Story(
    "throttled",
    "brokers hold a group back by quota, though its members could read more",
    topics=(Topic("thumbnails", 8, 1_000),),
    groups=(Group("thumbnailer", ("thumbnails",), 4, 600, fetch_bytes_per_s=24_000),),
)

TROUBLES = (
    SKEWED_KEY,
    SLOW_CONSUMER,
    TOO_FEW,
    SICK_MEMBER,
    POISON,
    REPROCESSING,
    STALLED,
    DEAD_LETTERS,
    REBALANCE,
    SPIKE,
    DAILY_PEAK,
    DEAD_BROKER,
    OPEN_TRANSACTION,
    RETENTION,
    DENIED,
    COMMITS_EACH,
    THROTTLED,
)


def combine(name: str, about: str, *parts: Story) -> Story:
    """One story with the topics, groups and outages of all `parts`."""
    return Story(
        name,
        about,
        topics=tuple(topic for part in parts for topic in part.topics),
        groups=tuple(group for part in parts for group in part.groups),
        outages=tuple(outage for part in parts for outage in part.outages),
    )


STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        combine("all", "every trouble at once", CALM, *TROUBLES),
        CALM,
        *(combine(trouble.name, trouble.about, CALM, trouble) for trouble in TROUBLES),
    )
}


def find_story(name: str) -> Story:
    """The story of that name; UsageError with the list of names if there is none."""
    try:
        return STORIES[name]
    except KeyError:
        raise UsageError(
            f"no such story: {name}", f"the stories are: {', '.join(STORIES)}"
        ) from None
