"""What runs in browsers alone: it guards, limits and logs nothing for the server.

Rule: the nearest package.json names a framework for pages, and nothing that answers requests, keeps data, or renders
pages on a server; or it renders none there, and the file imports what there is in browsers alone.
Out of sight: packages without a manifest of their own, which count as what the one above them is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname
from typing import NamedTuple

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.elements import Kind, SourceFile

_PAGES = re.compile(
    r"react-dom|vue|@angular/core|svelte|solid-js|preact|ember-source|lit|alpinejs|@builder\.io/qwik|backbone|jquery"
)
# What runs on a server as well, or on a desk: such a package may hold both. What Tauri shows runs in a browser's view.
_ELSEWHERE = re.compile(
    r"next|nuxt|@nuxt/.*|@sveltejs/kit|@sveltejs/adapter-.*|@remix-run/.*|@react-router/.*|@tanstack/(?:react|solid)-start|@solidjs/start"
    r"|astro|gatsby|vike|vinxi|nitropack|@builder\.io/qwik-city|@angular/ssr|@nguniversal/.*|blitz|redwood.*|@redwoodjs/.*|meteor.*|waku"
    r"|electron|express|fastify|@fastify/.*|koa|@koa/.*|hono|@hono/.*|@hapi/.*|@nestjs/.*|restify|polka|h3|elysia|sails"
    r"|@adonisjs/.*|@feathersjs/.*|@loopback/.*|@trpc/server|@apollo/server|apollo-server.*|graphql-yoga|ws|socket\.io|@vercel/node|vercel"
    r"|@netlify/functions|@cloudflare/.*|wrangler|firebase-functions|firebase-admin|@aws-sdk/.*|aws-lambda|serverless.*|convex|@medusajs/.*"
    r"|@strapi/.*|payload|@payloadcms/.*|@keystone.*|@prisma/client|prisma|pg|mysql2?|mongoose|mongodb|typeorm|sequelize|knex|drizzle-orm"
    r"|better-sqlite3|kysely|@supabase/ssr|next-auth|@auth/.*|better-auth|passport.*|nodemailer|bullmq?|ioredis|redis|@sentry/node"
)
# What renders pages on a server runs there what it runs in the browser.
_RENDERS = re.compile(
    r"next|nuxt|@nuxt/.*|@sveltejs/.*|@remix-run/.*|@react-router/.*|@tanstack/.*-start|@solidjs/start|astro|gatsby|vike|vinxi|waku"
    r"|nitropack|@builder\.io/qwik-city|@angular/ssr|@nguniversal/.*|blitz|@?redwood.*|meteor.*|@vue/server-renderer"
)
_OF_PAGES = re.compile(
    r"vue-router|vuex|pinia|react-dom(?:/client)?|react-router-dom|react-redux|@ember/.*|@angular/(?:router|platform-browser)"
    r"|@sentry/(?:browser|vue|react|angular|svelte)"
)
_SCRIPTS = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".mts", ".vue", ".svelte")
_DECLARED = ("dependencies", "devDependencies", "peerDependencies")


class _Package(NamedTuple):
    """Whether all of a package is for browsers, and whether it renders pages on a server."""

    for_browsers: bool
    renders: bool


class Browsers:
    """Tells which files are part of a package for browsers alone."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._packages = frozenset(files.select("**/package.json"))
        self._packages_of: dict[str, str | None] = {}
        self._known: dict[str, _Package] = {}

    def has(self, path: str) -> bool:
        """Whether a script is part of a package for browsers alone."""
        package = self._nearest(path) if path.endswith(_SCRIPTS) else None
        return package is not None and self._told(package).for_browsers

    def is_page(self, file: SourceFile) -> bool:
        """Whether a script imports what there is in browsers alone, in a package that renders no pages on a server."""
        if file.language != "typescript" or not any(map(_OF_PAGES.fullmatch, file.names(Kind.IMPORT))):
            return False
        package = self._nearest(file.path)
        return package is not None and not self._told(package).renders

    def _nearest(self, path: str) -> str | None:
        """The package.json that a file belongs to, noted for whoever asks."""
        folder = dirname(path)
        if folder not in self._packages_of:
            above = (one for one in _above(path) if one in self._packages)
            self._packages_of[folder] = next(above, None)
        found = self._packages_of[folder]
        return found if found and found in self._files else None

    def _told(self, path: str) -> _Package:
        """What a package.json says by what it depends on; of one that cannot be read, that it may be anything."""
        if path not in self._known:
            document = self._files.parsed(path)
            declared = [document.get(key) for key in _DECLARED] if document else []
            names = {str(name) for one in declared if isinstance(one, dict) for name in one}
            for_browsers = any(map(_PAGES.fullmatch, names)) and not any(map(_ELSEWHERE.fullmatch, names))
            self._known[path] = _Package(for_browsers, not names or any(map(_RENDERS.fullmatch, names)))
        return self._known[path]


def _above(path: str) -> Iterator[str]:
    """Yield where the package.json of a file may be, the nearest first."""
    while path:
        path = dirname(path)
        yield f"{path}/package.json".removeprefix("/")
