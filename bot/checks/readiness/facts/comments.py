"""A file's text without its comments, its lines kept: what is commented out is evidence of nothing.

Nor is what a script of the shell only says, by `echo` or `printf`, to whoever runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_STRINGS = r"""(?P<string>"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?{more})"""
_TEMPLATE = r"|`(?:[^`\\]++|\\.)*+`?"
_SLASHES = r"|//[^\n]*|/\*(?:.*?\*/|.*)"
_HASH = r"|(?:(?<=\s)|^)\#[^\n]*"
# What quotes in a text of prose or of markup mean is not theirs.
_PATTERNS = {
    "c": re.compile(_STRINGS.format(more=_TEMPLATE) + _SLASHES, re.DOTALL),
    "hash": re.compile(_STRINGS.format(more="") + _HASH, re.DOTALL | re.MULTILINE),
    # `#[Test]` is an attribute, and what a block of documentation says of `@test` is one, too.
    "php": re.compile(
        _STRINGS.format(more=r"|/\*\*(?:[^*@]++|\*(?!/)|@(?!test\b))*+@test\b")
        + _SLASHES
        + r"|(?:(?<=\s)|^)\#(?!\[)[^\n]*",
        re.DOTALL | re.MULTILINE,
    ),
    "both": re.compile(_STRINGS.format(more="") + _SLASHES + _HASH, re.DOTALL | re.MULTILINE),
    "python": re.compile(
        r'''(?P<string>""".*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?)|\#[^\n]*''', re.DOTALL
    ),
    "dashes": re.compile(_STRINGS.format(more="") + r"|--[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL),
    "markup": re.compile(r"(?P<string>(?!))|<!--(?:.*?-->|.*)", re.DOTALL),
    "line": re.compile(r"(?P<string>(?!))|^[ \t]*[#;][^\n]*", re.MULTILINE),
}
_KINDS = {
    "c": "js jsx ts tsx mjs cjs mts cts go java kt kts cs fs c cc cpp h hpp rs swift scala groovy gradle proto dart"
    " json jsonc json5 css scss less prisma",
    "hash": "rb sh bash zsh yml yaml toml ex exs cr pl r ps1 gemspec rake graphql",
    "php": "php",
    "both": "tf hcl tfvars",
    "python": "py pyi pyx bzl",
    "dashes": "sql lua hs",
    "markup": "md mdx markdown html htm xml vue svelte svg csproj props targets config xhtml fsproj",
    "line": "ini cfg conf properties env dockerfile txt service",
}
# Of what a comment begins with, one stands in every text that holds one.
_BEGINS = {
    **dict.fromkeys(("hash", "python"), ("#",)),
    **dict.fromkeys(("php", "both"), ("//", "/*", "#")),
    "c": ("//", "/*"),
    "dashes": ("--", "/*"),
    "line": ("#", ";"),
    "markup": ("<!--",),
}
_KIND_OF = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes.split()}
# Behind it stands neither a pipe nor a file that it is written to, and nothing in it is run.
_SAID = re.compile(
    r"^[ \t]*+(?:(?:then|else|do|\{)[ \t]++)?(?:echo|printf)(?=[ \t])"
    r"(?:\"(?:[^\"\\\n`$]|\\[^\n]|\$(?!\())*+\"|'[^'\n]*+'|[^\"'\n|><;&`$\\]|\$(?!\()|\\[^\n]|>&2)*+(?=[;\n]|\Z|&&)",
    re.MULTILINE,
)
_OF_A_SHELL = re.compile(r"\.(?:sh|bash|zsh|ksh)$|(?:^|/)[\w-]*entrypoint[\w-]*$", re.IGNORECASE)
_NAMES = {"gemfile": "hash", "rakefile": "hash", "makefile": "line", "procfile": "line", "justfile": "line"}


def without_comments(path: str, text: str) -> str:
    """The text with each comment as spaces; that of an unknown kind as it is."""
    name = path.rpartition("/")[2].lower()
    kind = _NAMES.get(name) or _KIND_OF.get(name.rpartition(".")[2])
    if kind is None and (name.startswith(("dockerfile", "containerfile", ".env"))):
        kind = "line"
    if kind is None or not any(begin in text for begin in _BEGINS[kind]):
        return text
    return "".join(_cut(_PATTERNS[kind], text))


def without_sayings(path: str, text: str) -> str:
    """A script of the shell without what it only says, as spaces; any other text as it is."""
    if not _OF_A_SHELL.search(path) or ("echo" not in text and "printf" not in text):
        return text
    return _SAID.sub(lambda found: " " * len(found[0]), text)


def _cut(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the pieces of a text, comments blank; strings, which most of what is found are, stay where they are."""
    position = 0
    for found in pattern.finditer(text):
        if found.lastgroup is None:
            yield text[position : found.start()]
            yield "\n".join(" " * len(line) for line in found[0].split("\n"))
            position = found.end()
    yield text[position:]
