"""Java's key and trust stores as PEM: PKCS12 by the cryptography library, JKS by Java's keytool.

No library that is kept up reads JKS; who has such a store mostly has Java, too, and its own tool
turns it into PKCS12, in a directory that only we can read and that is gone at once.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lagtop.errors import AccessError
from lagtop.security import NO_SECRET, Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates

KEYTOOL = "keytool"
KEYTOOL_DEADLINE_S = 30.0
JKS_MAGIC = bytes.fromhex("feedfeed")
_OLD, _NEW = "LAGTOP_STORE_PASSWORD", "LAGTOP_NEW_STORE_PASSWORD"
_TRIES = 3
"""How often keytool asks for a key's password before it gives up."""


def trusted_pem(name: str, password: Secret) -> str:
    """Every certificate of a trust store; raises AccessError."""
    store = _opened(name, password, NO_SECRET)
    return "\n".join(_pem_of(one) for one in store.additional_certs)


def own_pem(name: str, password: Secret, key_password: Secret) -> bytes:
    """Key and certificates of a key store, the key unencrypted; raises AccessError."""
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    store = _opened(name, password, key_password)
    if store.key is None or store.cert is None:
        raise AccessError(f"{name}: there is no key with its certificate in the store")
    key = store.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = [store.cert, *store.additional_certs]
    return b"\n".join([key, *(_pem_of(one).encode() for one in chain)])


def read_key_file(name: str) -> bytes:
    """What a file holds; raises AccessError that names it."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise AccessError(f"{name}: {why}", "check the path and who may read it") from error


def _opened(name: str, password: Secret, key_password: Secret) -> PKCS12KeyAndCertificates:
    try:
        from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
    except ImportError as error:
        raise AccessError(
            f"{name}: a key or trust store needs the cryptography library",
            "pip install 'lagtop[stores]', or give PEM files",
        ) from error
    data = read_key_file(name)
    if data.startswith(JKS_MAGIC):
        data, password = _as_pkcs12(name, password, key_password)
    try:
        return load_pkcs12(data, password.text.encode() or None)
    except ValueError as error:
        raise AccessError(
            f"{name}: the store cannot be opened",
            "wrong or missing password of the store, or no PKCS12 file",
        ) from error


def _as_pkcs12(name: str, password: Secret, key_password: Secret) -> tuple[bytes, Secret]:
    """A JKS store as PKCS12, and the password of that."""
    keytool = shutil.which(KEYTOOL)
    if keytool is None:
        raise AccessError(
            f"{name} is a JKS store, which Java's keytool reads, and there is none on the path",
            f"where there is Java: keytool -importkeystore -srckeystore {name} "
            "-destkeystore NEW.p12 -deststoretype PKCS12",
        )
    if not password:
        raise AccessError(
            f"{name} is a JKS store, which has a password",
            "set keystore_password or truststore_password (ssl.truststore.password)",
        )
    new = Secret(secrets.token_hex())
    with tempfile.TemporaryDirectory(prefix="lagtop-") as folder:
        path = Path(folder, "store.p12")
        _convert(keytool, name, path, {_OLD: password.text, _NEW: new.text}, key_password)
        return path.read_bytes(), new


def _convert(
    keytool: str, name: str, path: Path, passwords: dict[str, str], key_password: Secret
) -> None:
    """Let keytool write a PKCS12 store; passwords go by the environment, which `ps` hides."""
    words = [
        *(keytool, "-J-Duser.language=en", "-importkeystore", "-noprompt"),
        *("-srckeystore", name, "-srcstoretype", "JKS", "-srcstorepass:env", _OLD),
        *("-destkeystore", str(path), "-deststoretype", "PKCS12", "-deststorepass:env", _NEW),
    ]
    try:
        done = subprocess.run(
            words,
            input=f"{key_password.text}\n" * _TRIES,
            env={**os.environ, **passwords},
            capture_output=True,
            text=True,
            timeout=KEYTOOL_DEADLINE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AccessError(f"{name}: keytool cannot be run: {type(error).__name__}") from error
    if done.returncode or not path.exists():
        raise AccessError(*_complaint(name, done.stdout + done.stderr))


def _complaint(name: str, said: str) -> tuple[str, str]:
    if "password was incorrect" in said:
        return f"{name}: the store cannot be opened", "wrong password of the store, or a torn file"
    if "Enter key password" in said:
        hint = "is key_password (ssl.key.password) right?"
        return f"{name}: its key has a password of its own", hint
    last = next(iter(said.strip().splitlines()[-1:]), "it says nothing")
    return f"{name}: keytool cannot read it: {last[:200]}", ""


def _pem_of(certificate: object) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate

    assert isinstance(certificate, PKCS12Certificate)
    return certificate.certificate.public_bytes(Encoding.PEM).decode()
