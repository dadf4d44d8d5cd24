"""Our assignors against Kafka's own: the same answers to random questions, ties and all."""

from __future__ import annotations

import random
import subprocess
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from lagtop.analysis.assignors import ASSIGNORS, Seats
from lagtop.snapshot import NOBODY, Codes
from tests.kafka.java import TOOL_DEADLINE_S

SOURCE = Path(__file__).with_name("Assignors.java")
CASES = 400
NAMES = ["range", "range-server", "roundrobin", "cooperative-sticky", "uniform"]


def test_every_assignor_answers_as_kafkas_own_does(libs: Path) -> None:
    chance = random.Random(20_26)
    questions = [_question(chance) for _ in range(CASES)]
    answers = _asked(libs, [_told(name, seats, members) for name, seats, members in questions])
    differing = [
        (name, answer)
        for (name, seats, members), answer in zip(questions, answers, strict=True)
        if _owners(_ours(name, seats, members), seats) != answer
    ]
    assert differing == []


def _question(chance: random.Random) -> tuple[str, Seats, int]:
    """An assignor, who owns what, and how many members there are to be, all with their ids."""
    name, sizes = chance.choice(NAMES), [chance.randint(1, 40) for _ in range(chance.randint(1, 3))]
    before, members = chance.randint(1, 30), chance.randint(1, 40)
    topic = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    number = np.concatenate([np.arange(size) for size in sizes]).astype(np.int32)
    ids = sorted(str(UUID(int=chance.getrandbits(128))) for _ in range(max(before, members)))
    seats = Seats(topic, number, np.full(len(topic), NOBODY, np.int32), tuple(ids))
    if chance.random() < 0.6:
        return name, replace(seats, owner=_ours(name, seats, before)), members
    anyone = np.array([chance.randrange(NOBODY, before) for _ in topic], np.int32)
    return name, replace(seats, owner=anyone), members


def _ours(name: str, seats: Seats, members: int) -> Codes:
    return ASSIGNORS[name.removesuffix("-server")](seats, members)


def _told(name: str, seats: Seats, members: int) -> str:
    sizes = ",".join(f"t{topic}={size}" for topic, size in enumerate(np.bincount(seats.topic)))
    stays = np.where(seats.owner < members, seats.owner, NOBODY).astype(np.int32)
    return f"{name}|{','.join(seats.ids[:members])}|{sizes}|{_owners(stays, seats)}"


def _owners(owner: Codes, seats: Seats) -> str:
    """`member=t0:0 t0:1,...`, in order."""
    owned = defaultdict(list)
    for member, topic, number in zip(owner, seats.topic, seats.number, strict=True):
        if member != NOBODY:
            owned[seats.ids[member]].append(f"t{topic}:{number}")
    return ",".join(f"{member}={' '.join(sorted(owned[member]))}" for member in sorted(owned))


def _asked(libs: Path, questions: list[str]) -> list[str]:
    modules = subprocess.run(["java", "--list-modules"], capture_output=True, text=True, check=True)
    if "jdk.compiler" not in modules.stdout:
        pytest.skip("this Java has no compiler: a JDK is needed to ask Kafka's assignors")
    done = subprocess.run(
        ["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp", f"{libs}/*", str(SOURCE)],
        input="\n".join(questions) + "\n",
        capture_output=True,
        text=True,
        timeout=TOOL_DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()
