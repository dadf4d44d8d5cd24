"""Secrets by reference: where a value is to be had, in place of the value.

- `${env:NAME}`: a variable of the environment
- `${file:/path}`: what a file holds, without the end of its last line
- `${file:/path:key}`: a key of a .properties file, as Java's FileConfigProvider has it
- `${cmd:pass show x}`: the first line that a command prints, where the profile allows commands
- `${keyring:service/user}`: the system's keyring
- `${prompt}`, `${prompt:words}`: asked for on the terminal
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from getpass import getpass
from pathlib import Path
from typing import Any

from lagtop.errors import UsageError
from lagtop.profiles.property_file import read_properties, read_text
from lagtop.security import Secret, Security

REFERENCE = re.compile(r"\$\{(env|file|cmd|keyring|prompt)(?::([^}]*))?\}")
COMMAND_DEADLINE_S = 30.0
REDACTED = "***"


def is_reference(text: str) -> bool:
    """Whether a text is nothing but references: such a one may be shown."""
    return bool(REFERENCE.search(text)) and not REFERENCE.sub("", text)


def shown_secret(secret: Secret) -> str:
    """A secret for people: only if it is a mere reference to one."""
    return secret.text if is_reference(secret.text) else REDACTED


def asks(security: Security) -> bool:
    """Whether one of its secrets is to be typed on the terminal."""
    texts = (getattr(security, one.name) for one in fields(security))
    found = (value.text if isinstance(value, Secret) else str(value) for value in texts)
    return any(match[1] == "prompt" for text in found for match in REFERENCE.finditer(text))


def resolved(security: Security, *, allow_commands: bool = False) -> Security:
    """The security with every reference followed; raises UsageError that names the field."""
    changes: dict[str, Any] = {}
    for one in fields(security):
        value = getattr(security, one.name)
        text = value.text if isinstance(value, Secret) else value
        if not isinstance(text, str) or not REFERENCE.search(text):
            continue
        found = expand(text, one.name, allow_commands=allow_commands)
        changes[one.name] = Secret(found) if isinstance(value, Secret) else found
    return replace(security, **changes) if changes else security


def expand(text: str, what: str, *, allow_commands: bool = False) -> str:
    """The text with every reference followed; `what` is the setting that errors name."""

    def follow(match: re.Match[str]) -> str:
        scheme, rest = match[1], match[2] or ""
        if scheme == "cmd" and not allow_commands:
            raise UsageError(
                f"{what}: ${{cmd:...}} is not allowed here",
                "allow_commands = true in the profile, if you wrote it yourself",
            )
        return _FOLLOW[scheme](rest, what)

    return REFERENCE.sub(follow, text)


def _from_environment(name: str, what: str) -> str:
    if name not in os.environ:
        raise UsageError(f"{what}: the environment has no {name}", f"export {name}=...")
    return os.environ[name]


def _from_file(rest: str, what: str) -> str:
    path, colon, key = rest.rpartition(":")
    if not colon or Path(rest).expanduser().exists():
        return read_text(Path(rest).expanduser()).rstrip("\r\n")
    for one in read_properties(Path(path).expanduser()):
        if one.key == key:
            return one.value
    raise UsageError(f"{what}: {path} has no key {key}")


def _from_command(command: str, what: str) -> str:
    try:
        done = subprocess.run(
            ["sh", "-c", command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_DEADLINE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise UsageError(f"{what}: the command cannot be run: {command}") from error
    if done.returncode != 0 or not done.stdout.strip():
        raise UsageError(
            f"{what}: the command gave nothing (exit status {done.returncode}): {command}",
            done.stderr.strip()[-200:],
        )
    return done.stdout.splitlines()[0]


def _from_keyring(rest: str, what: str) -> str:
    service, _, user = rest.rpartition("/")
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise UsageError(f"{what}: no keyring here", "pip install 'lagtop[keyring]'") from error
    try:
        found: str | None = keyring.get_password(service, user)
    except KeyringError as error:
        raise UsageError(f"{what}: the keyring does not open: {error}") from error
    if found is None:
        raise UsageError(
            f"{what}: the keyring has nothing for {rest}", f"keyring set {service} {user}"
        )
    return found


def _from_prompt(words: str, what: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError(f"{what}: no terminal to ask for it", "use ${env:...} or ${file:...}")
    try:
        return getpass(f"{words or what}: ", stream=sys.stderr)
    except EOFError as error:
        raise UsageError(f"{what}: nothing was given") from error


_FOLLOW: dict[str, Callable[[str, str], str]] = {
    "env": _from_environment,
    "file": _from_file,
    "cmd": _from_command,
    "keyring": _from_keyring,
    "prompt": _from_prompt,
}
