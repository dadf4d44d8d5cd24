"""The file of profiles: read with line numbers, written whole and private, comments kept."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from lagtop.cli import run
from lagtop.cli.arguments import Parser, add_cluster_options, settings_from
from lagtop.cli.policy import add_policy_options, policy_from
from lagtop.cli.screen import on_another
from lagtop.endpoints import Endpoint
from lagtop.errors import UsageError
from lagtop.profiles.store import is_private, put_profile, read_profiles, remove_profile
from lagtop.settings import Settings

MINE = """\
# what I know of our clusters
[prod] # careful
bootstrap_servers = "kafka-1:9093"
interval = 5
group = "^billing"
margin = 50
[prod.security]
protocol = "SASL_SSL"
mechanism = "PLAIN"
username = "me"
password = "planted-secret"
[[prod.alerts]]
name = "TooMuch"
metric = "lag_messages"
above = 7

[dev]
bootstrap_servers = "localhost"
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    path = tmp_path / "lagtop" / "profiles.toml"
    path.parent.mkdir()
    path.write_text(MINE)
    path.chmod(0o600)
    return path


def settings(*arguments: str) -> Settings:
    parser = Parser("test", "as the screen reads its options")
    add_cluster_options(parser)
    return settings_from(parser.parse_args(arguments))


def test_topics_are_chosen_by_command_line_environment_or_profile(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_profile(path, "new", {"bootstrap_servers": "new:1", "topic": "^orders"})

    def chosen(*words: str) -> str:
        topics = settings(*words).topics
        assert topics is not None
        return topics.pattern

    assert chosen("new") == "^orders"
    monkeypatch.setenv("LAGTOP_TOPIC", "^mails")
    assert chosen("new") == "^mails"
    assert chosen("new", "--topic", "^pay") == "^pay"


def test_comments_stay_and_only_we_can_read_it(path: Path) -> None:
    path.chmod(0o644)

    put_profile(path, "new", {"bootstrap_servers": "new:1", "security": {"protocol": "SSL"}})
    remove_profile(path, "dev")

    assert path.read_text().startswith(MINE[: MINE.index("\n[dev]")])
    assert list(read_profiles(path)) == ["prod", "new"]
    assert is_private(path)
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link_and_a_new_file_is_private(path: Path) -> None:
    linked = path.parent / "elsewhere.toml"
    path.rename(linked)
    path.symlink_to(linked)
    put_profile(path, "new", {"bootstrap_servers": "new:1"})
    fresh = path.parent / "deep" / "profiles.toml"
    put_profile(fresh, "new", {"bootstrap_servers": "new:1"})

    assert path.is_symlink()
    assert "new" in read_profiles(linked)
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("line", "words", "hint"),
    [
        ('bootstrap_server = "x"', "profiles.toml:19: no such key: bootstrap_server", "servers?"),
        ('margin = "20"', "profiles.toml:19: margin is a number, not a text", "margin = 20"),
        ("security.password = 4711", ":19: security.password is a text, not a number", '"'),
        ("[dev.security]\ncafile = 'x'", ":20: no such key: security.cafile", "ca_file?"),
        ('colour = "mauve"', ":19: colour: no such colour", "red"),
        ("columns = {groups = 3}", ":19: columns.groups is a list", ""),
        ('metrics = {1 = "kafka-1:9404"}', ":19: metrics: not an endpoint", "http://kafka-1:9404"),
        ("[dev.metrics]\n2 = 'ftp://a'", ":20: metrics: not an endpoint: '2=***'", "BROKER_ID"),
        ("metrics = {1 = 9404}", ":19: metrics.1 is a text, not a number", '"'),
        ("interval = = 3", "not TOML", ""),
    ],
)
def test_what_is_wrong_names_file_line_and_key(
    path: Path, line: str, words: str, hint: str
) -> None:
    path.write_text(MINE + line + "\n")

    with pytest.raises(UsageError) as caught:
        settings("dev")

    assert words in caught.value.what
    assert hint in caught.value.hint
    assert "4711" not in f"{caught.value.what} {caught.value.hint}"


def test_metrics_endpoints_stay_with_their_cluster(path: Path) -> None:
    there = {"1": "http://new-1:9404/metrics"}
    put_profile(path, "new", {"bootstrap_servers": "new:1", "metrics": there})
    parser = Parser("test", "as the screen reads its options")
    add_cluster_options(parser)
    here = parser.parse_args(["dev", "--metrics", "1=http://dev-1:9404/metrics"])

    on_new, back = (on_another(here, name) for name in ("new", "prod"))

    assert settings_from(here).metrics == (Endpoint("1", "http://dev-1:9404/metrics"),)
    assert settings_from(on_new).metrics == tuple(Endpoint(*one) for one in there.items())
    assert settings_from(back).metrics == ()


@pytest.mark.parametrize("words", [(), ("--theme", "light"), ("-d", "5", "--group", "^b")])
def test_without_a_cluster_the_screen_opens_the_last_profile(
    path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    path.write_text('[last]\nbootstrap_servers = "a:1"\nmargin = -3\n')
    (path.parent / "last-profile").write_text("last\n")

    assert run(words) == 64

    assert f"{path}:3: margin: not a safety margin" in capsys.readouterr().err


def test_the_command_line_before_the_environment_before_the_profile(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings("prod").interval_s == 5
    assert settings("prod").security.username == "me"
    monkeypatch.setenv("LAGTOP_INTERVAL", "7")
    monkeypatch.setenv("LAGTOP_SECURITY_USERNAME", "you")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "elsewhere:1")
    monkeypatch.setenv("LAGTOP_BOOTSTRAP_SERVERS", "elsewhere:2")

    found = settings("prod")

    assert (found.interval_s, found.security.username) == (7, "you")
    assert found.address == "kafka-1:9093"
    assert settings("prod", "--interval", "9", "--set", "sasl.username=they").interval_s == 9
    assert settings("prod", "--set", "sasl.username=they").security.username == "they"
    monkeypatch.delenv("LAGTOP_SECURITY_USERNAME")
    assert settings().address == "elsewhere:2"
    monkeypatch.delenv("LAGTOP_BOOTSTRAP_SERVERS")
    assert settings().address == "elsewhere:1"
    monkeypatch.setenv("LAGTOP_PROFILE", "dev")
    assert settings().address == "localhost:9092"
    assert settings("-b", "given").address == "given:9092"


def test_alert_rules_and_margin_come_from_the_profile(path: Path) -> None:
    parser = Parser("test", "as the screen reads its options")
    add_cluster_options(parser)
    add_policy_options(parser)
    options = parser.parse_args(["prod"])
    settings_from(options)

    policy = policy_from(options)

    assert policy.margin == 0.5
    assert "TooMuch" in {rule.name for rule in policy.rules}


def test_secrets_are_hidden_and_every_value_has_its_origin(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAGTOP_SECURITY_USERNAME", "you")

    assert run(["profiles", "show", "prod", "--origin"]) == 0

    told = capsys.readouterr().out
    assert f"security.password = ***  # {path}:11\n" in told
    assert "security.username = you  # LAGTOP_SECURITY_USERNAME\n" in told
    assert f"interval = 5  # {path}:4\n" in told
    assert "planted" not in told


def test_a_profile_is_added_imported_listed_and_removed(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = Path(__file__).parent / "files"
    assert run(["profiles", "add", "more", "-b", "x:1", "--tag", "MORE", "--no-test"]) == 0
    assert run(["profiles", "import", "kaf", str(files / "kaf.yaml"), "--only", "local"]) == 0
    copied = ["profiles", "import", "kcat", str(files / "kcat.conf"), "--copy", "--name", "copied"]
    assert run(copied) == 0
    assert run(["profiles", "remove", "dev"]) == 0

    profiles = read_profiles(path)

    assert list(profiles) == ["prod", "more", "local", "copied"]
    assert profiles["local"].values == {"source": f"kaf:{files / 'kaf.yaml'}#local"}
    assert profiles["copied"].values["security"]["password"] == "planted-secret"
    assert run(["profiles", "list"]) == 0
    told = capsys.readouterr().out
    assert "local                localhost:9092 PLAINTEXT\n" in told
    assert "planted" not in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "prod", "-b", "x:1"], "there already is a profile 'prod'"),
        (["add", "snapshot", "-b", "x:1"], "not a name for a profile: 'snapshot'"),
        (["add", "../x", "-b", "x:1"], "not a name for a profile"),
        (["add", "new"], "no address"),
        (["remove", "prd"], "did you mean prod?"),
        (["import", "kat"], "no such tool or file: kat"),
        (["test", "nothing"], "profiles: prod, dev"),
        (["wash"], "invalid choice"),
        ([], "show     what a profile says, secrets hidden\n"),
    ],
)
def test_what_cannot_be_done(
    path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run(["profiles", *arguments]) == 64

    assert words in capsys.readouterr().err
    assert path.read_text() == MINE


def test_a_test_that_fails_saves_nothing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profiles", "add", "new", "-b", "no-such-host.invalid:1"]) == 69

    assert "unknown host" in capsys.readouterr().err
    assert path.read_text() == MINE


def test_others_who_can_read_secrets_are_pointed_out(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.chmod(0o644)
    settings("prod")
    settings("dev")

    assert capsys.readouterr().err.count("chmod 600") == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("interval = -3", "interval: not an interval: '-3'"),
        ('group = "("', "group: not a regular expression: '('"),
        ('topic = "["', "topic: not a regular expression: '['"),
    ],
)
def test_a_value_that_cannot_be_names_file_line_and_key(path: Path, line: str, told: str) -> None:
    path.write_text(f'[prod]\nbootstrap_servers = "a:1"\n{line}\n')

    with pytest.raises(UsageError) as raised:
        settings("prod")
    assert raised.value.what == f"{path}:3: {told}"


def test_a_value_of_the_environment_that_cannot_be_names_its_variable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAGTOP_INTERVAL", "often")

    with pytest.raises(UsageError, match=r"^LAGTOP_INTERVAL: not an interval: 'often'"):
        settings("prod")
