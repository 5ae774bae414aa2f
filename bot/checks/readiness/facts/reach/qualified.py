"""Whether a name in a file stands for something else of that name: `users.init` is no use of the `init` of `sentry`.

Rule: in Python and Go a function of a module is called through the name of its module, or by its own where the file
imports it, or is of the same package. A module of Python that imports a function has it, too: `__init__.py` hands on
what is beside it. In Rust it is another one where each path that leads to it ends in another module of the tree that
has one of that name. What cannot be told apart counts as the same.
Out of sight: a module that is held by a variable.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

QUALIFIED = frozenset({"python", "go"})
_PACKAGE = re.compile(rb"^package[ \t]+(\w+)", re.MULTILINE)
_MAX_TEXT = 20_000
# As often a function is handed on by one module to the next.
_MAX_HANDS = 3
_MAX_OTHERS = 60


def is_of_another(file: SourceFile, used: Element, name: str, home: SourceFile, modules: frozenset[str]) -> bool:
    """Whether each place where an element names a function stands for another one than that which the modules have."""
    if file.language == home.language == "rust":
        text = f"{used.name} {used.text}"
        # What stands behind a dot is a method: `registry().init()`.
        return len(text) < _MAX_TEXT and all(found[1] in modules for found in _pathed(name).finditer(text))
    if home.language not in QUALIFIED or file.language != home.language:
        return False
    text = used.text if used.kind is Kind.ASSIGN else f"{used.name} {used.text}"
    qualifiers = [found[1] or "" for found in _named(name).finditer(text[:_MAX_TEXT])]
    return bool(qualifiers) and not any(_may_mean(file, qualifier, name, home, modules) for qualifier in qualifiers)


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


def _may_mean(file: SourceFile, qualifier: str, name: str, home: SourceFile, known: frozenset[str]) -> bool:
    if not qualifier:
        return _is_known_by_itself(file, name, home)
    # `import x.y as z`, `from x import y as z`, `z "example.com/x/y"`.
    held = {bound for one in file.imports if _last(one.name) in known for bound in one.text.split()}
    also = any(re.search(rf"\b{re.escape(module)}\s+as\s+{re.escape(qualifier)}\b", file.code) for module in known)
    return qualifier in known | held or also


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
