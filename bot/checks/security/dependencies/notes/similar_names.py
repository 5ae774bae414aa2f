"""Names that are one letter away from those of packages that many more use.

Rule: a name that no file of the merge base has, with one letter added, left out, changed or swapped against one of the
most downloaded names of PyPI or npm, and not itself a name that many use.
Source: `popular/`, whose files say where they come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from bot.checks.security.dependencies.notes.sides import Sides, each, note
from bot.model import Finding

RULE = "similar-name"
_FILES: Final = {"PyPI": "pypi.txt", "npm": "npm.txt"}
_FIX: Final = "make sure that this is the package that you mean"
# Shorter names have too many neighbours to tell anything.
_MIN_LENGTH: Final = 4
_MAX_LENGTH: Final = 60


def find(sides: Sides) -> Iterator[Finding]:
    """Yield one finding a name, at its first place."""
    told = {(ecosystem, one.name) for ecosystem, one in each(sides.before)}
    for ecosystem, one in each(sides.after):
        key = ecosystem, one.name
        if key in told or ecosystem not in _FILES:
            continue
        told.add(key)
        if popular := find_similar(ecosystem, one.name):
            message = f"{one.name} is one letter away from {popular}, which many more use"
            about = f"{ecosystem}\0{one.name}"
            yield note(RULE, message, path=one.path, line=one.line, about=about, fix=_FIX)


def find_similar(ecosystem: str, name: str) -> str | None:
    """The popular name that a name is one letter away from; None where it is none, or is popular itself."""
    names, shortened = _load(ecosystem)
    if not _MIN_LENGTH <= len(name) <= _MAX_LENGTH or name in names:
        return None
    candidates = sorted({one for short in _shorten(name) for one in shortened.get(short, ())})
    return next((one for one in candidates if is_one_letter_away(name, one)), None)


def is_one_letter_away(one: str, other: str) -> bool:
    """Whether one letter added, left out, changed, or swapped with the next makes one name of the other."""
    if len(one) > len(other):
        one, other = other, one
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(other) - len(one) == 1:
        return one[same:] == other[same + 1 :]
    if len(one) != len(other) or same == len(one):
        return False
    swapped = one[same : same + 2] == other[same : same + 2][::-1] and one[same + 2 :] == other[same + 2 :]
    return swapped or one[same + 1 :] == other[same + 1 :]


@cache
def _load(ecosystem: str) -> tuple[frozenset[str], Mapping[str, tuple[str, ...]]]:
    """The names that many use, and those worth imitating by each of their forms with a letter left out."""
    lines = files(__package__).joinpath("popular", _FILES[ecosystem]).read_text("utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    popular = [name for name in names if not name.startswith("~") and len(name) >= _MIN_LENGTH]
    shortened: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for name in popular:
        for short in _shorten(name):
            shortened[short] += (name,)
    return frozenset(name.removeprefix("~") for name in names), dict(shortened)


def _shorten(name: str) -> frozenset[str]:
    return frozenset({name, *(name[:at] + name[at + 1 :] for at in range(len(name)))})
