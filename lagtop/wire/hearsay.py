"""What a server says of itself, fit to be shown and recorded: it may say our secrets back to us."""

from __future__ import annotations

from base64 import b64decode

from lagtop.security import Secret

LONGEST = 120
NOT_TOLD = "(not shown: it repeats the password or token)"


def told(said: str, authorization: Secret) -> str:
    """A stranger's words on one short line, or that they hold what a header was to tell it alone.

    Letters and digits alone are compared, and no case: words come quoted, escaped and folded.
    """
    bare = _bare(said)
    if any(_bare(secret) in bare for secret in _secrets(authorization)):
        return NOT_TOLD
    plain = "".join(character if character.isprintable() else " " for character in said)
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"


def _secrets(authorization: Secret) -> list[str]:
    kind, _, secret = authorization.text.partition(" ")
    if kind != "Basic":
        return [secret] if secret else []
    password = b64decode(secret).partition(b":")[2]
    # A header comes back as Latin-1, whatever it was.
    return [secret, password.decode("utf-8", "replace"), password.decode("latin-1")]


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
