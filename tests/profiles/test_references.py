"""Where a secret may come from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
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


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[Path]:
    """A keyring in a file, as the system's own."""
    keyring = pytest.importorskip("keyring")
    file = pytest.importorskip("keyrings.alt.file")
    before, backend = keyring.get_keyring(), file.PlaintextKeyring()
    backend.file_path = str(tmp_path / "ring.cfg")
    keyring.set_keyring(backend)
    yield tmp_path / "ring.cfg"
    keyring.set_keyring(before)


def test_from_the_systems_keyring(ring: Path) -> None:
    import keyring

    keyring.set_password("kafka", "me", "hidden-in-the-ring")

    assert ring.exists()
    assert expand("${keyring:kafka/me}", "it") == "hidden-in-the-ring"
    assert is_reference("${keyring:kafka/me}")
    with pytest.raises(UsageError, match="nothing for kafka/you") as raised:
        expand("${keyring:kafka/you}", "it")
    assert raised.value.hint == "keyring set kafka you"


def test_a_keyring_that_does_not_open_or_is_not_installed(
    ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    with pytest.raises(UsageError, match="it: the keyring does not open: No recommended backend"):
        expand("${keyring:kafka/me}", "it")
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match="it: no keyring here") as raised:
        expand("${keyring:kafka/me}", "it")
    assert raised.value.hint == "pip install 'lagtop[keyring]'"
