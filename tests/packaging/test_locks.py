"""The locks hold what pyproject.toml asks for, whole, by hash, and name no place to get it from."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ASKED = {
    "runtime": PROJECT["project"]["dependencies"],
    "dev": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]],
    "build": PROJECT["build-system"]["requires"],
}


def _text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text()


def _pins(lock: str) -> dict[str, Requirement]:
    """The pins that hold for this Python and platform, by name."""
    lines = re.findall(r"^[a-z0-9][^\\\n]*", _text(lock), re.MULTILINE)
    pins = [Requirement(line) for line in lines]
    return {canonicalize_name(pin.name): pin for pin in pins if pin.marker is None or pin.marker.evaluate()}


def _version(pin: Requirement) -> str:
    [specifier] = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("lock", ASKED)
def test_what_is_asked_for_is_pinned_to_a_version_that_will_do(lock: str) -> None:
    pins = _pins(lock)
    wrong = [
        asked
        for asked in map(Requirement, ASKED[lock])
        if (pin := pins.get(canonicalize_name(asked.name))) is None
        or not asked.specifier.contains(_version(pin), prereleases=True)
    ]
    assert wrong == []


@pytest.mark.parametrize("lock", ["runtime", "dev"])
def test_what_is_pinned_has_all_that_it_needs_itself(lock: str) -> None:
    pins = _pins(lock)
    asked = {str(canonicalize_name(each.name)): frozenset(each.extras) for each in map(Requirement, ASKED[lock])}
    missing = {
        f"{name} needs {needed}"
        for name in pins
        for needed in map(Requirement, requires(name) or ())
        if _is_needed(needed, asked.get(name, frozenset()))
        and (
            (pin := pins.get(canonicalize_name(needed.name))) is None
            or not needed.specifier.contains(_version(pin), prereleases=True)
        )
    }
    assert missing == set()


def _is_needed(needed: Requirement, extras: frozenset[str]) -> bool:
    environment = {str(key): str(value) for key, value in default_environment().items()}
    return needed.marker is None or any(
        needed.marker.evaluate({**environment, "extra": extra}) for extra in (*extras, "")
    )


@pytest.mark.parametrize("lock", ASKED)
def test_each_pin_has_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", _text(lock), flags=re.MULTILINE).strip())
    assert [entry.split()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


@pytest.mark.parametrize("lock", ASKED)
def test_no_lock_names_a_place(lock: str) -> None:
    assert re.findall(r"https?:|file:|--index|--extra|--find|--trusted", _text(lock)) == []


@pytest.mark.parametrize("lock", ["runtime", "build"])
def test_all_locks_agree_on_a_version(lock: str) -> None:
    dev = _pins("dev")
    assert {name: _version(pin) for name, pin in _pins(lock).items()} == {
        name: _version(dev[name]) for name in _pins(lock)
    }
