"""Where records carry their id, and what is no id."""

from __future__ import annotations

import json

import pytest

from lagtop.errors import UsageError
from lagtop.probe.correlation import LONGEST_ID, parse_place


@pytest.mark.parametrize(
    ("place", "headers", "value", "found"),
    [
        ("header:id", [("other", b"1"), ("id", b"abc")], b"", "abc"),
        ("header:id", [("other", b"1")], b"", None),
        ("header:id", [("id", None)], b"", None),
        ("header:id", [("id", b"\xff")], b"", "\\xff"),
        ("json:$.id", [], b'{"id": "abc"}', "abc"),
        ("json:$.id", [], b'{"id": 17}', "17"),
        ("json:$.id", [], b'{"id": true}', None),
        ("json:$.id", [], b'{"id": {"id": 1}}', None),
        ("json:$.outer.inner", [], b'{"outer": {"inner": "x"}}', "x"),
        ("json:$.outer.inner", [], b'{"outer": [1]}', None),
        ("json:$.id", [], b"no json", None),
        ("json:$.id", [], b"\xff\xfe\x00", None),
        ("json:$.id", [], b"[" * 100_000, None),
        ("json:$.id", [], None, None),
    ],
)
def test_an_id_is_found_where_it_is_and_nowhere_else(
    place: str, headers: list[tuple[str, bytes | None]], value: bytes | None, found: str | None
) -> None:
    assert parse_place("--key", place).read(headers, value) == found


def test_an_id_is_cut_so_that_memory_is_bounded() -> None:
    place = parse_place("--key", "header:id")

    assert len(place.read([("id", b"x" * 10_000)], None) or "") == LONGEST_ID


@pytest.mark.parametrize("words", ["header:id", "json:$.id", "json:$.a.b.c"])
def test_what_is_written_is_read_back(words: str) -> None:
    place, value = parse_place("--key", words), dict[str, object]()
    headers = place.write("the-id", value)

    assert place.words == words
    assert place.read(headers, json.dumps(value).encode()) == "the-id"


@pytest.mark.parametrize(
    "words", ["", "id", "header:", "json:", "json:id", "json:$", "json:$.a[0]"]
)
def test_another_place_is_refused_by_name(words: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_place("--out-key", words)

    assert "--out-key" in refused.value.what
    assert "json:$.field" in refused.value.hint
