"""TLS as a Security asks for it, and what its failures mean in a sentence."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lagtop.errors import AccessError
from lagtop.security import Secret, Security
from lagtop.wire.causes import causes
from lagtop.wire.stores import own_pem, read_key_file, trusted_pem

HOSTNAME_MISMATCH = (62, 64)
EXPIRED, NOT_YET_VALID = 10, 9
UNKNOWN_ISSUER = (2, 18, 19, 20, 21)
"""Numbers of OpenSSL's X509_V_ERR_*, as `SSLCertVerificationError.verify_code` has them."""


def tls_context(security: Security) -> ssl.SSLContext:
    """Trust and keys as files or texts give them; raises AccessError that names the file."""
    context = ssl.create_default_context()
    _trust(context, security)
    context.check_hostname = security.verify_hostname and security.verify_certificate
    if not security.verify_certificate:
        context.verify_mode = ssl.CERT_NONE
    _show(context, security)
    return context


def files_written(security: Security) -> tuple[int, ...]:
    """When each file that a Security names was last written, ns; 0 where there is none."""
    names = (
        security.ca_file, security.certificate_file, security.key_file,
        security.keystore_file, security.truststore_file,
    )  # fmt: skip
    return tuple(_written(name) for name in names if name)


def _written(name: str) -> int:
    try:
        return Path(name).stat().st_mtime_ns
    except OSError:
        return 0


def _trust(context: ssl.SSLContext, security: Security) -> None:
    pem = security.ca_pem
    if security.truststore_file:
        pem = trusted_pem(security.truststore_file, security.truststore_password)
    file = security.ca_file or None
    try:
        if file and Path(file).is_dir():
            context.load_verify_locations(capath=file)
        elif file or pem:
            context.load_verify_locations(file, cadata=pem or None)
    except (OSError, ValueError) as error:
        where = file or security.truststore_file or "ca_pem"
        raise AccessError(
            f"{where}: no certificates to trust can be read: {_why(error)}",
            "it wants PEM: -----BEGIN CERTIFICATE-----",
        ) from error


def _show(context: ssl.SSLContext, security: Security) -> None:
    """Load our own certificate and key, if there are any."""
    with _own_files(security) as (certificate, key, password):
        if not certificate:
            return
        for name in filter(None, (certificate, key)):
            read_key_file(name)
        try:
            # Without a callback OpenSSL itself would ask for the password, on the terminal.
            context.load_cert_chain(certificate, key or None, password=lambda: password.text)
        except (OSError, ValueError) as error:
            raise AccessError(*_key_trouble(security, error)) from error


def _key_trouble(security: Security, error: Exception) -> tuple[str, str]:
    where = security.key_file or security.certificate_file or security.keystore_file
    where = where or "certificate_pem and key_pem"
    if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
        return f"{where}: this is not the key of the certificate", "check that they are a pair"
    if getattr(error, "reason", None) in ("NO_START_LINE", "PEM_LIB", None) and not isinstance(
        error, ssl.SSLError
    ):
        return f"{where}: the key cannot be read: {_why(error)}", "it wants PEM"
    if security.key_password:
        return f"{where}: the key cannot be read", "is key_password (ssl.key.password) right?"
    return (
        f"{where}: the key cannot be read without a password",
        "set key_password (ssl.key.password); or it is no PEM file",
    )


@contextmanager
def _own_files(security: Security) -> Iterator[tuple[str, str, Secret]]:
    """Paths of our certificate and key; texts lie in files of ours for as long as it takes."""
    if security.keystore_file:
        pem = own_pem(security.keystore_file, security.keystore_password, security.key_password)
        with _scratch(pem, security.keystore_file) as path:
            yield path, "", Secret()
    elif security.certificate_pem:
        text = f"{security.certificate_pem}\n{security.key_pem.text}\n"
        with _scratch(text.encode(), "certificate_pem") as path:
            yield path, security.key_file, security.key_password
    else:
        yield security.certificate_file, security.key_file, security.key_password


@contextmanager
def _scratch(data: bytes, what: str) -> Iterator[str]:
    """A file that only we can read, gone as soon as OpenSSL has read it."""
    try:
        handle, path = tempfile.mkstemp(prefix="lagtop-")
    except OSError as error:
        raise AccessError(f"{what}: no temporary file: {_why(error)}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        yield path
    finally:
        Path(path).unlink()


def tls_trouble(error: BaseException, where: str, security: Security) -> tuple[str, str] | None:
    """What a failed handshake with `where` means, and a hint; None if TLS is not to blame."""
    cause = next((one for one in causes(error) if isinstance(one, ssl.SSLError)), None)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _distrust(cause, where, security)
    return None if cause is None else _refusal(cause, where, security)


def _distrust(
    error: ssl.SSLCertVerificationError, where: str, security: Security
) -> tuple[str, str]:
    host = where.rpartition(":")[0]
    if error.verify_code in HOSTNAME_MISMATCH:
        return (
            f"the certificate of {where} is not made out to {host}",
            "use a name that is in the certificate (or, knowing the risk, verify_hostname = false)",
        )
    if error.verify_code == EXPIRED:
        return f"the certificate of {where} has expired", "the brokers need a new one"
    if error.verify_code == NOT_YET_VALID:
        return f"the certificate of {where} is not valid yet", "check this machine's clock"
    if error.verify_code in UNKNOWN_ISSUER:
        given = security.ca_file or security.truststore_file
        hint = f"is {given} the right CA?" if given else "give its CA: --set ssl.ca.location=FILE"
        return f"the certificate of {where} is signed by nobody that we trust", hint
    return f"the certificate of {where} cannot be trusted: {error.verify_message}", ""


def _refusal(error: ssl.SSLError, where: str, security: Security) -> tuple[str, str] | None:
    reason = (error.reason or "").upper()
    has_own = security.certificate_file or security.certificate_pem or security.keystore_file
    if "ALERT" in reason and any(word in reason for word in ("CERTIFICATE", "UNKNOWN_CA")):
        if not has_own:
            return (
                f"{where} wants a certificate of ours",
                "--set ssl.certificate.location=FILE and --set ssl.key.location=FILE",
            )
        said = reason.rpartition("ALERT_")[2].lower().replace("_", " ")
        return f"{where} does not accept our certificate: {said}", "check who signed it, and when"
    if "HANDSHAKE_FAILURE" in reason or "PROTOCOL_VERSION" in reason:
        return (
            f"{where} and this machine have no way of TLS in common: {reason.lower()}",
            "or the broker wants a certificate of ours: ssl.certificate.location",
        )
    return None


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and not isinstance(error, ssl.SSLError):
        return error.strerror.lower()
    return str(getattr(error, "reason", None) or error).lower()
