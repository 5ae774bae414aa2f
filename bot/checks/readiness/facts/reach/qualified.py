"""Whether a name in a file stands for something else of that name: `users.init` is no use of the `init` of `sentry`.

Rule: in Python and Go a function of a module is called through the name of its module, or by its own where the file
imports it, or is of the same package. What cannot be told apart counts as the same.
Out of sight: a module that is held by a variable.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile

QUALIFIED = frozenset({"python", "go"})
_PACKAGE = re.compile(rb"^package[ \t]+(\w+)", re.MULTILINE)
_MAX_TEXT = 20_000


def is_of_another(file: SourceFile, used: Element, name: str, home: SourceFile) -> bool:
    """Whether each place where an element names a function stands for another one than that of its home."""
    if home.language not in QUALIFIED or file.language != home.language:
        return False
    text = used.text if used.kind is Kind.ASSIGN else f"{used.name} {used.text}"
    qualifiers = [found[1] or "" for found in _named(name).finditer(text[:_MAX_TEXT])]
    return bool(qualifiers) and not any(_may_mean(file, qualifier, name, home) for qualifier in qualifiers)


@lru_cache(maxsize=512)
def _named(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w$.])(?:(?:\w{{1,80}}(?:\([^()\n]{{0,80}}\))?\.){{0,4}}(\w{{1,80}})\.)?{re.escape(name)}(?![\w$])"
    )


def _may_mean(file: SourceFile, qualifier: str, name: str, home: SourceFile) -> bool:
    if not qualifier:
        return _is_known_by_itself(file, name, home)
    known = module_names(home)
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


def module_names(home: SourceFile) -> set[str]:
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
