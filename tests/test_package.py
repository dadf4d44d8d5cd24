"""The wheel that users install: all of lagtop is in it, and its command starts."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import lagtop

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None,
    reason="hatchling is not installed; `pip install -e '.[test]'` brings it",
)


def pip(*arguments: str) -> None:
    """Run this Python's pip, which must ask no registry."""
    subprocess.run(
        [sys.executable, "-m", "pip", *arguments, "--no-deps", "--no-index", "--quiet"],
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built now."""
    directory = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(directory), str(ROOT))
    (built,) = directory.glob("*.whl")
    return built


def files_below(directory: Path, prefix: str) -> set[str]:
    """The files below a directory of the project, as the wheel should name them."""
    return {
        f"{prefix}/{path.relative_to(directory).as_posix()}"
        for path in directory.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_everything_of_lagtop_and_nothing_else_is_inside(wheel: Path) -> None:
    themes = files_below(ROOT / "themes", "lagtop/themes")
    expected = files_below(ROOT / "lagtop", "lagtop") | themes

    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert inside == expected
    assert "lagtop/py.typed" in inside
    assert themes


def test_the_installed_command_starts(wheel: Path, tmp_path: Path) -> None:
    pip("install", "--target", str(tmp_path / "site"), str(wheel))

    ran = subprocess.run(
        [str(tmp_path / "site" / "bin" / "lagtop"), "--version"],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )

    assert (ran.returncode, ran.stdout.strip()) == (0, f"lagtop {lagtop.__version__}"), ran.stderr
