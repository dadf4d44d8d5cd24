"""Where a secret may come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from lagtop.errors import UsageError
from lagtop.profiles.references import expand, is_reference, resolved
from lagtop.security import Secret, Security


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAGTOP_TEST_ONE", "1")

    assert expand("a${env:LAGTOP_TEST_ONE}b", "it") == "a1b"


def test_from_a_file_and_from_a_key_of_one(tmp_path: Path) -> None:
    whole, keyed = tmp_path / "whole", tmp_path / "keyed.properties"
    whole.write_text(" s p a c e \n")
    keyed.write_text("other=1\nwanted=2\n")

    assert expand(f"${{file:{whole}}}", "it") == " s p a c e "
    assert expand(f"${{file:{keyed}:wanted}}", "it") == "2"
    with pytest.raises(UsageError, match="has no key missing"):
        expand(f"${{file:{keyed}:missing}}", "it")


def test_from_a_command_only_where_commands_are_allowed() -> None:
    assert expand("${cmd:printf 'one\\ntwo'}", "it", allow_commands=True) == "one"
    with pytest.raises(UsageError, match="exit status 3"):
        expand("${cmd:exit 3}", "it", allow_commands=True)
    with pytest.raises(UsageError, match="not allowed"):
        expand("${cmd:echo}", "it")


def test_what_is_no_reference_stays_as_it_is() -> None:
    assert expand("pa${ss}wo$rd${HOME}", "it") == "pa${ss}wo$rd${HOME}"
    assert not is_reference("x${env:A}")
    assert is_reference("${env:A}${env:B}")


def test_every_text_of_a_security_may_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAGTOP_TEST_ONE", "1")
    security = Security(
        username="${env:LAGTOP_TEST_ONE}", password=Secret("${env:LAGTOP_TEST_ONE}")
    )

    found = resolved(security)

    assert (found.username, found.password.text) == ("1", "1")
