"""Who may import whom: the contracts in pyproject.toml, and what a clean process really loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"numpy", "textual", "aiokafka", "kafka", "plotext", "asyncio"}


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a clean process, from the root of the project."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_import_contracts_hold() -> None:
    ran = run_python("from importlinter.cli import lint_imports_command as c; c()", "--no-cache")

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("code", "must_not_load"),
    [
        ("import lagtop", "numpy textual aiokafka kafka asyncio argparse"),
        ("import lagtop.snapshot", "textual plotext aiokafka kafka asyncio"),
        ("import lagtop.analysis.observer", "textual plotext aiokafka kafka asyncio"),
        ("import lagtop.export.formats", "textual plotext aiokafka kafka asyncio"),
        ("import lagtop.wire.poller", "textual plotext"),
        ("import lagtop.ui.app", "aiokafka kafka plotext"),
    ],
    ids=lambda value: value.removeprefix("import "),
)
def test_a_part_does_not_load_what_it_has_no_business_with(code: str, must_not_load: str) -> None:
    loaded = run_python(f"import sys; {code}; print(*sys.modules)")

    assert loaded.returncode == 0, loaded.stderr
    assert set(loaded.stdout.split()) & set(must_not_load.split()) == set()


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_the_first_words_load_nothing_heavy(flag: str) -> None:
    loaded = run_python(
        "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
        f"sys.argv = ['lagtop', {flag!r}];"
        "from lagtop.__main__ import main; sys.exit(main())"
    )

    assert loaded.returncode == 0
    assert "lagtop" in loaded.stdout
    assert set(loaded.stderr.split()) & HEAVY == set()
