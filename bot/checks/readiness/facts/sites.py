"""Folders that are a site of documentation, told by paths alone: its pages are code, and none of the product's.

Rule: a folder below the root with the configuration of a generator of such sites, or a package of JavaScript that holds
at least twice as many pages of Markdown as files of code.
Source: https://docusaurus.io/docs/configuration, https://vitepress.dev/reference/site-config (read 2026-11-30).
Out of sight: a site whose pages are all written as components; one that is the whole repository is the product.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_CONFIGURED = re.compile(
    r"(?:^|/)(?:docusaurus\.config\.\w+|mint\.json|\.(?:vitepress|vuepress)/config\.\w+|antora\.yml)$"
)
_GENERATOR = re.compile(r"/?\.(?:vitepress|vuepress)$")
_PAGE = (".md", ".mdx")
_CODE = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|astro|py|go|rb|java|kt|cs|php|rs|scala|exs?)$")
_FEWEST_PAGES = 20
_TIMES = 2


def find_sites(paths: Sequence[str]) -> frozenset[str]:
    """The folders, from the repository's root."""
    packages = {_folder(path) for path in paths if path.endswith("/package.json")}
    pages, code = _count_below(paths, packages)
    sites = {_GENERATOR.sub("", _folder(path)) for path in paths if _CONFIGURED.search(path)}
    sites |= {one for one in packages if pages[one] >= max(_FEWEST_PAGES, _TIMES * code[one])}
    return frozenset(sites - {""})


def is_below(path: str, folders: frozenset[str]) -> bool:
    """Whether a path is below one of the folders."""
    return bool(folders) and any(one in folders for one in _around(path))


def _count_below(paths: Sequence[str], packages: set[str]) -> tuple[Counter[str], Counter[str]]:
    """How many pages, and how many files of code, each package has below it."""
    pages: Counter[str] = Counter()
    code: Counter[str] = Counter()
    for path in paths if packages else ():
        counter = pages if path.endswith(_PAGE) else code if _CODE.search(path) else None
        for folder in _around(path) if counter is not None else ():
            if counter is not None and folder in packages:
                counter[folder] += 1
    return pages, code


def _around(path: str) -> Iterator[str]:
    """Yield the folders that a file is in, the innermost first, without the root."""
    folder = _folder(path)
    while folder:
        yield folder
        folder = _folder(folder)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
