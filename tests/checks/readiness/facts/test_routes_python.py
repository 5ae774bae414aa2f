"""Routes of Python, framework by framework."""

from __future__ import annotations

import time

import pytest

from tests.checks.readiness.look import look

_AIOHTTP = (
    "from aiohttp import web\napp.add_routes([web.post('/b', g), web.view('/c', H)])\napp.router.add_get('/a', f)\n"
)
_BOTTLE = (
    "from bottle import route, get\n@route('/a', method=['GET', 'POST'])\ndef f(): ...\n@get('/b')\ndef g(): ...\n"
)
_LITESTAR = (
    "from litestar import Controller, get, post\n@get('/a/{x:int}')\nasync def f(x: int) -> str: ...\n"
    "class U(Controller):\n    path = '/u'\n    @post()\n    async def g(self): ...\n"
)
_TORNADO = (
    "import tornado.web\nclass A(tornado.web.RequestHandler):\n    def get(self): ...\n    async def post(self): ...\n"
    "def make():\n    return tornado.web.Application([\n        (r'/a/(\\d+)', A),\n        (r'^/b/?$', other.B, {}),\n"
    "        (r'/static/(.*)', tornado.web.StaticFileHandler, {}),\n    ])\n"
)
_RESTX = (
    "ns = Namespace('u')\n@ns.route('/<id>')\nclass A(Resource):\n    def get(self): ...\n    def put(self): ...\n"
    "    def other(self): ...\n"
)
_RESTFUL = "class A(Resource):\n    def delete(self): ...\napi.add_resource(A, '/a/<int:id>')\n"
_FALCON = "class A:\n    def on_get(self, a, b): ...\napp.add_route('/a', A())\n"
_PYRAMID = (
    "def includeme(config):\n    config.add_route('api.items', '/api/items')\n"
    "    config.add_route('api.bulk', '/api/bulk', request_method='POST')\n    config.add_route('page', '/p/{id}')\n"
    "@view_config(route_name='api.items', request_method='GET')\ndef items(request):\n    return []\n"
    "@api_config(versions=['v1'], route_name='api.items', request_method='POST')\ndef create(request):\n    return 1\n"
    "@view_defaults(route_name='page')\nclass Page:\n    @view_config(request_method=('GET', 'HEAD'))\n"
    "    def get(self): ...\n"
)
_CONNEXION = "import connexion\napp = connexion.App(__name__)\napp.add_api('openapi.yaml')\n"
_DOCUMENT = (
    "openapi: 3.0.0\npaths:\n  /a/{id}:\n    get:\n      operationId: api.users.show\n  /b:\n    post:\n"
    "      operationId: nowhere.made\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_AIOHTTP, [("ANY", "/c", 2), ("POST", "/b", 2), ("GET", "/a", 3)]),
        (_BOTTLE, [("GET", "/a", 2), ("POST", "/a", 2), ("GET", "/b", 4)]),
        (_LITESTAR, [("GET", "/a/:x", 2), ("POST", "/u", 6)]),
        ("import cherrypy\nclass A:\n    @cherrypy.expose\n    def a(self): ...\n", [("ANY", "/a", 3)]),
        (_TORNADO, [("GET", "/a/:arg", 3), ("POST", "/a/:arg", 4), ("ANY", "/b", 8)]),
        (_RESTX, [("GET", "/u/:id", 4), ("PUT", "/u/:id", 5)]),
        (_RESTFUL, [("DELETE", "/a/:id", 2)]),
        (_FALCON, [("GET", "/a", 2)]),
        (
            _PYRAMID,
            [
                *(("POST", "/api/bulk", 3), ("GET", "/api/items", 5), ("POST", "/api/items", 8)),
                *(("GET", "/p/:id", 13), ("HEAD", "/p/:id", 13)),
            ],
        ),
        ("app.router.add_route('GET', '/a', f)\n", [("ANY", "/a", 1)]),
        ("app = Starlette(routes=[Route('/a', f, methods=['POST'])])\n", [("POST", "/a", 1)]),
        ("@mcp.custom_route('/health', methods=['GET'])\nasync def f(r): ...\n", [("GET", "/health", 1)]),
        ("bp.add_url_rule('/a', view_func=A.as_view('a'), methods=['PUT'])\n", [("PUT", "/a", 1)]),
    ],
)
def test_a_route_is_found(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(one.method, one.path, one.line) for one in look({"m.py": text}).routes.all] == expected


@pytest.mark.parametrize(
    "text",
    [
        "from aiohttp import ClientSession\nasync def f(s):\n    await s.get('/a', x)\n",
        "from mine import web\nweb.get('/a', f)\n",
        "from mine import get\n@get('/a')\ndef f(): ...\n",
        "import bottle\nfrom responses import get\n@get('/a')\ndef f(): ...\n",
        "import tornado.httpclient\nPLACES = [('/a', 'B'), ('/b', 3), ('x', C)]\n",
        "PLACES = [('/a', Handler)]\n",
        "import connexion\nspec = 'openapi.yaml'\n",
    ],
)
def test_what_is_no_route_is_none(text: str) -> None:
    assert look({"m.py": text, "openapi.yaml": _DOCUMENT}).routes.all == []


def test_an_operation_of_connexion_stands_where_its_function_does() -> None:
    files = {"app.py": _CONNEXION, "openapi.yaml": _DOCUMENT, "api/users.py": "\ndef show(id): ...\n"}
    found = [(one.method, one.path, one.source, one.line) for one in look(files).routes.all]

    assert found == [("GET", "/a/:id", "api/users.py", 2), ("POST", "/b", "openapi.yaml", 7)]


_USERS = (
    'router = APIRouter()\n@router.get("")\ndef all(): ...\n'
    '@router.post(\n    "",\n    status_code=201,\n)\ndef make(): ...\n'
)
_BLUEPRINT = "bp = Blueprint('users', __name__)\n@bp.route('/<id>')\ndef show(id): ...\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "app/api.py": "from app.routes import users\nr.include_router(users.router, prefix='/users')\n",
                "app/routes/users.py": _USERS,
            },
            ["GET /users", "POST /users"],
        ),
        (
            {
                "app/api.py": "from .users import router as users\nr.include_router(users, prefix='/users')\n",
                "app/users.py": _USERS,
            },
            ["GET /users", "POST /users"],
        ),
        (
            {
                "app/api.py": (
                    "from app import users\nr.include_router(users.router, prefix='/a')\n"
                    "r.include_router(users.router, prefix='/b')\n"
                ),
                "app/users.py": _USERS,
            },
            ["GET /", "POST /"],
        ),
        (
            {
                "app/__init__.py": "from app.users import bp\napp.register_blueprint(bp, url_prefix='/users')\n",
                "app/users.py": _BLUEPRINT,
            },
            ["GET /users/:id"],
        ),
    ],
    ids=["a module's router", "by its name", "twice", "a blueprint of Flask"],
)
def test_routes_stand_below_the_path_that_their_router_is_mounted_under(
    files: dict[str, str], expected: list[str]
) -> None:
    found = [f"{one.method} {one.path}" for one in look(files).routes.all]

    assert found == expected


def test_many_classes_of_one_name_take_no_time() -> None:
    text = "class A:\n  def get(self): ...\napi.add_resource(A, '/b')\n" * 1_500
    made = look({"m.py": f"import tornado\nx = [('/a', A)]\n{text}"})
    assert made.source.file("m.py").elements
    started = time.process_time()

    assert {one.method for one in made.routes.all} == {"GET"}
    assert time.process_time() - started < 3
