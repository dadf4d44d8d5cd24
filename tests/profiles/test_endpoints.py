"""Metrics endpoints as people write them, with users, passwords and tokens that nobody sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from lagtop.cli import run
from lagtop.cli.arguments import Parser, add_cluster_options, add_connection_options, settings_from
from lagtop.endpoints import Endpoint
from lagtop.errors import UsageError
from lagtop.profiles import endpoints
from lagtop.profiles.endpoints import endpoints_from, parse_endpoint, shown_endpoint
from lagtop.profiles.store import put_profile, read_profiles, written_secrets
from lagtop.security import Secret
from lagtop.settings import Settings

URL = "https://a:9404/metrics"
SECRET = "planted-4711"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("LAGTOP_TEST_SECRET", SECRET)
    return tmp_path / "lagtop" / "profiles.toml"


def settings(*arguments: str) -> Settings:
    parser = Parser("test", "as the screen reads its options")
    add_cluster_options(parser)
    return settings_from(parser.parse_args(arguments))


def test_without_the_library_it_is_said_which_one_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoints, "find_spec", lambda _: None)

    with pytest.raises(UsageError, match="needs the library prometheus_client") as refused:
        endpoints_from(["1=http://a:9404/metrics"], {})
    assert refused.value.hint == "pip install 'lagtop[metrics]'"


@pytest.mark.parametrize(
    "text",
    ["1", "x=http://a", "1=ftp://a/b", "1=http://", "1=http://a:99999", "1=http://ho\x01st/"],
)
def test_what_is_no_endpoint_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="metrics: not"):
        parse_endpoint(text)


def test_endpoints_are_of_brokers_and_of_clients() -> None:
    assert endpoints_from(["1=http://a:9404/metrics", "client:billing-1=https://b/m"], {}) == [
        Endpoint("1", "http://a:9404/metrics"), Endpoint("client:billing-1", "https://b/m"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "header"),
    [
        (f"1=https://me:${{env:LAGTOP_TEST_SECRET}}@{URL[8:]}", f"me:{SECRET}"),
        (f"1=https://me:${{file:{{file}}}}@{URL[8:]}", "me:p/w@d:#"),
        (f"1=https://:${{env:LAGTOP_TEST_SECRET}}@{URL[8:]}", f"Bearer {SECRET}"),
    ],
    ids=["password", "password of a file", "token"],
)
def test_a_url_names_as_whom_it_is_asked(
    path: Path, tmp_path: Path, written: str, header: str
) -> None:
    file = tmp_path / "secret"
    file.write_text("p/w@d:#\n")
    (one,) = settings("-b", "a:1", "--metrics", written.replace("{file}", str(file))).metrics

    assert one.url == URL
    assert header in (f"{one.username}:{one.password.text}", one.authorization.text)
    assert SECRET not in repr(one)


@pytest.mark.parametrize(
    "text",
    [
        f"1=https://me:{SECRET}@a", f"1=https://:{SECRET}@a", f"1=https://{SECRET}@a",
        f"1=https://me:{SECRET}/@a", f"1=https://me:${{env:X}}@{SECRET}@a", f"me:{SECRET}@a",
        f"1=https://me:x${{env:X}}{SECRET}@a/b", f"1=ftp://me:{SECRET}@a",
        f"1=https://me:12/{SECRET}@h/", f"1=https://me:12#{SECRET}@h/",
        f"1=https://me:?{SECRET}@h/", f"1=https://me:{SECRET}%40h/", f"1=https://h/m?{SECRET}@h",
    ],
)  # fmt: skip
def test_a_written_secret_is_refused_and_not_said_again(text: str) -> None:
    with pytest.raises(UsageError, match="metrics: ") as refused:
        parse_endpoint(text)

    assert SECRET not in refused.value.told


def test_a_secret_that_is_not_there_or_is_no_token_names_its_setting(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"metrics\.1\.password: the environment has no NOBODY"):
        settings("-b", "a:1", "--metrics", "1=http://me:${env:NOBODY}@a")
    with pytest.raises(UsageError, match="is not allowed here"):
        settings("-b", "a:1", "--metrics", "1=http://me:${cmd:pass a}@a")
    monkeypatch.setenv("LAGTOP_TEST_SECRET", f"{SECRET}\nX-More: 1")
    with pytest.raises(UsageError, match="not one word") as refused:
        settings("-b", "a:1", "--metrics", "1=http://:${env:LAGTOP_TEST_SECRET}@a")
    assert SECRET not in refused.value.told


def test_a_profile_has_them_as_urls_and_as_tables_and_shows_no_secret(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = {
        "1": f"https://me:${{env:LAGTOP_TEST_SECRET}}@{URL[8:]}",
        "2": {"url": URL, "username": "me", "password": SECRET},
        "client:a": {"url": URL, "bearer": "${env:LAGTOP_TEST_SECRET}"},
    }
    put_profile(path, "new", {"bootstrap_servers": "new:1", "metrics": tables})

    assert settings("new").metrics == (
        Endpoint("1", URL, "me", Secret(SECRET)), Endpoint("2", URL, "me", Secret(SECRET)),
        Endpoint("client:a", URL, bearer=Secret(SECRET)),
    )  # fmt: skip
    assert written_secrets(read_profiles(path)["new"]) == ["metrics.2.password"]
    assert run(["profiles", "show", "new"]) == 0
    told = capsys.readouterr().out
    assert f"metrics.1 = https://me:${{env:LAGTOP_TEST_SECRET}}@{URL[8:]}\n" in told
    assert f"metrics.2 = https://me:***@{URL[8:]}\n" in told
    assert f"metrics.client:a = https://:${{env:LAGTOP_TEST_SECRET}}@{URL[8:]}\n" in told
    assert SECRET not in told


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"url": URL, "token": SECRET}, "no such key: metrics.1.token"),
        ({"url": URL, "password": 4711}, "metrics.1.password is a text, not a number"),
        ({"url": URL, "username": "me"}, "metrics.1: not a user and a password"),
        ({"url": URL, "username": "a", "password": SECRET, "bearer": SECRET}, "nor a token"),
        ({"url": "https://:${env:X}@a", "bearer": SECRET}, "its URL already says"),
        ({"bearer": SECRET}, "metrics: not an endpoint"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(
    path: Path, table: dict[str, object], words: str
) -> None:
    put_profile(path, "new", {"bootstrap_servers": "new:1", "metrics": {"1": table}})

    with pytest.raises(UsageError, match=words) as refused:
        settings("new")
    assert SECRET not in refused.value.told


def test_a_command_that_reads_no_metrics_fetches_no_secret_of_theirs(path: Path) -> None:
    put_profile(path, "new", {"bootstrap_servers": "new:1", "metrics": {
        "1": "https://me:${env:NOBODY}@a"}})  # fmt: skip
    parser = Parser("test", "as `lagtop probe` reads its options")
    add_connection_options(parser)

    assert settings_from(parser.parse_args(["new"])).metrics == ()


def test_an_endpoint_without_a_user_is_shown_as_it_is() -> None:
    assert shown_endpoint(Endpoint("1", URL)) == URL
