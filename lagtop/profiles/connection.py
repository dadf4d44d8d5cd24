"""Where a cluster is and how it is entered: the one form between all files and the wire.

librdkafka's and Java's names of properties both lead here, and importers of other tools' files
write those names too, so that every rule about security stands in this file once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lagtop.errors import UsageError
from lagtop.profiles.jaas import parse_jaas
from lagtop.profiles.property_file import Property
from lagtop.profiles.words import NO_PROXY, PROXY, nearest
from lagtop.security import (
    AWS_MSK_IAM,
    GSSAPI,
    MECHANISMS,
    OAUTHBEARER,
    OPEN_DOOR,
    PROTOCOLS,
    SECURITY_FIELDS,
    WITH_PASSWORD,
    Secret,
    Security,
)

BOOTSTRAP = ("bootstrap.servers", "metadata.broker.list")
JAAS = "sasl.jaas.config"
FIELDS = {
    "security.protocol": "protocol",
    "sasl.mechanism": "mechanism",
    "sasl.mechanisms": "mechanism",
    "sasl.username": "username",
    "sasl.password": "password",
    "ssl.ca.location": "ca_file",
    "ssl.ca.pem": "ca_pem",
    "ssl.truststore.certificates": "ca_pem",
    "ssl.truststore.location": "truststore_file",
    "ssl.truststore.password": "truststore_password",
    "ssl.certificate.location": "certificate_file",
    "ssl.certificate.pem": "certificate_pem",
    "ssl.keystore.certificate.chain": "certificate_pem",
    "ssl.key.location": "key_file",
    "ssl.key.pem": "key_pem",
    "ssl.keystore.key": "key_pem",
    "ssl.key.password": "key_password",
    "ssl.keystore.location": "keystore_file",
    "ssl.keystore.password": "keystore_password",
    "enable.ssl.certificate.verification": "verify_certificate",
    "ssl.endpoint.identification.algorithm": "verify_hostname",
    "sasl.oauthbearer.token.endpoint.url": "token_url",
    "sasl.oauthbearer.client.id": "client_id",
    "sasl.oauthbearer.client.secret": "client_secret",
    "sasl.oauthbearer.client.credentials.client.id": "client_id",
    "sasl.oauthbearer.client.credentials.client.secret": "client_secret",
    "sasl.oauthbearer.scope": "scope",
    "sasl.oauthbearer.extensions": "extensions",
    "sasl.kerberos.service.name": "kerberos_service",
    "aws.region": "aws_region",
    "aws.profile": "aws_profile",
    "aws.role.arn": "aws_role_arn",
}
"""Properties by the field of a Security that they fill, in both libraries' names."""

STORE_TYPES = ("ssl.truststore.type", "ssl.keystore.type")
WITHOUT_USE = frozenset(
    {
        "sasl.login.callback.handler.class",
        "sasl.client.callback.handler.class",
        "sasl.login.class",
        "sasl.oauthbearer.method",
        "ssl.enabled.protocols",
        "ssl.protocol",
    }
)
"""Said by what we do anyway, or only by how Java is built."""

_OF_TLS = ("ca_", "certificate_", "key_", "keystore_", "truststore_")
_OF_MECHANISMS = {
    "username": WITH_PASSWORD,
    "password": WITH_PASSWORD,
    "token_url": (OAUTHBEARER,),
    "client_id": (OAUTHBEARER,),
    "client_secret": (OAUTHBEARER,),
    "scope": (OAUTHBEARER,),
    "extensions": (OAUTHBEARER,),
    "aws_region": (AWS_MSK_IAM,),
    "aws_profile": (AWS_MSK_IAM,),
    "aws_role_arn": (AWS_MSK_IAM,),
    "kerberos_service": (GSSAPI,),
    "kerberos_domain": (GSSAPI,),
}
"""Mechanisms by the field that only they look at."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Addresses as a person writes them, the security, and what could not be carried over."""

    bootstrap: str = ""
    security: Security = OPEN_DOOR
    left_out: tuple[str, ...] = ()


def known_properties() -> tuple[str, ...]:
    """Every property that `--set` takes."""
    return (*BOOTSTRAP, *FIELDS, *STORE_TYPES, *sorted(WITHOUT_USE))


NOTHING = Connection()


def connection_from(properties: Iterable[Property], base: Connection = NOTHING) -> Connection:
    """Lay properties over a connection, the later over the earlier; raises UsageError."""
    bootstrap, security = base.bootstrap, base.security
    left_out = list(base.left_out)
    types: dict[str, str] = {}
    for one in properties:
        if one.key in BOOTSTRAP:
            bootstrap = one.value
        elif one.key == JAAS:
            security = _with_jaas(security, one, left_out)
        elif one.key in FIELDS:
            security = with_field(security, FIELDS[one.key], one)
        elif one.key in STORE_TYPES:
            types[one.key] = one.value.upper()
        elif PROXY.search(one.key):
            left_out.append(f"{one.where}: {one.key}: {'; '.join(NO_PROXY)}")
        elif one.key.startswith(("ssl.", "sasl.", "security.")) and one.key not in WITHOUT_USE:
            hint = nearest(one.key, (JAAS, *known_properties()))
            left_out.append(f"{one.where}: {one.key} has no use here; {hint}".rstrip("; "))
    return Connection(bootstrap, _pem_stores(security, types), tuple(left_out))


def unused(properties: Iterable[Property], security: Security) -> tuple[str, ...]:
    """A sentence for each property that nobody looks at as `security` says things are done."""
    told = ((one, _why_unused(one.key, security)) for one in properties)
    return tuple(f"{one.where}: {one.key} is not used: {why}" for one, why in told if why)


def _why_unused(key: str, security: Security) -> str:
    name = "mechanism" if key == JAAS else FIELDS.get(key, "")
    of_sasl = name == "mechanism" or name in _OF_MECHANISMS
    if (name.startswith(_OF_TLS) and not security.uses_tls) or (of_sasl and not security.uses_sasl):
        return f"security.protocol is {security.protocol}"
    if security.mechanism not in _OF_MECHANISMS.get(name, MECHANISMS) and security.mechanism:
        return f"sasl.mechanism is {security.mechanism}"
    return ""


def with_field(security: Security, name: str, one: Property) -> Security:
    """Set a field from text; raises UsageError that says where the text stands."""
    kind = SECURITY_FIELDS[name]
    value: Any = one.value
    if name == "verify_hostname" and one.key.endswith("algorithm"):
        value = one.value.lower() not in ("", "none")
    elif kind == "bool":
        value = _flag(one)
    elif kind == "Secret":
        value = Secret(one.value)
    elif name in ("protocol", "mechanism"):
        value = _one_of(one, PROTOCOLS if name == "protocol" else MECHANISMS)
    return replace(security, **{name: value})


def _flag(one: Property) -> bool:
    word = one.value.lower()
    if word not in ("true", "false"):
        raise UsageError(f"{one.where}: {one.key} is true or false, not {one.value!r}")
    return word == "true"


def _one_of(one: Property, choices: tuple[str, ...]) -> str:
    word = one.value.upper()
    if word not in choices:
        hint = nearest(word, choices)
        known = ", ".join(choices)
        raise UsageError(f"{one.where}: {one.key}: no such choice: {one.value!r}", hint or known)
    return word


def _with_jaas(security: Security, one: Property, left_out: list[str]) -> Security:
    try:
        found, unknown = parse_jaas(one.value)
    except ValueError as error:
        raise UsageError(f"{one.where}: {JAAS} cannot be read", str(error)) from None
    for name, value in found.items():
        security = with_field(security, name, replace(one, value=value))
    left_out += [f"{one.where}: {JAAS}: {name} has no use here" for name in unknown]
    return security


def _pem_stores(security: Security, types: dict[str, str]) -> Security:
    """Java calls a PEM file a store, too."""
    if types.get("ssl.truststore.type") == "PEM" and security.truststore_file:
        security = replace(security, ca_file=security.truststore_file, truststore_file="")
    if types.get("ssl.keystore.type") == "PEM" and security.keystore_file:
        security = replace(security, certificate_file=security.keystore_file, keystore_file="")
    return security


def check(security: Security) -> None:
    """Refuse what cannot work together, before anybody is called; raises UsageError."""
    if security.mechanism and not security.uses_sasl:
        secure = "SASL_SSL" if security.uses_tls else "SASL_SSL or SASL_PLAINTEXT"
        raise UsageError(
            f"sasl.mechanism is {security.mechanism}, but security.protocol is "
            f"{security.protocol}, which has no SASL",
            f"security.protocol is {secure}",
        )
    if security.uses_sasl and not security.mechanism:
        known = ", ".join(MECHANISMS)
        raise UsageError("sasl.mechanism is not set", f"one of {known}")
    if security.mechanism in WITH_PASSWORD and not (security.username and security.password):
        missing = "sasl.password" if security.username else "sasl.username"
        raise UsageError(f"{security.mechanism}, but no {missing}", "or give sasl.jaas.config")
    if security.mechanism == OAUTHBEARER:
        _check_token(security)


def _check_token(security: Security) -> None:
    if not security.token_url.startswith(("https://", "http://")):
        raise UsageError(
            "OAUTHBEARER, but no token endpoint",
            "sasl.oauthbearer.token.endpoint.url is https://...",
        )
    if not security.client_id:
        raise UsageError("OAUTHBEARER, but no client id", "sasl.oauthbearer.client.id")
