"""A name server that does not answer holds nothing up."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from contextlib import suppress

import pytest

from lagtop.lookup import LookupLoop, run
from lagtop.security import OPEN_DOOR
from lagtop.snapshot import Gap
from lagtop.wire.trouble import explain


async def addresses(host: str) -> set[str]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, LookupLoop)
    found = await loop.getaddrinfo(host, 9092, type=socket.SOCK_STREAM)
    return {str(place[0]) for *_, place in found}


async def addresses_twice(host: str) -> list[set[str]]:
    return list(await asyncio.gather(addresses(host), addresses(host)))


def test_names_are_found() -> None:
    assert "127.0.0.1" in run(addresses("localhost"))


def test_a_name_that_is_asked_for_twice_at_once_is_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked, real = [], socket.getaddrinfo

    def look(*asked: object) -> object:
        looked.append(asked)
        return real("127.0.0.1", 9092)

    monkeypatch.setattr(socket, "getaddrinfo", look)

    assert run(addresses_twice("somewhere.example")) == [{"127.0.0.1"}] * 2
    assert len(looked) == 1


def test_an_unknown_name_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*asked: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look)

    with pytest.raises(socket.gaierror):
        run(addresses("nowhere.example"))


def test_a_lookup_without_end_holds_up_neither_an_answer_nor_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = threading.Event()

    def look(*asked: object) -> object:
        answer.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", look)
    try:
        what, _ = run(explain("slow.example", 9092, Gap("timeout", "late"), OPEN_DOOR))
        waiting = [one for one in threading.enumerate() if "slow.example" in one.name]
        assert "slow.example" in what
        assert "in time" in what
        assert [one.daemon for one in waiting] == [True]
    finally:
        answer.set()


@pytest.mark.parametrize("host", ["two..dots", "a" * 70 + ".example"])
def test_a_name_that_cannot_be_one_is_told_as_unknown(host: str) -> None:
    what, _ = run(explain(host, 9092, Gap("unreachable", "no"), OPEN_DOOR))

    assert what == f"unknown host: {host}"


def test_a_lookup_that_fails_when_nobody_waits_any_more_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer, complaints = threading.Event(), []

    def look(*asked: object) -> object:
        answer.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    async def lose_patience() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                await addresses("slow.example")
        answer.set()
        for thread in threading.enumerate():
            if "slow.example" in thread.name:
                await asyncio.to_thread(thread.join)
        for _ in range(3):  # the answer comes, whoever waits is told, the answer is let go
            await asyncio.sleep(0)
        gc.collect()

    monkeypatch.setattr(socket, "getaddrinfo", look)
    run(lose_patience())

    assert complaints == []
