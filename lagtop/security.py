"""How a cluster is guarded and what we show it: the one form that every source of settings takes.

Profiles, `--set`, `--config` and the files of other tools all become a Security; the wire knows
nothing else. Files are named, not read, so that a Security can be shown to people.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

PLAIN, SCRAM_256, SCRAM_512 = "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"
OAUTHBEARER, AWS_MSK_IAM, GSSAPI = "OAUTHBEARER", "AWS_MSK_IAM", "GSSAPI"
MECHANISMS = (PLAIN, SCRAM_256, SCRAM_512, OAUTHBEARER, AWS_MSK_IAM, GSSAPI)
WITH_PASSWORD = (PLAIN, SCRAM_256, SCRAM_512)
PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that no log, error, or picture of the program's state may show."""

    text: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return "***" if self.text else ""


NO_SECRET = Secret()


@dataclass(frozen=True, slots=True)
class Security:
    """What a connection needs beyond an address.

    `*_file` are paths, `*_pem` the same in place; a store is PKCS12 or JKS. `extensions` are
    `key=value` pairs that go with a token (KIP-342), separated by commas.
    """

    protocol: str = "PLAINTEXT"
    mechanism: str = ""
    username: str = ""
    password: Secret = NO_SECRET
    ca_file: str = ""
    ca_pem: str = ""
    certificate_file: str = ""
    certificate_pem: str = ""
    key_file: str = ""
    key_pem: Secret = NO_SECRET
    key_password: Secret = NO_SECRET
    keystore_file: str = ""
    keystore_password: Secret = NO_SECRET
    truststore_file: str = ""
    truststore_password: Secret = NO_SECRET
    verify_certificate: bool = True
    verify_hostname: bool = True
    token_url: str = ""
    client_id: str = ""
    client_secret: Secret = NO_SECRET
    scope: str = ""
    extensions: str = ""
    aws_region: str = ""
    aws_profile: str = ""
    aws_role_arn: str = ""
    kerberos_service: str = "kafka"
    kerberos_domain: str = ""

    @property
    def uses_tls(self) -> bool:
        """Whether connections are encrypted."""
        return self.protocol.endswith("SSL")

    @property
    def uses_sasl(self) -> bool:
        """Whether a connection begins with saying who we are."""
        return self.protocol.startswith("SASL")


    def changed(self) -> dict[str, str | bool | Secret]:
        """The fields that are not as they are by default, by name."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: value for name, value in values if value != getattr(OPEN_DOOR, name)}


OPEN_DOOR = Security()
SECURITY_FIELDS = {one.name: str(one.type) for one in fields(Security)}
"""The fields by name, each with the name of its type: str, bool or Secret."""
