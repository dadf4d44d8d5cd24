"""Answers that are slow, huge, packed or endless, and those behind TLS."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from lagtop.wire import fetch as fetching
from lagtop.wire.fetch import UnreadableError, fetch
from tests.kafka.certificates import Authority
from tests.wire.answers import CUT, ENDLESS, JMX, serving


@pytest.mark.parametrize("path", ["/slow", *ENDLESS])
def test_what_does_not_end_is_given_up(address: str, path: str) -> None:
    with pytest.raises(UnreadableError, match="no whole answer within 0"):
        fetch(f"{address}{path}", deadline_s=0.2)


def test_a_huge_answer_is_given_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 1_000)
    with pytest.raises(UnreadableError, match="more than"):
        fetch(f"{address}/garbage")


def test_a_packed_answer_is_read_and_one_that_unpacks_to_too_much_is_not(address: str) -> None:
    assert fetch(f"{address}/gzip") == JMX
    with pytest.raises(UnreadableError, match="more than 32 MB"):
        fetch(f"{address}/bomb")


def test_an_answer_packed_in_several_members_is_read_to_its_end(address: str) -> None:
    assert fetch(f"{address}/members") == JMX


@pytest.mark.parametrize("path", CUT)
def test_an_answer_that_breaks_off_is_none(address: str, path: str) -> None:
    with pytest.raises(UnreadableError, match=r"breaks off|cannot be read"):
        fetch(f"{address}{path}")


@pytest.mark.parametrize("url", ["http://ho\x01st/", "http://a:x/", "http://[a/", "http://a/\n"])
def test_an_address_that_is_none_is_said_to_be(url: str) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        fetch(url, deadline_s=0.5)


def test_an_endpoint_behind_tls_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path, "authority")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue("localhost", ("localhost",)).both())
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with serving(context) as port:
        assert fetch(f"https://localhost:{port}/good") == JMX
        with pytest.raises(UnreadableError, match="no whole answer within"):
            fetch(f"https://localhost:{port}/endless", deadline_s=0.2)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(UnreadableError, match="certificate verify failed"):
            fetch(f"https://localhost:{port}/good")
