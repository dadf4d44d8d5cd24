"""A list of groups reads as kafka-python's general decoder has it, on any message."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagtop.protocol.messages import ListGroupsResponse
from lagtop.wire import listing
from lagtop.wire.listing import Listed, read_list
from lagtop.wire.question import Answer, LinkError

VERSIONS = st.sampled_from(listing.FLEXIBLE_VERSIONS)
GROUPS = st.lists(
    st.tuples(
        st.text(max_size=200),
        st.sampled_from(["consumer", "", "connect", "share"]),
        st.sampled_from(["Stable", "Empty", "", "Dead"]),
        st.one_of(st.sampled_from(["Classic", "consumer", "Share", ""]), st.text(max_size=3)),
    ),
    max_size=60,
)


def answer(
    groups: list[tuple[str, str, str, str]], version: int, error: int = 0
) -> Answer:
    names = ("group_id", "protocol_type", "group_state", "group_type")
    response = ListGroupsResponse(
        throttle_time_ms=0,
        error_code=error,
        groups=[
            ListGroupsResponse.ListedGroup(**dict(zip(names, group, strict=True)))
            for group in groups
        ],
    )
    return Answer(bytes(response.encode(version=version)), version, 0.0)


@given(groups=GROUPS, version=VERSIONS)
def test_a_list_reads_as_the_general_decoder_does(
    groups: list[tuple[str, str, str, str]], version: int
) -> None:
    found = answer(groups, version)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "FLEXIBLE_VERSIONS", ())
        general = read_list(found)
    assert read_list(found) == general


def test_only_groups_that_commit_are_listed() -> None:
    told = [
        ("a", "consumer", "Stable", "Classic"),
        ("b", "connect", "Stable", "Classic"),
        ("c", "anything", "Stable", "Consumer"),
        ("d", "", "Empty", ""),
    ]
    assert read_list(answer(told, 5)) == (
        Listed("a", "classic", "Stable", "consumer"),
        Listed("c", "consumer", "Stable", "consumer"),
        Listed("d", "", "Empty", ""),
    )


@pytest.mark.parametrize("version", [2, 5])
def test_an_error_is_told(version: int) -> None:
    with pytest.raises(LinkError):
        read_list(answer([], version, error=15))


@given(groups=GROUPS, version=VERSIONS, data=st.data())
def test_whatever_the_bytes_are_the_broker_is_told_of_and_nothing_else(
    groups: list[tuple[str, str, str, str]], version: int, data: st.DataObject
) -> None:
    body = bytearray(answer(groups, version).body)
    for _ in range(data.draw(st.integers(0, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    with suppress(LinkError):
        read_list(Answer(bytes(body[:cut]), version, 0.0))
