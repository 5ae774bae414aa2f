"""Routes of JavaScript and TypeScript, framework by framework."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import look

_EXPRESS = '{"dependencies": {"express": "4"}}'
_FASTIFY = '{"devDependencies": {"x": "1"}, "dependencies": {"fastify": "4"}}'
_REMIX = '{"dependencies": {"@remix-run/node": "2"}}'
_GIVEN = "module.exports = (app) => {\n  app.get('/a/:id', f)\n  app.post('/b', g)\n}\n"
_PLUGIN = "module.exports = async function (fastify, opts) {\n  fastify.get('/a', async () => 1)\n}\n"
_METHOD_FIRST = (
    "import Own from './Own'\nexport class A extends Own {\n  mount() {\n    this.route('GET', '/a/:id', f)\n"
    "    this.route('PUT', '/b', guard, (req) => 1)\n    this.route('GET', word, f)\n    this.on('get', '/c')\n  }\n}\n"
)
_CLIENT = (
    "import Client from './Client'\nasync function charge() {\n  const a = await api.method('POST', '/a', f)\n"
    "  api.method('POST', '/b', { amount: 1 })\n  api.method('POST', '/c', f)\n}\n"
)
_DESCRIBED = (
    "import { createRoute } from '@hono/zod-openapi'\nexport const one = createRoute({\n  method: 'get',\n"
    "  path: '/users/{id}',\n})\n"
)
_CALLS = (
    "import Router from 'koa-router'\nrouter.post('users.list', auth(), f)\ncache.get('users.list', f)\n"
    "router.get('users', f)\n"
)
_LOOPBACK = (
    "import {get, post} from '@loopback/rest'\nexport class A {\n  @get('/a/{id}')\n  async x() {}\n"
    "  @post('/b')\n  async y() {}\n}\n"
)
_TSOA = (
    "import {Controller, Get, Route, Post} from 'tsoa'\n@Route('users')\nexport class U extends Controller {\n"
    "  @Get('{id}')\n  async x() {}\n  @Post()\n  async y() {}\n}\n"
)
_INVERSIFY = (
    "import { all, controller, httpGet, httpPost } from 'inversify-express-utils'\n"
    "@controller('/v1/items', TYPES.Guard)\nexport class U extends BaseHttpController {\n"
    "  @httpGet('/:id', TYPES.Other)\n  async x() {}\n  @httpPost('/')\n  async y() {}\n  @all('*')\n  z() {}\n}\n"
)
_NEST = (
    "import {Controller, Delete, Get, Post} from '@nestjs/common'\nimport {routes} from './routes'\n"
    "@Controller(routes.version)\nexport class U {\n  @Get(routes.user.root)\n  x() {}\n"
    "  @Post(Paths.Made)\n  y() {}\n  @Delete(unknown.there)\n  z() {}\n}\n"
)
_CONSTANTS = (
    "const root = 'users'\nexport const routes = {\n  version: 'v1' as const,\n"
    "  user: { root: root, one: `/${root}/:id` },\n}\nexport enum Paths { Made = 'made' }\n"
)
_BY_NAME = (
    "import express from 'express'\nimport {PATHS} from './paths'\nconst app = express()\n"
    "app.get(PATHS.ITEMS, f)\napp.post(`${PATHS.ITEMS}/new`, f)\nstore.get(PATHS.ITEMS, f)\napp.get(PATHS.NONE, f)\n"
)
_ADONIS = (
    "import router from '@adonisjs/core/services/router'\nrouter.get('/a', [A, 'index'])\n"
    "router.group(() => {\n  router.post('/b', [A, 'x'])\n}).prefix('/v1')\nrouter.resource('c', C)\n"
)
_SAILS = "module.exports.routes = {\n  'GET /a/:id': { action: 'x' },\n  '/b': 'B.create',\n}\n"
_PAIRED = "\nconst { action, loader } = made({\n  body: schema,\n})\nexport { action, loader }\n"
_RESOURCE = "export async function loader() {\n  return 1\n}\nexport const action = async () => 1\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"routes/a.js": _GIVEN, "package.json": _EXPRESS}, [("GET", "/a/:id", 2), ("POST", "/b", 3)]),
        ({"api/routes/a.js": _GIVEN, "api/package.json": _EXPRESS}, [("GET", "/a/:id", 2), ("POST", "/b", 3)]),
        ({"routes/a.js": _PLUGIN, "package.json": _FASTIFY}, [("GET", "/a", 2)]),
        ({"a.js": "import Router from '@koa/router'\nr.post('b', '/b', f)\n"}, [("POST", "/b", 2)]),
        ({"a.js": _METHOD_FIRST, "package.json": _EXPRESS}, [("GET", "/a/:id", 4), ("PUT", "/b", 5)]),
        ({"a.js": _CLIENT, "package.json": _EXPRESS}, [("POST", "/c", 5)]),
        ({"a.ts": _DESCRIBED}, [("GET", "/users/:id", 2)]),
        ({"a.js": _CALLS}, [("POST", "/users.list", 2)]),
        ({"a.ts": _LOOPBACK}, [("GET", "/a/:id", 3), ("POST", "/b", 5)]),
        ({"a.ts": _TSOA}, [("GET", "/users/:id", 4), ("POST", "/users", 6)]),
        (
            {"a.ts": _INVERSIFY},
            [("GET", "/v1/items/:id", 4), ("POST", "/v1/items", 6), ("ANY", "/v1/items/*", 8)],
        ),
        # By the same names of something else.
        ({"a.ts": _INVERSIFY.replace("inversify-express-utils", "./own")}, []),
        (
            {"a.ts": _NEST, "routes.ts": _CONSTANTS},
            [("GET", "/v1/users", 5), ("POST", "/v1/made", 7), ("DELETE", "/v1", 9)],
        ),
        (
            {"a.ts": _BY_NAME, "paths.ts": "export const PATHS = { ITEMS: '/items' }\n"},
            [("GET", "/items", 4), ("POST", "/items/new", 5)],
        ),
        # Of two that are named so nobody knows which it is.
        (
            {
                "a.ts": _BY_NAME,
                "paths.ts": "export const PATHS = { ITEMS: '/items' }\n",
                "other.ts": "export const PATHS = { ITEMS: '/others' }\n",
            },
            [],
        ),
        (
            {"start/routes.ts": _ADONIS},
            [("GET", "/a", 2), ("POST", "/v1/b", 4), ("GET", "/c", 6), ("POST", "/c", 6)],
        ),
        ({"config/routes.js": _SAILS}, [("GET", "/a/:id", 2), ("ANY", "/b", 3)]),
        (
            {"app/routes/api.users_.$id.ts": _RESOURCE, "package.json": _REMIX},
            [("GET", "/api/users/:id", 1), ("POST", "/api/users/:id", 4)],
        ),
        (
            {"app/routes/_x.a/route.tsx": _RESOURCE, "package.json": _REMIX},
            [("GET", "/a", 1), ("POST", "/a", 4)],
        ),
        (
            {"app/routes/api+/a.ts": _PAIRED, "package.json": _REMIX},
            [("GET", "/api/a", 2), ("POST", "/api/a", 2)],
        ),
    ],
)
def test_a_route_is_found(files: dict[str, str], expected: list[tuple[str, str, int]]) -> None:
    assert [(one.method, one.path, one.line) for one in look(files).routes.all] == expected


@pytest.mark.parametrize(
    "files",
    [
        {"routes/a.js": _GIVEN},
        {"web/a.js": _GIVEN, "api/package.json": _EXPRESS},
        {"server/routes/a.js": "module.exports = { api: 1 }\n", "package.json": _EXPRESS},
        {"server/routes/a.ts": "export default router\n", "package.json": _EXPRESS},
        {"a.js": _METHOD_FIRST},
        {"a.js": "module.exports = () => {\n  app.get('/a', f)\n}\n", "package.json": _EXPRESS},
        {"a.js": "export const load = (api) => api.get('/a', { x: 1 })\n", "package.json": _EXPRESS},
        {"a.js": "export const load = (app) => app.cache.get('/a', f)\n", "package.json": _EXPRESS},
        {"a.ts": "import {get} from 'lodash'\nclass A {\n  @get('/a')\n  x() {}\n}\n"},
        {"a.ts": "import axios from 'axios'\nimport router from 'x'\nrouter.get('/a', f)\n"},
        {"config/routes.js": "export default {\n  '/a': Page,\n}\n"},
        {"app/routes/a.tsx": f"{_RESOURCE}export default function Page() {{}}\n", "package.json": _REMIX},
        {"app/routes/a.ts": _RESOURCE},
    ],
)
def test_what_is_no_route_is_none(files: dict[str, str]) -> None:
    assert look(files).routes.all == []


def test_a_folder_of_many_steps_is_no_trouble() -> None:
    path = "a/" * 1_500 + "routes.js"

    assert len(look({path: _GIVEN, "package.json": _EXPRESS}).routes.all) == 2
