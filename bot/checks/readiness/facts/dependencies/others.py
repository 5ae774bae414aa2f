"""go.mod, Gemfile, gemspecs, Cargo.toml and projects of .NET.

Sources: https://go.dev/ref/mod#go-mod-file, https://bundler.io/man/gemfile.5.html,
https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html and
https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files (read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.dependencies.declared import Dependency
from bot.checks.readiness.facts.files import Files

_GO = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[a-z]+(?:/[\w.~-]+)*)\s+v\d[^\s]*\s*$")
_GEM = re.compile(r"""^(\s*)(?:gem|\w+\.add_(?:runtime_)?dependency)[\s(]+["']([\w.-]+)["'](.*)$""")
_GROUP = re.compile(r"^\s*group\b(.*)\bdo\b")
_END = re.compile(r"^\s*end\b")
_DEVELOPMENT_GROUP = re.compile(r":(?:development|test|ci|lint)\b")
_OTHER_GROUP = re.compile(r":(?:default|production)\b")
_XML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_REFERENCE = re.compile(r"""<(?:PackageReference|FrameworkReference|PackageVersion)\b[^>]*\bInclude="([\w.-]+)\"""")
_NOT_LINE_BREAK = re.compile(r"[^\n]")
_CARGO_TABLES = {"dependencies": False, "build-dependencies": True, "dev-dependencies": True}


def read_go_mod(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the modules that are required directly."""
    for number, line in enumerate(files.lines(path), 1):
        code, _, comment = line.partition("//")
        found = _GO.match(code)
        if found and "indirect" not in comment:
            yield Dependency("go", found[1].lower(), development=False, path=path, line=number)


def read_gemfile(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the gems; those of the groups development and test are of development."""
    inside = False
    for number, line in enumerate(files.lines(path), 1):
        group = _GROUP.match(line)
        if group or _END.match(line):
            inside = bool(group and _is_development(group[1]))
        found = _GEM.match(line)
        if found:
            yield Dependency("gem", found[2].lower(), inside or _is_development(found[3]), path, number)


def _is_development(groups: str) -> bool:
    return bool(_DEVELOPMENT_GROUP.search(groups)) and not _OTHER_GROUP.search(groups)


def read_cargo(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the crates of a package, for any target; of a workspace those that it shares."""
    document = files.parsed(path)
    if document is None:
        return
    tables: list[tuple[tuple[str, ...], bool]] = [((table,), dev) for table, dev in _CARGO_TABLES.items()]
    tables.append((("workspace", "dependencies"), False))
    targets = document.get("target")
    if isinstance(targets, Mapping):
        tables += [(("target", name, table), dev) for name in targets for table, dev in _CARGO_TABLES.items()]
    for place, development in tables:
        crates = document.get(*place)
        if isinstance(crates, Mapping):
            for name in crates:
                yield Dependency("cargo", name.lower(), development, path, document.line(*place, name))


def read_dotnet(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the packages that a project refers to."""
    text = _XML_COMMENT.sub(lambda found: _NOT_LINE_BREAK.sub(" ", found[0]), files.text(path) or "")
    for found in _REFERENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Dependency("nuget", found[1].lower(), development=False, path=path, line=line)
