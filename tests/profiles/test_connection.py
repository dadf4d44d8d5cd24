"""Both libraries' properties become one Security, and what is wrong names its place."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.traceback import Traceback

from lagtop.cli.arguments import Parser, add_cluster_options, settings_from
from lagtop.cli.assignment import parse_assignment
from lagtop.errors import UsageError
from lagtop.profiles.connection import Connection, check, connection_from
from lagtop.profiles.property_file import parse_properties
from lagtop.profiles.store import read_profiles
from lagtop.security import Secret, Security
from lagtop.settings import Settings

LIBRDKAFKA = r"""
# kcat.conf
metadata.broker.list = a:9092,b:9092
security.protocol=sasl_ssl
sasl.mechanisms=SCRAM-SHA-256
sasl.username=me
sasl.password=back\slash#and=more
ssl.ca.location=/ca.pem
enable.ssl.certificate.verification=false
group.id=ignored
"""
JAVA = r"""
! client.properties
bootstrap.servers: a:9092, \
    b:9092
security.protocol SASL_SSL
sasl.mechanism=SCRAM-SHA-256
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
  username="me" \
  password="quo\\"te\u0021";
ssl.truststore.type=PEM
ssl.truststore.location=/ca.pem
ssl.endpoint.identification.algorithm=
"""


def read(text: str) -> Connection:
    return connection_from(parse_properties(text, "file"))


def test_librdkafkas_names_and_its_backslashes() -> None:
    assert read(LIBRDKAFKA) == Connection(
        "a:9092,b:9092",
        Security(
            "SASL_SSL",
            "SCRAM-SHA-256",
            "me",
            Secret(r"back\slash#and=more"),
            ca_file="/ca.pem",
            verify_certificate=False,
        ),
    )


def test_javas_names_and_its_escapes() -> None:
    assert read(JAVA) == Connection(
        "a:9092, b:9092",
        Security(
            "SASL_SSL",
            "SCRAM-SHA-256",
            "me",
            Secret('quo"te!'),
            ca_file="/ca.pem",
            verify_hostname=False,
        ),
    )


@pytest.mark.parametrize(
    ("module", "field", "value"),
    [
        ('x.OAuthBearerLoginModule required clientId="c";', "client_id", "c"),
        ('x.JaasClientOauthLoginCallbackHandler required oauth.client.id="c";', "client_id", "c"),
        ('x.OAuthBearerLoginModule required extension_logicalCluster="lkc";', "extensions",
         "logicalCluster=lkc"),
        ("software.amazon.msk.auth.iam.IAMLoginModule required;", "mechanism", "AWS_MSK_IAM"),
        ('x.IAMLoginModule required awsProfileName="dev";', "aws_profile", "dev"),
        ('x.Krb5LoginModule required useKeyTab=true serviceName="k";', "kerberos_service", "k"),
    ],
)  # fmt: skip
def test_login_modules(module: str, field: str, value: str) -> None:
    found = read(f"sasl.jaas.config={module}")

    assert getattr(found.security, field) == value
    assert found.left_out == ()


def test_what_cannot_be_carried_over_is_said() -> None:
    found = read("security.protocol=SSL\nssl.cipher.suites=A\nsasl.usrname=me\nacks=all")

    assert found.left_out == (
        "file:2: ssl.cipher.suites has no use here",
        "file:3: sasl.usrname has no use here; did you mean sasl.username?",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a=1\nsecurity.protocol=TLS", "file:2: security.protocol: no such choice: 'TLS'"),
        ("sasl.mechanism=SCRAM-SHA256", "file:1: sasl.mechanism: no such choice"),
        ("enable.ssl.certificate.verification=maybe", "file:1: enable.ssl.certificate"),
        ("sasl.jaas.config=secret-4711", "file:1: sasl.jaas.config cannot be read"),
        ("sasl.username=me\nnonsense", "file:2: not a setting: 'nonsense'"),
    ],
)
def test_what_is_wrong_names_file_line_and_key(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)

    assert words in caught.value.what
    assert "4711" not in caught.value.what + caught.value.hint


@pytest.mark.parametrize(
    ("security", "words"),
    [
        (Security(mechanism="PLAIN"), "which has no SASL"),
        (Security("SASL_SSL"), "sasl.mechanism is not set"),
        (Security("SASL_SSL", "PLAIN"), "no sasl.username"),
        (Security("SASL_SSL", "PLAIN", "me"), "no sasl.password"),
        (Security("SASL_SSL", "OAUTHBEARER"), "no token endpoint"),
        (Security("SASL_SSL", "OAUTHBEARER", token_url="file:///etc"), "no token endpoint"),
        (Security("SASL_SSL", "OAUTHBEARER", token_url="https://x"), "no client id"),
    ],
)
def test_what_cannot_work_is_refused_before_a_call(security: Security, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check(security)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("security.protocol", "not KEY=VALUE"),
        ("security.protocl=SSL", "no such property: security.protocl did you mean security.prot"),
        ("sasl.password=4711", "everybody on this machine could read it"),
        ("sasl.password=x${env:X}4711", "everybody on this machine could read it"),
        ("sasl.password=${env:LAGTOP_NOT_THERE}", "the environment has no LAGTOP_NOT_THERE"),
        ("sasl.password=${file:/not/there}", "/not/there: no such file"),
        ("sasl.password=${cmd:echo 4711}", "is not allowed here"),
        ("sasl.password=${prompt}", "no terminal"),
    ],
)
def test_a_flag_that_cannot_be(assignment: str, words: str) -> None:
    base = ["security.protocol=SASL_SSL", "sasl.mechanism=PLAIN", "sasl.username=me"]
    with pytest.raises(UsageError) as caught:
        entered("-b", "x:1", *(word for one in (*base, assignment) for word in ("--set", one)))

    told = f"{caught.value.what} {caught.value.hint}"
    assert words in told
    assert assignment.startswith("sasl.password=${cmd") or "4711" not in told


def entered(*arguments: str) -> Security:
    parser = Parser("test", "as the screen reads its options")
    add_cluster_options(parser)
    return settings_from(parser.parse_args(arguments)).security


def test_the_command_line_comes_before_the_file(tmp_path: Path) -> None:
    config, secret = tmp_path / "kcat.conf", tmp_path / "password"
    config.write_text(LIBRDKAFKA)
    secret.write_text("from a file\n")
    password = f"sasl.password=${{file:{secret}}}"

    found = entered("--config", str(config), "--set", password, "--set", "sasl.username=you")

    assert (found.username, found.password.text) == ("you", "from a file")


def test_a_secret_is_not_shown() -> None:
    security = Security("SASL_SSL", "PLAIN", "me", Secret("4711"))

    assert "4711" not in f"{security} {security!r} {security.password} {[security.password]}"


def test_a_crash_report_with_all_locals_holds_no_secret() -> None:
    settings = Settings((("x", 1),), security=Security("SASL_SSL", "PLAIN", "me", Secret("4711")))
    assert settings.security.password.text
    out = io.StringIO()
    try:
        raise RuntimeError("a bug")
    except RuntimeError:
        Console(file=out, width=200).print(Traceback(show_locals=True))

    assert "username='me'" in out.getvalue()
    assert "4711" not in out.getvalue().replace('Secret("4711")', "")


def test_a_proxy_is_said_to_be_none_wherever_it_is_asked_for(tmp_path: Path) -> None:
    told = "lagtop goes through no SOCKS proxy"

    assert told in read("bootstrap.servers=a:1\nsocks5.proxy=localhost:1080\n").left_out[0]
    with pytest.raises(UsageError, match=told):
        parse_assignment("socks5_proxy=localhost:1080")
    path = tmp_path / "profiles.toml"
    path.write_text('[prod]\nbootstrap_servers = "a:1"\nproxy = "socks5://localhost:1080"\n')
    with pytest.raises(UsageError, match=f"profiles.toml:3: proxy: {told}"):
        read_profiles(path)
