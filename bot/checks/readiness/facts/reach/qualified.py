"""Whether a name in a file stands for something else of that name: `users.init` is no use of the `init` of `sentry`.

Rule: in Python and Go a function of a module is called through the name of its module, or by its own where the file
imports it, or is of the same package. A module of Python that imports a function has it, too: `__init__.py` hands on
what is beside it. In Rust it is another one where each path that leads to it ends in another module of the tree that
has one of that name. What cannot be told apart counts as the same.
Out of sight: a module that is held by a variable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

QUALIFIED = frozenset({"python", "go"})
_PACKAGE = re.compile(rb"^package[ \t]+(\w+)", re.MULTILINE)
_MAX_TEXT = 20_000
# As often a function is handed on by one module to the next.
_MAX_HANDS = 3
_MAX_OTHERS = 60


@dataclass(frozen=True)
class Namesake:
    """The name of a function in one file that holds it, which may stand for another one.

    Attributes:
        home: the file that the function is defined in.
        modules: of Python and Go those that have it, of Rust those that have another one.
    """

    file: SourceFile
    name: str
    home: SourceFile
    modules: frozenset[str]
    _meaning: dict[str, bool] = field(default_factory=dict)

    def is_another(self, used: Element) -> bool:
        """Whether each place where an element of the file names the function stands for another one."""
        language = self.home.language
        if self.file.language == language == "rust":
            text = f"{used.name} {used.text}"
            # What stands behind a dot is a method: `registry().init()`.
            return len(text) < _MAX_TEXT and all(one[1] in self.modules for one in _pathed(self.name).finditer(text))
        if language not in QUALIFIED or self.file.language != language:
            return False
        text = used.text if used.kind is Kind.ASSIGN else f"{used.name} {used.text}"
        qualifiers = {found[1] or "" for found in _named(self.name).finditer(text[:_MAX_TEXT])}
        return bool(qualifiers) and not any(self._may_mean(one) for one in qualifiers)

    def _may_mean(self, qualifier: str) -> bool:
        if qualifier not in self._meaning:
            known = qualifier in self._held if qualifier else _is_known_by_itself(self.file, self.name, self.home)
            self._meaning[qualifier] = known
        return self._meaning[qualifier]

    @cached_property
    def _held(self) -> frozenset[str]:
        """What the file calls the modules: `import x.y as z`, `from x import y as z`, `z "example.com/x/y"`."""
        bound = {one for found in self.file.imports if _last(found.name) in self.modules for one in found.text.split()}
        named = "|".join(re.escape(one) for one in sorted(self.modules))
        renamed = re.finditer(rf"\b(?:{named})\s++as\s++(\w++)", self.file.code) if named else ()
        return self.modules.union(bound, (found[1] for found in renamed))


@lru_cache(maxsize=512)
def _named(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w$.])(?:(?:\w{{1,80}}(?:\([^()\n]{{0,80}}\))?\.){{0,4}}(\w{{1,80}})\.)?{re.escape(name)}(?![\w$])"
    )


@lru_cache(maxsize=512)
def _pathed(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w:.])(?:(?:\w{{1,80}}::){{0,6}}(\w{{1,80}})::)?{re.escape(name)}(?![\w:])")


def others_having(source: Source, name: str, home: SourceFile) -> frozenset[str]:
    """The names of the modules of Rust that have a function of that name, but for the one that is asked about."""
    if home.language != "rust":
        return frozenset()
    files = [source.file(path) for path in source.mentioning(f"fn {name}", language="rust")[:_MAX_OTHERS]]
    having = {_module_of_rust(one) for one in files if any(at.last_name == name for at in one.functions)}
    return frozenset(having - {_module_of_rust(home)})


def _module_of_rust(file: SourceFile) -> str:
    stem = file.path.rpartition("/")[2].removesuffix(".rs")
    return _folder(file.path).rpartition("/")[2] if stem == "mod" else stem


def _is_known_by_itself(file: SourceFile, name: str, home: SourceFile) -> bool:
    if file.path == home.path:
        return True
    if home.language == "go":
        return _folder(file.path) == _folder(home.path) or any("." in one.text.split() for one in file.imports)
    own = any(one.name == name and file.class_around(one) is None for one in file.functions)
    return not own or name in _bound(file)


def _bound(file: SourceFile) -> set[str]:
    return {name for one in file.imports for name in one.text.split()}


def modules_having(source: Source, name: str, home: SourceFile) -> frozenset[str]:
    """The names of the modules that others may have a function from: its own, and those that import it from one."""
    known = frozenset(_module_names(home))
    naming = frozenset(source.mentioning(name, language="python")) if home.language == "python" else frozenset[str]()
    for _ in range(_MAX_HANDS if naming else 0):
        near = source.mentioning(*known, language="python")
        files = [source.file(path) for path in near if path in naming or path.endswith("__init__.py")]
        more = known.union(*(_module_names(one) for one in files if _takes_in(one, name, known)))
        if more == known:
            break
        known = more
    return known


def _takes_in(file: SourceFile, name: str, modules: frozenset[str]) -> bool:
    # `from module import *` binds no name.
    everything = file.says("import *")
    found = (one for one in file.imports if _last(one.name) in modules)
    return any(name in one.text.split() or (everything and not one.text) for one in found)


def _module_names(home: SourceFile) -> set[str]:
    """The names by which others know the module that a file is, or the package that it is of."""
    stem, folder = home.path.rpartition("/")[2].rpartition(".")[0], _folder(home.path).rpartition("/")[2]
    if home.language == "go":
        said = _PACKAGE.search(home.content[:_MAX_TEXT])
        return {folder, said[1].decode() if said else folder}
    return {folder if stem == "__init__" else stem}


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _last(module: str) -> str:
    return re.split(r"[./]", module)[-1]
