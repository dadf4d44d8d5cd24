"""`sasl.jaas.config`: Java's way of saying who logs in, one line with a class name and options."""

from __future__ import annotations

import re

from lagtop.security import AWS_MSK_IAM

Options = dict[str, str]
_ENTRY = re.compile(r"\s*([\w.$]+)\s+(?:required|requisite|sufficient|optional)\b(.*)", re.DOTALL)
_OPTION = re.compile(r'([\w.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))', re.DOTALL)

FIELDS = {
    "username": "username",
    "password": "password",
    "clientId": "client_id",
    "clientSecret": "client_secret",
    "scope": "scope",
    "oauth.client.id": "client_id",
    "oauth.client.secret": "client_secret",
    "oauth.scope": "scope",
    "oauth.token.endpoint.uri": "token_url",
    "awsProfileName": "aws_profile",
    "awsRoleArn": "aws_role_arn",
    "awsStsRegion": "aws_region",
    "serviceName": "kerberos_service",
}
"""Options of the login modules of Apache Kafka, Strimzi and AWS, by the field that they fill."""

KNOWN_WITHOUT_USE = frozenset(
    {"useKeyTab", "storeKey", "useTicketCache", "renewTicket", "awsDebugCreds", "refreshKrb5Config"}
)


def parse_jaas(text: str) -> tuple[Options, list[str]]:
    """The fields of a Security that a JAAS line fills, and the options that it cannot carry.

    Raises ValueError, without the line: there is a password in it.
    """
    match = _ENTRY.match(text)
    if match is None:
        raise ValueError('like: org...PlainLoginModule required username="..." password="...";')
    module, rest = match.groups()
    found: Options = {}
    left_out: list[str] = []
    extensions = []
    for name, quoted, bare in _OPTION.findall(rest):
        value = bare or re.sub(r"\\(.)", r"\1", quoted)
        if name.startswith("extension_"):
            extensions.append(f"{name.removeprefix('extension_')}={value}")
        elif name in FIELDS:
            found[FIELDS[name]] = value
        elif name not in KNOWN_WITHOUT_USE:
            left_out.append(name)
    if extensions:
        found["extensions"] = ",".join(extensions)
    if module.endswith("IAMLoginModule"):
        found["mechanism"] = AWS_MSK_IAM
    return found, left_out
