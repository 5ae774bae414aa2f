"""Which files of tests a command collects: by its runner, its folder, the paths that it names, and tags of a build.

Source: the documentation of pytest, RSpec, PHPUnit, Go, Jest, Maven's Surefire and Laravel Dusk (read 2026-11-30).
Out of sight: what a runner's own configuration leaves out, and what expressions of names choose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from posixpath import dirname, normpath

from bot.checks.readiness.facts.runners import collects
from bot.checks.readiness.facts.workflows import Ran
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.testing import jest, maven

# Runners that collect what they are given by path, and everything where they are given none.
_BY_PATH = re.compile(
    r"(?:\S*/)?(?:(?:coverage run (?:\S+ )*|python[0-9.]* )?(?:-m )?(?:pytest|py\.test)|rspec|phpunit|pest|go test"
    r"|gotestsum|dotnet test|(?:php )?artisan test)(?:\s+|$)"
)
_BY_LABEL = re.compile(r"(?:python[0-9.]{0,4} )?(?:[^\s/]{0,40}/){0,6}(?:manage\.py|django-admin) test(?:\s+|$)")
# A file of tests in Python that starts its runner itself, which runs no other.
_SCRIPT = re.compile(r"python[0-9.]* ((?:\S{0,200}/)?(?:test_\w{1,80}|\w{1,80}_tests?)\.py)(?:\s|$)")
# These take parts of paths.
_BY_PART = re.compile(r"(?:\S*/)?(?:vitest(?: run| related)?|jest)(?:\s+|$)")
# Options that take no value in the next word; of any other that word may be its value.
_ALONE = re.compile(
    r"--?(?:v{1,3}|q|s|x|l|r\w+|i|race|short|cover|verbose|quiet|parallel|colors?|coverage|compact|ff|lf|ci|silent)"
    r"|--(?:showlocals|exitfirst|runInBand|passWithNoTests|forceExit|detectOpenHandles|no-\w+|run)"
    r"|--[\w-]+=\S*|-\w+=\S*"
)
_OF_MSBUILD = re.compile(r"[\"']?/\w{1,30}:")
_PROJECT = re.compile(r"\.(?:cs|fs|vb)proj$")
_WAY_OUT = re.compile(r"(?<![\w.])\.\.(?![\w.])")
# Runners of these languages collect nothing beside the package that they stand in.
_PACKAGES = ("go.mod", "package.json", "Cargo.toml")
_BUILD_TAG = re.compile(r"^//go:build[ \t]+([A-Za-z_]\w*)[ \t]*$", re.MULTILINE)
# Those of systems are set by where it is built.
_OF_SYSTEMS = frozenset({"linux", "darwin", "windows", "unix", "amd64", "arm64", "cgo", "race", "gc"})
_MAX_HEAD, _MAX_TEXT = 4_000, 60_000
_BY_DUSK = re.compile(r"\bDuskTestCase\b|Laravel\\Dusk")
_OF_FAILSAFE = re.compile(r"(?:IT|ITCase)\.(?:java|kt|groovy)$|/IT[A-Z]\w*\.(?:java|kt)$")
_MAVEN = re.compile(r"(?:\S*/)?(?:mvnw?(?:\.cmd)?|mvnd)\s")
_WITH_FAILSAFE = re.compile(r"\s(?:verify|install|deploy|integration-test|failsafe\S*)(?:\s|$)|-Dtest=")
_GRADLE = re.compile(r"(?:\S*/)?gradlew?(?:\.bat)?\s")
_SOURCE_SET = re.compile(r"(?:^|/)src/((?!test/|main/|android|common|jvm)\w+)/(?:java|kotlin|groovy|scala)/")
# Marks that a command leaves out, and how files say that they have one.
_WITHOUT = re.compile(
    r"\bnot\s+\(?(\w{2,40})|!=\s*(\w{2,40})|-DexcludedGroups=[\"']?(\w{2,40})|--exclude-group[= ](\w{2,40})"
)
_MARK = r"mark\.{0}\b|(?:Trait|Category|TestCategory)\([^)\n]{{0,80}}\"{0}\"|@Tag\(\"{0}\"|@group {0}\b|Group\('{0}'"
_SUITE = re.compile(r"--testsuite[= ](\S+)")
_LARGER = re.compile(r"(?i)(?:^|/)tests?/(?:feature|integration|functional|browser|e2e)/")


def collected(look: Look, ran: Ran, path: str) -> bool:
    """Whether a run collects a file: one in a folder that has tests of its own collects those, and no others."""
    if not collects(ran, path) or _is_left_out(look, ran, path):
        return False
    folder = ran.folder
    if not folder or path.startswith(f"{folder}/"):
        return True
    # What the shell puts in, and a way out of the folder, may lead anywhere.
    if _WAY_OUT.search(f"{folder} {ran.text}") or "$" in folder:
        return True
    is_package = any(f"{folder}/{name}" in look.files for name in _PACKAGES)
    return not is_package and not any(collects(ran, own) for own in look.suites.within(folder))


def _is_left_out(look: Look, ran: Ran, path: str) -> bool:
    """Whether a runner passes a file over, as it is called."""
    ways = (_by_path, _by_mark, _BY_LANGUAGE.get(path.rpartition(".")[2], _never))
    return any(way(look, ran, path) for way in ways)


def _by_path(look: Look, ran: Ran, path: str) -> bool:
    if (match := _BY_PART.match(ran.text)) is not None:
        words = ran.text[match.end() :].split()
        given = [word.removeprefix("./") for word in _positional(words)]
        given += [after for before, after in pairwise(words) if before == "--dir"]
        return bool(given) and not any(one in path or re.search(r"[$*\\^|(]", one) for one in given)
    named = list(_named(look, ran))
    return bool(named) and not any(path == one or path.startswith(f"{one}/") for one in named)


def _named(look: Look, ran: Ran) -> Iterator[str]:
    """Yield the paths that a command names, from the repository's root; none where it may collect everything."""
    if (script := _SCRIPT.match(ran.text)) is not None:
        yield normpath(f"{ran.folder or '.'}/{script[1]}")
        return
    labels = _BY_LABEL.match(ran.text)
    match = labels or _BY_PATH.match(ran.text)
    found: list[str] = []
    for word in _positional(ran.text[match.end() :].split()) if match else ():
        plain = word.partition("::")[0].removesuffix("...").rstrip("/")
        # Django's `test` takes modules, which are folders of files.
        if labels and "/" not in plain:
            plain = plain.replace(".", "/")
        at = normpath(f"{ran.folder or '.'}/{plain or '.'}")
        at = dirname(at) or "." if _PROJECT.search(at) else at
        if at in {".", ran.folder} or re.search(r"[$*{]|\.sln[fx]?$", word):
            return
        if at in look.files or look.files.has_folder(at):
            found.append(at)
    yield from found


def _positional(words: Sequence[str]) -> Iterator[str]:
    """Yield the words that are no options, nor may be the value of one."""
    for before, word in pairwise(["", *words]):
        if (
            not word.startswith("-")
            and not _OF_MSBUILD.match(word)
            and (not before.startswith("-") or _ALONE.fullmatch(before))
        ):
            yield word


def _by_mark(look: Look, ran: Ran, path: str) -> bool:
    names = {name for found in _WITHOUT.findall(ran.text) for name in found if name}
    text = (look.files.text(path) or "")[:_MAX_TEXT] if names else ""
    return any(re.search(_MARK.format(re.escape(name)), text) for name in names)


def _by_jest(look: Look, ran: Ran, path: str) -> bool:
    """Whether a file is one that Jest is not told to look for."""
    return jest.leaves_out(look.files, ran, path)


def _never(_look: Look, _ran: Ran, _path: str) -> bool:
    return False


def _by_go(look: Look, ran: Ran, path: str) -> bool:
    """Whether a file is built with a tag that neither the command nor the environment sets."""
    tag = _BUILD_TAG.search((look.files.text(path) or "")[:_MAX_HEAD])
    if tag is None or tag[1] in _OF_SYSTEMS or re.search(rf"-tags?[= ]\S*(?<!\w){tag[1]}(?!\w)", ran.text):
        return False
    return not any("GOFLAGS" in (look.files.text(one) or "") for one in {ran.step.path, ran.place.path})


def _by_php(look: Look, ran: Ran, path: str) -> bool:
    """Whether a file is Dusk's, which has a command of its own, or of a larger suite than is asked for."""
    suite = _SUITE.search(ran.text)
    if suite and "unit" in suite[1].lower() and "," not in suite[1] and _LARGER.search(path):
        return True
    by_dusk = re.search(r"\b(?:dusk|pest)\b", ran.text) is None
    return by_dusk and _BY_DUSK.search((look.files.text(path) or "")[:_MAX_TEXT]) is not None


def _by_jvm(look: Look, ran: Ran, path: str) -> bool:
    """Whether a file is Failsafe's, which is not run, of a module that skips tests, or of sources whose task is not."""
    if maven.leaves_out(look.files, ran, path):
        return True
    if _MAVEN.match(ran.text) and _OF_FAILSAFE.search(path):
        return "-DskipITs" in ran.text or not _WITH_FAILSAFE.search(ran.text)
    sources = _SOURCE_SET.search(path) if _GRADLE.match(ran.text) else None
    return sources is not None and not re.search(rf"(?i)check|build|{sources[1][:3]}", ran.text.partition(" ")[2])


def _by_rust(_look: Look, ran: Ran, path: str) -> bool:
    """Whether a file is a test of its own beside the crate, where only the crate's own are asked for."""
    only = re.search(r"\s--(?:lib|bins?|doc)(?:\s|$)", ran.text) and not re.search(
        r"--(?:tests?|all-targets)\b", ran.text
    )
    return bool(only and re.search(r"(?:^|/)tests/", path))


_BY_LANGUAGE: Mapping[str, Callable[[Look, Ran, str], bool]] = {
    "go": _by_go,
    "php": _by_php,
    **dict.fromkeys(("java", "kt", "groovy", "scala"), _by_jvm),
    "rs": _by_rust,
    **dict.fromkeys(("js", "jsx", "ts", "tsx", "mjs", "mts", "cjs", "cts"), _by_jest),
}
