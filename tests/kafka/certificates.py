"""Certificates for tests: an authority, and what it signs, good for a day or expired."""

from __future__ import annotations

import ipaddress
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

DAY = timedelta(days=1)
_OTHER_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "encipher_only", "decipher_only",
)
_SIGNS = x509.KeyUsage(
    key_cert_sign=True, crl_sign=True, **dict.fromkeys(_OTHER_USES, False)
)


class Authority:
    """Signs certificates; its own lies in `file`."""

    def __init__(self, directory: Path, name: str) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        self._certificate = self._sign(self._key, self._name, (), expired=False, is_ca=True)
        self.file = directory / f"{name}.pem"
        self.file.write_bytes(self._certificate.public_bytes(Encoding.PEM))

    def issue(self, name: str, hosts: tuple[str, ...] = (), *, expired: bool = False) -> Issued:
        """A new key with its certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(key, _name(name), hosts, expired=expired, is_ca=False)
        return Issued(self._directory / name, key, certificate, self._certificate)

    def trust_store(self, password: str) -> Path:
        """Its certificate as JKS, as older Java has it."""
        path = self.file.with_suffix(".trust.jks")
        words = ("-importcert", "-noprompt", "-alias", "it", "-file", str(self.file))
        _keytool(*words, "-storetype", "JKS", "-keystore", str(path), "-storepass", password)
        return path

    def _sign(
        self,
        key: ec.EllipticCurvePrivateKey,
        name: x509.Name,
        hosts: tuple[str, ...],
        *,
        expired: bool,
        is_ca: bool,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        ends = now - DAY if expired else now + DAY
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 3 * DAY)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if is_ca:
            builder = builder.add_extension(_SIGNS, critical=True)
        if hosts:
            names = x509.SubjectAlternativeName(list(map(_host, hosts)))
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


class Issued:
    """A certificate with its key, in the forms in which people have them."""

    def __init__(
        self,
        stem: Path,
        key: ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        issuer: x509.Certificate,
    ) -> None:
        self._stem, self._key = stem, key
        self._certificate, self._issuer = certificate, issuer

    def certificate(self) -> Path:
        """The certificate, as PEM."""
        return self._write(".crt", self._certificate.public_bytes(Encoding.PEM))

    def key(self, password: str = "") -> Path:
        """The key, as PEM, encrypted if there is a password."""
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption(password))
        return self._write(".locked.key" if password else ".key", pem)

    def both(self) -> Path:
        """Key and certificate in one file, which Kafka calls a PEM key store."""
        text = self.key().read_bytes() + self.certificate().read_bytes()
        return self._write(".both.pem", text)

    def store(self, password: str) -> Path:
        """Key, certificate and issuer, as PKCS12."""
        data = pkcs12.serialize_key_and_certificates(
            b"it", self._key, self._certificate, [self._issuer], _encryption(password)
        )
        return self._write(".p12", data)

    def old_store(self, password: str, key_password: str) -> Path:
        """The same as JKS, in which a key may have a password of its own."""
        new, path = self.store(password), self._stem.with_name(self._stem.name + ".jks")
        _keytool(
            *("-importkeystore", "-noprompt", "-srcalias", "it"),
            *("-srckeystore", str(new), "-srcstoretype", "PKCS12", "-srcstorepass", password),
            *("-destkeystore", str(path), "-deststoretype", "JKS", "-deststorepass", password),
            *("-destkeypass", key_password),
        )
        return path

    def _write(self, suffix: str, data: bytes) -> Path:
        path = self._stem.with_name(self._stem.name + suffix)
        path.write_bytes(data)
        return path


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def _host(host: str) -> x509.GeneralName:
    if host[0].isdigit():
        return x509.IPAddress(ipaddress.ip_address(host))
    return x509.DNSName(host)


def _encryption(password: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()


def _keytool(*words: str) -> None:
    subprocess.run(["keytool", *words], check=True, capture_output=True)
