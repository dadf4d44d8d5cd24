"""A real Prometheus scrapes `lagtop serve` and takes its rules, where one is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lagtop.demo.launch import demo_process
from tests.kafka.ports import HOST, free_ports
from tests.kafka.waiting import wait_until

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="no prometheus on the PATH (Debian has a package)"
)
LAGTOP = (sys.executable, "-m", "lagtop")
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
scrape_configs: [{{job_name: lagtop, static_configs: [{{targets: ['{address}']}}]}}]
"""


@contextmanager
def running(*words: str, directory: Path) -> Iterator[None]:
    """A program beside the test."""
    with subprocess.Popen(
        words, cwd=directory, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield
        finally:
            process.kill()


def asked(port: int, path: str) -> Any:
    """The data of an answer of Prometheus' API; None while it is not there yet."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/api/v1/{path}", timeout=5) as answer:
            return json.load(answer)["data"]
    except OSError:
        return None


def values(port: int, query: str) -> dict[str, float]:
    """An instant query's values by consumer group."""
    found = asked(port, f"query?query={urllib.parse.quote(query)}")
    series = found["result"] if found else []
    return {one["metric"].get("consumergroup", ""): float(one["value"][1]) for one in series}


def test_prometheus_reads_the_lag_and_judges_by_the_rules(tmp_path: Path) -> None:
    ours, theirs = free_ports(2)
    address = f"{HOST}:{ours}"
    rules = subprocess.run([*LAGTOP, "serve", "--print-rules"], capture_output=True, check=True)
    (tmp_path / "rules.yml").write_bytes(rules.stdout)
    (tmp_path / "p.yml").write_text(CONFIG.format(address=address), encoding="utf-8")
    prometheus = (
        "prometheus", "--config.file=p.yml", "--storage.tsdb.path=data",
        f"--web.listen-address={HOST}:{theirs}",
    )  # fmt: skip

    with (
        demo_process("stalled") as bootstrap,
        running(*LAGTOP, "serve", "-b", bootstrap, "--listen", address, directory=tmp_path),
        running(*prometheus, directory=tmp_path),
    ):
        wait_until(lambda: values(theirs, "lagtop_up").get("") == 1.0, "a scrape of a read cluster")
        lags = wait_until(
            lambda: values(theirs, "sum by (consumergroup) (kafka_consumergroup_lag)"), "lags"
        )
        judged = wait_until(
            lambda: [
                rule
                for group in (asked(theirs, "rules") or {"groups": []})["groups"]
                for rule in group["rules"]
                if rule["name"] == "ConsumerLagHigh" and rule["alerts"]
            ],
            "the rule of a high lag to see one",
        )

    assert lags["orders-index"] > 10_000
    assert [rule["health"] for rule in judged] == ["ok"]
