"""Files that configure how coverage is measured, where the change edits them.

What the change's own tests report is a claim; a change that edits what makes the report can make it say more. A file
that holds other settings too counts only where its text speaks of coverage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.checks.coverage.words import make_fingerprint
from bot.globs import Glob
from bot.model import Certainty, Change, ChangedFile, Finding, Severity

_OWN_NAMES = """
.coveragerc .nycrc* nyc.config.* .c8rc* jest.config.* vitest.config.* .simplecov codecov.y*ml .codecov.y*ml .lcovrc
gcovr.cfg *.runsettings coverlet*.json phpunit.xml*
"""
_SHARED_NAMES = """
setup.cfg tox.ini pyproject.toml pytest.ini package.json pom.xml build.gradle* *.csproj Directory.Build.props Makefile
noxfile.py
"""
_OWN = [Glob(f"**/{name}") for name in _OWN_NAMES.split()]
_SHARED = [*(Glob(f"**/{name}") for name in _SHARED_NAMES.split()), Glob(".github/workflows/*.y*ml")]
_WORDS = (b"coverage", b"--cov", b"jacoco", b"coverlet", b"lcov", b"coverprofile", b"c8", b"nyc")


def find_producers(change: Change) -> list[ChangedFile]:
    """The changed files that configure the measuring."""
    own = [file for file in change.files if _matches(_OWN, file)]
    shared = [file for file in change.files if file not in own and _matches(_SHARED, file)]
    old = dict(change.merge_base.read_many(file.old_path for file in shared if file.old_path))
    new = dict(change.head.read_many(file.path for file in shared if file.new_oid))
    speaking = [
        file for file in shared if any(_speaks(text) for text in (old.get(file.old_path or ""), new.get(file.path)))
    ]
    return [*own, *speaking]


def _matches(globs: Iterable[Glob], file: ChangedFile) -> bool:
    return any(glob.matches(path) for glob in globs for path in (file.path, file.old_path) if path)


def _speaks(text: object) -> bool:
    return isinstance(text, bytes) and any(word in text for word in _WORDS)


def find_edited_producers(
    files: Sequence[ChangedFile], matches: Callable[[str], bool], *, fails: bool
) -> Iterator[Finding]:
    """One finding for each."""
    for file in files:
        if not matches(file.path):
            continue
        added = next(file.added_lines(), None)
        yield Finding(
            rule="coverage-config-edited",
            message="the change edits what configures how coverage is measured: its report is a claim",
            severity=Severity.LOW,
            certainty=Certainty.NOTE,
            path=file.path,
            line=added.start if added else None,
            fingerprint=make_fingerprint("coverage-config-edited", file.path, file.new_oid or ""),
            fix="look whether files, lines or tests are left out that were measured before",
            fails=fails,
        )
