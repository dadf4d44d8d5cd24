"""Other tools' ways of writing a connection, each turned into properties of librdkafka or Java.

Written from each tool's documentation. A reader takes what its file holds, parsed, and gives each
connection's properties by name; rules about security are not here but in `connection`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Properties = dict[str, str]
Found = dict[str, Properties]
COLOUR = "lagtop.colour"
"""A property of ours: the colour in which the other tool shows the connection."""
_COLOURS = {"red": (255, 0, 0), "yellow": (255, 255, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}

_MECHANISMS = {
    "plain": "PLAIN",
    "plaintext": "PLAIN",
    "scram-sha256": "SCRAM-SHA-256",
    "scram-sha512": "SCRAM-SHA-512",
    "oauth": "OAUTHBEARER",
    "aws-msk-iam": "AWS_MSK_IAM",
}


def kaf(data: Any) -> Found:
    """`~/.kaf/config`: clusters with brokers, SASL, TLS."""
    return {str(one["name"]): _kaf_cluster(one) for one in data.get("clusters") or []}


def _kaf_cluster(one: Mapping[str, Any]) -> Properties:
    sasl, tls = one.get("SASL") or {}, one.get("TLS")
    protocol = one.get("security-protocol") or ""
    found = _common(one.get("brokers"), tls is not None or protocol.endswith("SSL"), bool(sasl))
    found |= _sasl(sasl.get("mechanism"), sasl.get("username"), sasl.get("password"))
    tls = tls or {}
    found |= _tls(
        tls.get("cafile"), tls.get("clientfile"), tls.get("clientkeyfile"), tls.get("insecure")
    )
    return _told(
        found
        | {
            "sasl.oauthbearer.client.id": sasl.get("clientID"),
            "sasl.oauthbearer.client.secret": sasl.get("clientSecret"),
            "sasl.oauthbearer.token.endpoint.url": sasl.get("tokenURL"),
            "sasl.oauthbearer.scope": " ".join(sasl.get("scopes") or []),
            "sasl.token": sasl.get("token"),
        }
    )


def kafkactl(data: Any) -> Found:
    """`kafkactl/config.yml`: contexts with brokers, tls, sasl."""
    return {
        str(name): _kafkactl_context(one or {})
        for name, one in (data.get("contexts") or {}).items()
    }


def _kafkactl_context(one: Mapping[str, Any]) -> Properties:
    sasl, tls = one.get("sasl") or {}, one.get("tls") or {}
    has_sasl, has_tls = bool(sasl.get("enabled")), bool(tls.get("enabled"))
    found = _common(one.get("brokers"), has_tls, has_sasl)
    if has_sasl:
        found |= _sasl(
            sasl.get("mechanism") or "plaintext", sasl.get("username"), sasl.get("password")
        )
        plugin = (sasl.get("tokenprovider") or {}).get("plugin")
        found["sasl.tokenprovider.plugin"] = plugin
    if has_tls:
        found |= _tls(tls.get("ca"), tls.get("cert"), tls.get("certKey"), tls.get("insecure"))
    return _told(found)


def rpk(data: Any) -> Found:
    """`rpk.yaml`: profiles with kafka_api."""
    return {str(one["name"]): _rpk_profile(one) for one in data.get("profiles") or []}


def _rpk_profile(one: Mapping[str, Any]) -> Properties:
    api = one.get("kafka_api") or {}
    tls, sasl = api.get("tls"), api.get("sasl") or {}
    has_tls = tls is not None and (tls == {} or tls.get("enabled") is not False)
    found = _common(api.get("brokers"), has_tls, bool(sasl))
    found |= _sasl(sasl.get("mechanism"), sasl.get("user"), sasl.get("password"))
    tls = tls or {}
    found |= _tls(
        tls.get("ca_file"),
        tls.get("cert_file"),
        tls.get("key_file"),
        tls.get("insecure_skip_verify"),
    )
    return _told(found)


def kcl(data: Any) -> Found:
    """`kcl/config.toml`: the file itself, or [profiles.NAME] in it."""
    profiles = data.get("profiles") or {data.get("current_profile") or "kcl": data}
    return {str(name): _kcl_profile(one) for name, one in profiles.items()}


def _kcl_profile(one: Mapping[str, Any]) -> Properties:
    sasl, tls = one.get("sasl") or {}, one.get("tls")
    found = _common(one.get("seed_brokers"), tls is not None, bool(sasl))
    found |= _sasl(sasl.get("method"), sasl.get("user"), sasl.get("pass"))
    tls = tls or {}
    found |= _tls(
        tls.get("ca_cert_path"),
        tls.get("client_cert_path"),
        tls.get("client_key_path"),
        tls.get("insecure"),
    )
    return _told(found)


def ktea(data: Any) -> Found:
    """`ktea/config.yaml`: clusters with a colour, servers, sasl, and TLS in two ages' words."""
    return {str(one["name"]): _ktea_cluster(one) for one in data.get("clusters") or []}


def _ktea_cluster(one: Mapping[str, Any]) -> Properties:
    sasl, tls = one.get("sasl") or {}, one.get("tls") or {}
    has_tls = bool(one.get("ssl-enabled") or tls.get("enable"))
    has_sasl = bool(sasl.get("username"))
    method = str(sasl.get("authMethod") or sasl.get("securityProtocol") or "PLAIN")
    found = _common(one.get("servers"), has_tls, has_sasl)
    if has_sasl:
        scram = re.search(r"SCRAM.SHA.?(256|512)", method)
        mechanism = f"SCRAM-SHA-{scram[1]}" if scram else "PLAIN"
        found |= _sasl(mechanism, sasl.get("username"), sasl.get("password"))
    found |= _tls(
        tls.get("caCertPath"), tls.get("clientCert"), tls.get("clientKey"), tls.get("skipVerify")
    )
    return _told(found | {COLOUR: _nearest_colour(str(one.get("color") or ""))})


def _nearest_colour(text: str) -> str:
    """One of our colours for `#RRGGBB`, nothing for anything else."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return ""
    given = bytes.fromhex(text[1:])

    def distance(name: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(given, _COLOURS[name], strict=True))

    return min(_COLOURS, key=distance)


def topicctl(data: Any) -> Found:
    """A cluster.yaml of topicctl: meta.name, and spec with bootstrapAddrs, tls, sasl."""
    spec, meta = data.get("spec") or {}, data.get("meta") or {}
    sasl, tls = spec.get("sasl") or {}, spec.get("tls") or {}
    has_sasl, has_tls = bool(sasl.get("enabled")), bool(tls.get("enabled"))
    found = _common(spec.get("bootstrapAddrs"), has_tls, has_sasl)
    if has_sasl:
        found |= _sasl(sasl.get("mechanism"), sasl.get("username"), sasl.get("password"))
    found |= _tls(
        tls.get("caCertPath"), tls.get("certPath"), tls.get("keyPath"), tls.get("skipVerify")
    )
    return {str(meta.get("name") or "topicctl"): _told(_with_variables(found))}


def yozefu(data: Any) -> Found:
    """`config.json`: clusters with librdkafka's properties under `kafka`."""
    clusters = data.get("clusters") or {}
    return {str(name): _told(one.get("kafka") or {}) for name, one in clusters.items()}


def kaskade(data: Any) -> Found:
    """A file of kaskade: librdkafka's properties under `kafka`, and AWS's under `aws`."""
    aws = {f"aws.{key}": value for key, value in (data.get("aws") or {}).items()}
    return {"kaskade": _told(_with_variables({**(data.get("kafka") or {}), **aws}))}


def akhq(data: Any) -> Found:
    """AKHQ's application.yml: Java's properties under akhq.connections.NAME.properties."""
    connections = (data.get("akhq") or data).get("connections") or {}
    return {
        str(name): _told(_with_variables(one.get("properties") or {}))
        for name, one in connections.items()
    }


def kafbat(data: Any) -> Found:
    """Kafbat's environment: `KAFKA_CLUSTERS_0_NAME`, `_BOOTSTRAPSERVERS`, `_PROPERTIES_*`."""
    found: dict[str, Properties] = {}
    names: dict[str, str] = {}
    for key, value in data.items():
        match = re.fullmatch(r"KAFKA_CLUSTERS_(\d+)_(\w+)", key)
        if match is None:
            continue
        number, rest = match.groups()
        properties = found.setdefault(number, {})
        if rest == "NAME":
            names[number] = value
        elif rest == "BOOTSTRAPSERVERS":
            properties["bootstrap.servers"] = value
        elif rest.startswith("PROPERTIES_"):
            properties[rest.removeprefix("PROPERTIES_").lower().replace("_", ".")] = value
        elif rest.startswith("SSL_TRUSTSTORE"):
            properties[f"ssl.{rest[4:].lower().replace('truststore', 'truststore.')}"] = value
    return {names.get(number, f"kafbat-{number}"): one for number, one in sorted(found.items())}


def _common(brokers: Any, tls: bool, sasl: bool) -> dict[str, Any]:
    servers = brokers if isinstance(brokers, str) else ",".join(map(str, brokers or []))
    protocol = f"{'SASL_' if sasl else ''}{'SSL' if tls else 'PLAINTEXT'}"
    return {"bootstrap.servers": servers, "security.protocol": protocol}


def _sasl(mechanism: Any, username: Any, password: Any) -> dict[str, Any]:
    word = str(mechanism or "")
    known = _MECHANISMS.get(word.lower(), word.upper())
    return {"sasl.mechanism": known, "sasl.username": username, "sasl.password": password}


def _tls(ca: Any, certificate: Any, key: Any, insecure: Any) -> dict[str, Any]:
    return {
        "ssl.ca.location": ca,
        "ssl.certificate.location": certificate,
        "ssl.key.location": key,
        "enable.ssl.certificate.verification": "false" if insecure else None,
    }


def _with_variables(found: Mapping[str, Any]) -> dict[str, Any]:
    """`${NAME}`, as other tools name a variable of the environment, in our words."""
    return {
        key: re.sub(r"\$\{([A-Z_][A-Z0-9_]*)\}", r"${env:\1}", str(value))
        for key, value in found.items()
        if value is not None
    }


def _told(found: Mapping[str, Any]) -> Properties:
    """Only what is said, as text."""
    return {
        str(key): str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in found.items()
        if value not in (None, "")
    }
