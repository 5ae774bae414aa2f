"""Locks as real package managers write them, each with what it says in a file beside it.

The samples named `hand-…` were written by hand after the format's documentation.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checks.security.dependencies.locks.formats import FORMATS, format_of
from tests.checks.security.dependencies.locks.make import read_one, show_all

SAMPLES = sorted(path for path in (Path(__file__).parent / "samples").iterdir() if path.suffix != ".expected")


def real_name(sample: Path) -> str:
    """The name that a package manager gives the file."""
    return sample.name.partition(".")[2]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_lock_is_read_as_its_package_manager_means_it(sample: Path) -> None:
    file = read_one(real_name(sample), sample.read_bytes())

    assert show_all(file) == (sample.parent / f"{sample.name}.expected").read_text("utf-8").splitlines()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_the_line_of_a_dependency_holds_its_version_or_its_name(sample: Path) -> None:
    lines = sample.read_text("utf-8").split("\n")

    for locked in read_one(real_name(sample), sample.read_bytes()).packages:
        assert locked.line is not None
        said = [locked.package.version if locked.package else locked.source, locked.name.rpartition(":")[2]]
        assert any(one and one in lines[locked.line - 1] for one in said), (locked, lines[locked.line - 1])


def test_each_format_has_a_sample() -> None:
    assert {format_of(real_name(sample)) for sample in SAMPLES} == set(FORMATS)
