"""Folders that are a site of documentation: their pages are code, and none of the product's.

Rule: a folder below the root with the configuration of a generator of such sites; or a package of JavaScript that
depends on what makes pages of Markdown, itself or below, and holds at least twice as many of them as files of code.
Neither may hold code of another language, or depend on what serves requests or keeps data: a file put beside a program
makes it none.
Source: https://docusaurus.io/docs/configuration, https://vitepress.dev/reference/site-config (read 2026-11-30).
Out of sight: a site whose pages are all written as components; one that is the whole repository is the product.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

_CONFIGURED = re.compile(
    r"(?:^|/)(?:docusaurus\.config\.\w+|mint\.json|\.(?:vitepress|vuepress)/config\.\w+|antora\.yml)$"
)
_GENERATOR = re.compile(r"/?\.(?:vitepress|vuepress)$")
_MAKES_PAGES = re.compile(
    r"@docusaurus/.*|@mdx-js/.*|@next/mdx|next-mdx-remote|nextra.*|fumadocs-.*|@astrojs/(?:starlight|mdx)|vitepress|vuepress|mintlify"
    r"|contentlayer2?|gatsby-plugin-mdx|remark(?:-.*)?|rehype-.*"
)
_SERVES = re.compile(
    r"express|fastify|koa|hono|@hono/.*|@hapi/.*|@nestjs/.*|restify|polka|elysia|@trpc/server|@apollo/server|apollo-server.*|graphql-yoga"
    r"|@prisma/client|prisma|pg|mysql2?|mongoose|mongodb|typeorm|sequelize|knex|drizzle-orm|kysely|ioredis|redis|bullmq?|kafkajs|amqplib"
)
_PAGE = re.compile(r"\.mdx?$")
_SCRIPT = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|astro)$")
_PROGRAM = re.compile(r"\.(?:py|go|rb|java|kt|cs|php|rs|scala|exs?)$")
_FEWEST_PAGES = 20
_TIMES = 2
# A site that lies deeper is none that anybody made.
_DEEPEST = 12


def find_sites(paths: Sequence[str], names: Callable[[str], frozenset[str]]) -> Mapping[str, str]:
    """The folders, from the repository's root, each with the file that says so.

    Args:
        paths: of all files.
        names: what a package.json depends on.
    """
    found = {_GENERATOR.sub("", _folder(path)): path for path in paths if _CONFIGURED.search(path)}
    packages = {_folder(path) for path in paths if path.endswith("/package.json")}
    candidates = {one for one in packages | found.keys() if one and one.count("/") < _DEEPEST}
    pages, scripts, programs = _count_below(paths, candidates) if candidates else (Counter[str](),) * 3
    inside: dict[str, list[str]] = {}
    for package in packages if candidates else ():
        for folder in _around(f"{package}/package.json"):
            inside.setdefault(folder, []).append(f"{package}/package.json")
    for one in sorted(candidates):
        many = one in packages and pages[one] >= max(_FEWEST_PAGES, _TIMES * scripts[one])
        if one not in found and not many:
            continue
        # What a package of packages depends on stands in each of them.
        depends_on = frozenset().union(*map(names, inside.get(one, ())))
        if any(map(_SERVES.fullmatch, depends_on)):
            found.pop(one, None)
        elif any(map(_MAKES_PAGES.fullmatch, depends_on)):
            found.setdefault(one, f"{one}/package.json")
    return {one: marker for one, marker in found.items() if one in candidates and not programs[one]}


def site_of(path: str, sites: Mapping[str, str]) -> str | None:
    """The file that says that what a path is below is a site; None where it is below none."""
    return next((sites[one] for one in _around(path) if one in sites), None) if sites else None


def _count_below(paths: Sequence[str], folders: set[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How many pages, scripts, and files of other programs each folder has below it."""
    pages, scripts, programs = Counter[str](), Counter[str](), Counter[str]()
    kinds = ((_PAGE, pages), (_SCRIPT, scripts), (_PROGRAM, programs))
    for path in paths:
        counter = next((counter for pattern, counter in kinds if pattern.search(path)), None)
        if counter is not None:
            counter.update(one for one in _around(path) if one in folders)
    return pages, scripts, programs


def _around(path: str) -> Iterator[str]:
    """Yield the folders that a file is in, the outermost first, without the root."""
    at = path.find("/")
    for _ in range(_DEEPEST):
        if at < 0:
            return
        yield path[:at]
        at = path.find("/", at + 1)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
