"""Names by which tests reach the app or a database that their own text says nothing of.

Rule: a fixture, a base class or a helper of the tests, in a file of its own, that reaches it in its text, or by another
such name. A fixture of pytest is known to the tests of its folder; other names to all tests in the same language.
Source: https://docs.pytest.org/en/stable/how-to/fixtures.html (read 2026-11-30).
Out of sight: helpers of other packages, fixtures that every test of a folder has.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from posixpath import dirname

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files, Role
from bot.checks.readiness.facts.needles import AnyOf

# Words of the name of a helper's file, or of one of the two folders above it.
_HELPERS = re.compile(
    r"(?i)conftest|base|abstract|helper|fixture|factory|support|common|util|context|harness|setup"
    r"|test[_-]?(?:case|server|app|client|env|suite|db)|^tests?$"
)
# The folder of a project of tests in .NET: `Todo.Api.Tests`. What stands in it may be named for anything.
_PROJECT = re.compile(r"\.\w{0,40}Tests?$")
_NEAREST = 3
_ENDINGS = ("py", "js", "ts", "mjs", "cjs", "tsx", "java", "cs", "go", "rb", "php", "rs")
_WORDS_BEFORE = "export|default|public|internal|abstract|sealed|static|async|pub|final|open|protected|private|partial"
# A class may stand in a namespace; what else stands within something is a part of it.
_BLOCK = re.compile(
    rf"^((?:[ \t]{{0,4}}(?:@|\[|#\[)[^\n]{{0,300}}\n){{0,8}})"
    rf"(?:(?:(?:{_WORDS_BEFORE})[ \t]+){{0,5}}(?:function|fn|def|func(?:[ \t]+\([^()\n]{{1,60}}\))?|const|let|var)"
    rf"|[ \t]{{0,4}}(?:(?:{_WORDS_BEFORE})[ \t]+){{0,5}}(?:class|trait|module|record))[ \t]+(\w{{2,80}})",
    re.MULTILINE,
)
# Tests below a constant are no part of it.
_TESTS = re.compile(
    r"\n(?:RSpec\.|Deno\.|QUnit\.)?(?:x?describe|context|suite|feature|scenario|module|it|test)\b"
    r"[.\w]{0,40}[ \t]*[(\"']"
)
_FIXTURE = re.compile(r"@(?:pytest\.|pytest_asyncio\.)?fixture\b(?:\([^)\n]{0,200}?\bname[ \t]*=[ \t]*[\"'](\w+))?")
_GIVEN = re.compile(r"\bdef \w+\(([^()]*)")
# A file that starts what stands in for servers, rather than the product.
_STANDS_IN = re.compile(r"\bsetupServer\(|[\"'](?:msw(?:/node)?|mockttp|json-server)[\"']")
# Entity Framework's store in memory is no database, though its tables are made as those of one.
_NO_DATABASE, _TABLES_MADE = "UseInMemoryDatabase(", re.compile(r"\bEnsureCreated(?:Async)?+\(")
_PARAMETERS = re.compile(r"\bdef test\w*\(([^()]*)")
_WORD = re.compile(r"\w+")
_MAX_FILES, _MAX_BLOCKS, _MAX_BYTES, _ROUNDS = 60, 200, 100_000, 3
# So short a name may be anything's.
_SHORTEST = 5
_ANYONES = frozenset({"setup", "render", "request", "client", "server", "create", "build", "start", "helper", "config"})


@dataclass(frozen=True)
class _Block:
    """A declaration of a helper's file, with its text; `folder` is that of the tests that know it as a fixture."""

    name: str
    text: str
    path: str
    folder: str | None

    @property
    def ending(self) -> str:
        """The ending of the file's name."""
        return self.path.rpartition(".")[2]

    @cached_property
    def words(self) -> frozenset[str]:
        """The names that it may take: a fixture is given others by its parameters."""
        parameters = _GIVEN.search(self.text) if self.folder is not None else None
        return frozenset(_WORD.findall(parameters[1] if parameters else self.text))

    @property
    def reaching(self) -> str:
        """Its text, without what makes the tables of a database that is none."""
        return _TABLES_MADE.sub("", self.text) if _NO_DATABASE in self.text else self.text

    @property
    def tells(self) -> bool:
        """Whether its name, where others use it, is this one's and no word of anybody's."""
        return self.folder is not None or (len(self.name) >= _SHORTEST and self.name.lower() not in _ANYONES)


class Helpers:
    """The helpers of a repository's tests that reach the app or a database."""

    def __init__(self, files: Files, tests: Container[str], reaches: AnyOf) -> None:
        self._files = files
        self._tests = tests
        self._reaches = reaches

    def reached(self, path: str, code: str) -> bool:
        """Whether the tests of a file, without comments, use one of them."""
        known = [one for one in self._known if one.ending[:2] == path.rpartition(".")[2][:2]]
        fixtures = {one.name for one in known if one.folder is not None and path.startswith(one.folder)}
        if fixtures and not fixtures.isdisjoint(_WORD.findall(" ".join(_PARAMETERS.findall(code)))):
            return True
        names = {one.name for one in known if one.folder is None and one.path != path}
        return bool(names) and not names.isdisjoint(_WORD.findall(code))

    @cached_property
    def _known(self) -> Sequence[_Block]:
        blocks = list(self._blocks())
        known = [one for one in blocks if self._reaches.found_in(one.reaching)]
        for _ in range(_ROUNDS):
            names, taken = {one.name for one in known if one.tells}, set(map(id, known))
            known += [one for one in blocks if id(one) not in taken and not names.isdisjoint(one.words)]
        return [one for one in known if one.tells]

    def _blocks(self) -> Iterator[_Block]:
        found = self._files.select(*(f"*.{one}" for one in _ENDINGS), roles=(Role.TEST,))
        named = {one for one in found if any(map(_HELPERS.search, one.split("/")[-_NEAREST:]))}
        others = [one for one in found if one not in named and any(map(_PROJECT.search, one.split("/")[-_NEAREST:-1]))]
        # What holds no tests itself is more of a helper.
        order = sorted(named, key=lambda one: (not one.endswith("conftest.py"), one in self._tests, one))
        paths = [*order, *sorted(others, key=lambda one: (one.endswith("Tests.cs"), one))][:_MAX_FILES]
        self._files.prefetch(paths)
        for path in paths:
            code = without_comments(path, (self._files.text(path) or "")[:_MAX_BYTES])
            if _STANDS_IN.search(code):
                continue
            begins = list(islice(_BLOCK.finditer(code), _MAX_BLOCKS))
            for at, one in enumerate(begins):
                following = begins[at + 1].start() if at + 1 < len(begins) else len(code)
                beside = _TESTS.search(code, one.end(), following)
                text = code[one.start() : beside.start() if beside else following]
                fixture = _FIXTURE.search(one[1])
                folder = f"{dirname(path)}/".removeprefix("/") if fixture else None
                yield _Block((fixture[1] if fixture else None) or one[2], text, path, folder)
