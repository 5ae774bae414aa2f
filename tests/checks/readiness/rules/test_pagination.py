"""Lists that are paged by what they share, and lists that are told by a description alone."""

from __future__ import annotations

import pytest

from bot.model import State, Strength
from tests.checks.readiness.look import ask_item, places

_SERVER = "import express from 'express'\nconst app = express()\napp.get('/users', (q, s) => s.json(all()))\n"
_CAP = "  if (query.limit > 100) throw new Error('too many')\n"
_HELPER = "export function applyPagination(items, query) {\n%s  return items.slice(query.offset, query.limit)\n}\n"
_USER = "import { applyPagination } from '../util'\nexport const list%d = (q) => applyPagination(all%d(), q.query)\n"


def _tree(cap: str, users: int) -> dict[str, str]:
    lists = {f"api/list{at}.ts": _USER % (at, at) for at in range(users)}
    return {"server.ts": _SERVER, "util.ts": _HELPER % cap, **lists}


@pytest.mark.parametrize(("cap", "users", "state"), [(_CAP, 5, "pass"), ("", 5, "fail"), (_CAP, 2, "fail")])
def test_a_function_that_many_lists_are_paged_by_has_a_maximum_for_all(cap: str, users: int, state: str) -> None:
    judged = ask_item("api.pagination", _tree(cap, users))

    assert judged.state == state
    assert state == "fail" or places(judged)[0] == "util.ts:1"


@pytest.mark.parametrize(
    ("made", "most", "state"),
    [
        ("paginator.New", "MaxPerPage: 50", "pass"),
        ("PAGINATION.New", "max_limit: 50", "pass"),
        ("paginator.New", "NumPages: 50", "fail"),
        ("pages.New", "MaxPerPage: 50", "fail"),
    ],
)
def test_what_handlers_page_by_has_its_maximum_where_it_is_made(made: str, most: str, state: str) -> None:
    files = {
        "go.mod": "module a\n",
        "main.go": (
            "package main\nfunc main() {\n"
            f'\ta := &App{{pg: {made}(paginator.Opt{{PageParam: "page", {most}}})}}\n'
            '\tg.GET("/users", a.GetUsers)\n\thttp.ListenAndServe(":80", nil)\n}\n'
        ),
        "h.go": "package main\nfunc (a *App) GetUsers(c C) E {\n\tp := a.pg.NewFromURL(c)\n\treturn c.J(p.Page)\n}\n",
    }

    assert ask_item("api.pagination", files).state == state


_DESCRIBED = """swagger: '2.0'
parameters:
  size: {name: page_size, in: query, type: integer, %s}
paths:
  /users: {get: {parameters: [{$ref: '#/parameters/size'}]}}
  /groups: {get: {parameters: [{$ref: '#/parameters/size'}]}}
  /roles: {get: {parameters: [{$ref: '#/parameters/size'}]}}
  /files: {get: {parameters: [{$ref: '#/parameters/size'}]}}
"""


@pytest.mark.parametrize(("said", "state"), [("maximum: 100", "pass"), ("default: 10", "fail")])
def test_a_server_that_is_made_from_its_description_has_the_lists_of_that(said: str, state: str) -> None:
    files = {"server.ts": _SERVER, "api/swagger.yaml": _DESCRIBED % said}

    assert ask_item("api.pagination", files).state == state


def test_a_route_that_shows_a_form_is_no_list() -> None:
    code = 'fn main() {\n    App::new().route("/letters", web::get().to(%s))\n}\n'
    files = {"Cargo.toml": '[dependencies]\nactix-web = "4"\n', "src/main.rs": code % "publish_letter_form"}

    assert ask_item("api.pagination", files).state == "not-applicable"
    assert ask_item("api.pagination", files | {"src/main.rs": code % "all_letters"}).state == "fail"


_CUT = "\tif size > p.maxSize {\n\t\tsize = p.maxSize\n\t}\n"
_REFUSED = "\tif size > p.maxSize {\n\t\treturn errors.New(name)\n\t}\n"


@pytest.mark.parametrize(
    ("package", "cap", "state"),
    [("keysetpagination", _CUT, "pass"), ("keysetpagination", _REFUSED, "fail"), ("uploads", _CUT, "fail")],
)
def test_a_package_of_go_pages_with_a_maximum_whoever_uses_it(package: str, cap: str, state: str) -> None:
    files = {
        "go.mod": "module a\n",
        "main.go": (
            f'package main\nimport "a/x/{package}"\nfunc main() {{\n\thttp.HandleFunc("GET /users", getUsers)\n'
            '\thttp.HandleFunc("GET /metrics/prometheus", metrics)\n\thttp.ListenAndServe(":80", nil)\n}\n'
            "func getUsers(w http.ResponseWriter, r *http.Request) {\n"
            f'\tpage, err := {package}.Parse(r.URL.Query(), "page_token")\n\twrite(w, find(page))\n}}\n'
        ),
        f"x/{package}/page.go": (
            f"package {package}\nfunc (p *Page) Size() int {{\n\tsize := p.size\n{cap}\treturn size\n}}\n"
        ),
    }

    assert ask_item("api.pagination", files).state == state


@pytest.mark.parametrize(
    ("field", "state"),
    [("int32 page_size = 2 [(buf.validate.field).int32 = {lte: 100}];", "pass"), ("int32 depth = 2;", "fail")],
)
def test_what_stands_behind_a_type_within_a_message_of_protobuf_is_read(field: str, state: str) -> None:
    files = {
        "go.mod": "module a\nrequire google.golang.org/grpc v1.60.0\n",
        "main.go": 'package main\nimport "google.golang.org/grpc"\nfunc main() {\n\tgrpc.NewServer().Serve(l)\n}\n',
        "a.proto": (
            'syntax = "proto3";\nservice Users {\n  rpc ListUsers(ListUsersRequest) returns (ListUsersResponse);\n}\n'
            f"message ListUsersRequest {{\n  message Query {{\n    string name = 1;\n  }}\n  {field}\n}}\n"
            "message ListUsersResponse {\n  message User {\n    string name = 1;\n  }\n  repeated User users = 1;\n}\n"
        ),
    }

    assert ask_item("api.pagination", files).state == state


_CAPPED_SERVERS = (
    "<?php\nclass ClientController {\n  public function index($request) {\n"
    "    $servers = $this->builder->paginate(min($request->query('per_page', 50), 100));\n"
    "    return $servers;\n  }\n}\n"
)
_ANY_SERVERS = (
    "<?php\nclass ServerController {\n  public function index($request) {\n"
    "    $servers = $this->query->paginate($request->query('per_page') ?? 50);\n"
    "    return $servers;\n  }\n}\n"
)


def test_a_variable_of_another_function_holds_no_maximum() -> None:
    files = {
        "composer.json": '{"require": {"laravel/framework": "^11"}}',
        "routes/api.php": (
            "<?php\nRoute::get('/servers', [ServerController::class, 'index']);\n"
            "Route::get('/client/servers', [ClientController::class, 'index']);\n"
        ),
        "app/Http/Controllers/ServerController.php": _ANY_SERVERS,
        "app/Http/Controllers/ClientController.php": _CAPPED_SERVERS,
    }
    judged = ask_item("api.pagination", files)

    wired = {one.path for one in judged.evidence if one.strength is Strength.WIRED}
    assert "app/Http/Controllers/ClientController.php" in wired
    assert "app/Http/Controllers/ServerController.php" not in wired


@pytest.mark.parametrize(
    ("size", "state"),
    [
        ("current_app.config['POSTS_PER_PAGE']", State.PASS),
        ("self.settings.page_size", State.PASS),
        ("request.args.get('per_page', type=int)", State.FAIL),
    ],
)
def test_a_size_of_settings_is_said_by_no_client(size: str, state: State) -> None:
    files = {
        "requirements.txt": "flask\nflask-sqlalchemy\n",
        "app.py": (
            "from flask import Flask, current_app, request\nfrom flask_sqlalchemy import SQLAlchemy\n"
            "app = Flask(__name__)\ndb = SQLAlchemy(app)\n@app.route('/posts')\ndef posts():\n"
            f"    page = request.args.get('page')\n    found = Post.query.paginate(page=page, per_page={size})\n"
            "    return jsonify(found.items)\n"
        ),
    }

    assert ask_item("api.pagination", files).state is state


@pytest.mark.parametrize(
    ("size", "state"),
    [("setting.AppSetting.PageSize", "pass"), ("cfg.PageSize", "pass"), ("settle(c)", "fail")],
)
def test_a_size_that_settings_say_is_no_client_s(size: str, state: str) -> None:
    main = (
        'package main\nimport "github.com/gin-gonic/gin"\nfunc main() {\n\tr := gin.New()\n'
        '\tr.GET("/tags", GetTags)\n\tr.Run(":80")\n}\n'
        "func GetTags(c *gin.Context) {\n\tc.JSON(200, all(Tag{\n\t\tPageNum: page(c),\n"
        f"\t\tPageSize: {size},\n\t}}))\n}}\n"
    )

    assert ask_item("api.pagination", {"go.mod": "module a\n", "main.go": main}).state == state
