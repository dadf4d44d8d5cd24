"""The examples in the docstrings hold."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize(
    "module", ["analysis.words", "export.grid", "ui.text", "ui.names", "ui.spark"]
)
def test_every_example_in_a_docstring_is_true(module: str) -> None:
    failed, tried = doctest.testmod(import_module(f"lagtop.{module}"))

    assert tried > 0
    assert failed == 0
