"""Routes, framework by framework."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import look

SPRING_CLASS = """@RestController
@RequestMapping(path = "/u")
public class A {
 @Autowired
 B b;
 @RequestMapping(path = "/{id}", method = RequestMethod.GET)
 A g() { }
}
"""
SPRING_METHODS = """@RestController
public class A {

 @RequestMapping(value = "/u", method = {RequestMethod.GET, RequestMethod.POST})
 A g() { }
 @RequestMapping(method = RequestMethod.POST)
 A h() { }
}
"""


_ROUTER = """import org.springframework.web.reactive.function.server.RouterFunction;
class R {
 static final String P = "/p/{id}";
 RouterFunction<S> r() {
  return route()
   .GET("/a", this::a)
   .POST(P, this::b)
   .nest(path("/n"), () -> route()
    .PUT("/c", this::c).build())
   .DELETE(computed(), this::d).build();
 }
}
"""


_ANNOTATED = (
    '<?php\nuse Symfony\\Component\\Routing\\Annotation\\Route;\n/**\n * @Route("/api")\n */\nclass A {\n'
    '  /**\n   * @Route("/x/{id}", methods={"PUT"})\n   */\n  function x() {}\n'
    '  // @Route("/no")\n  function y() {}\n}\n'
)
_CALLED = (
    '<?php\nuse Symfony\\Component\\Routing\\Annotation\\Route;\n/** @Route("/_health") */\nclass B {\n'
    "  function __invoke() {}\n}\n"
)
_ATTRIBUTES = (
    "<?php\n#[Route('/api')]\nclass C {\n  #[Route('/x', methods: ['GET'])]\n  function x() {}\n"
    "  #[Route('/y', methods: ['GET', 'POST'])]\n  function y() {}\n}\n"
)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "server.ts",
            "import e from 'express'\nconst app = e()\napp.get('/users/:id', f)\n",
            [("GET", "/users/:id", 3)],
        ),
        ("server.js", "const r = require('express').Router()\nr.route('/a').post(f)\n", [("POST", "/a", 2)]),
        (
            "server.ts",
            "import f from 'fastify'\napp.route({ method: 'PUT', url: '/a', handler })\n",
            [("PUT", "/a", 2)],
        ),
        ("a.ts", "@Controller('users')\nclass A {\n  @Get(':id')\n  get() {}\n}\n", [("GET", "/users/:id", 3)]),
        ("src/app/(x)/api/users/[id]/route.ts", "export async function GET() {}\n", [("GET", "/api/users/:id", 1)]),
        ("packages/a/src/api/admin/[id]/route.ts", "export const GET = async () => {}\n", [("GET", "/admin/:id", 1)]),
        ("pages/api/users/index.ts", "export default h\n", [("ANY", "/api/users", 1)]),
        ("server/api/users.post.ts", "export default h\n", [("POST", "/api/users", 1)]),
        ("src/routes/api/x/+server.ts", "export const POST = f\n", [("POST", "/api/x", 1)]),
        ("m.py", "r = APIRouter(prefix='/u')\n@r.get('/{id}')\nasync def f(): ...\n", [("GET", "/u/:id", 2)]),
        ("m.py", "@app.route('/u', methods=['POST'])\ndef f(): ...\n", [("POST", "/u", 1)]),
        ("urls.py", "urlpatterns = [path('u/<int:pk>/', v), path('x', include(y))]\n", [("ANY", "/u/:pk", 1)]),
        ("m.go", 'package m\nfunc f() {\n r.Get("/u/{id}", h)\n}\n', [("GET", "/u/:id", 3)]),
        ("m.go", 'package m\nfunc f() {\n m.HandleFunc("POST /u", h)\n}\n', [("POST", "/u", 3)]),
        (
            "m.go",
            'package m\nfunc f() {\n g.Match([]string{"GET", http.MethodHead}, "/health", a.Health)\n}\n',
            [("GET", "/health", 3), ("HEAD", "/health", 3)],
        ),
        ("A.java", '@RequestMapping("/u")\nclass A {\n @GetMapping("/{id}")\n A g() { }\n}\n', [("GET", "/u/:id", 3)]),
        ("A.java", SPRING_CLASS, [("GET", "/u/:id", 6)]),
        ("A.java", SPRING_METHODS, [("ANY", "/u", 4), ("POST", "/", 6)]),
        (
            "R.java",
            _ROUTER,
            [("GET", "/a", 6), ("POST", "/p/:id", 7), ("PUT", "/n/c", 9)],
        ),
        (
            "A.cs",
            '[Route("api/[controller]")]\nclass UController {\n [HttpGet("{id}")]\n A G() { }\n}\n',
            [("GET", "/api/u/:id", 3)],
        ),
        ("A.cs", 'app.MapPost("/u", f);\n', [("POST", "/u", 1)]),
        ("config/routes.rb", "namespace :api do\n  get '/u', to: 'u#x'\nend\n", [("GET", "/api/u", 2)]),
        ("src/A.php", _ANNOTATED, [("PUT", "/api/x/:id", 10)]),
        ("src/B.php", _CALLED, [("ANY", "/_health", 5)]),
        ("src/C.php", _ATTRIBUTES, [("GET", "/api/x", 4), ("ANY", "/api/y", 6)]),
        ("routes/web.php", "<?php\nRoute::get('/u', 'U');\n", [("GET", "/u", 2)]),
        ("m.rs", 'fn f() { Router::new().route("/u", get(h)) }\n', [("GET", "/u", 1)]),
        ("m.rs", '#[post("/u")]\nasync fn f() {}\n', [("POST", "/u", 1)]),
    ],
)
def test_a_route_is_found(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(one.method, one.path, one.line) for one in look({path: text}).routes.all] == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "import axios from 'axios'\naxios.get('/users', config)\n"),
        ("server.ts", "import e from 'express'\n// app.get('/x', f)\n"),
        ("app/x/route.ts", "// export async function GET() {}\n"),
        ("m.py", "r = session.get('/users')\n"),
        ("m.py", "# @app.get('/x')\ndef f(): ...\n"),
        ("m.go", 'package m\nfunc f() { os.Open("/etc", 1) }\n'),
        ("m.go", 'package m\nfunc f() { filepath.Match("/a", name) }\n'),
        ("tests/m.py", "@app.get('/x')\ndef f(): ...\n"),
        ("C.java", 'class C { RouterFunction<S> a; void f() { client.GET("/a", h); } }\n'),
        ("A.java", '@FeignClient("x") interface A { @GetMapping("/u") A g(); }\n'),
    ],
)
def test_what_is_no_route_is_none(path: str, text: str) -> None:
    assert look({path: text}).routes.all == []


GO = "package users\nfunc f(r R) {\n r.GET(%s, h)\n}\n"


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("RouteItem", ["/users/:id"]),
        ('RouteUsers+"/archive"', ["/users/archive"]),
        ("base.AdminPath + RouteUsers", ["/admin/users"]),
        ('"/a" + RouteUsers', ["/a/users"]),
        ("RouteUnknown", []),
        ("RouteNumber", []),
        ("RouteLoop", []),
        ("other.RouteUsers", []),
        ("fmt.Sprint(RouteUsers)", []),
        ('baseURL + "/users"', []),
    ],
)
def test_a_path_of_go_may_be_a_constant(argument: str, expected: list[str]) -> None:
    files = {
        "users/handler.go": GO % argument,
        "users/routes.go": (
            'package users\nconst (\n\tRouteUsers = "/users"\n\tRouteItem  = RouteUsers + "/{id}" // one\n'
            "\tRouteNumber = 5\n\tRouteLoop = RouteLoop\n)\n"
        ),
        "users/main.go": 'package users\nvar (\n\tbaseURL = ""\n)\n',
        "base/base.go": 'package base\n\nconst AdminPath string = "/admin"\n',
    }

    assert [one.path for one in look(files).routes.all] == expected


def test_a_method_stands_before_a_constant_of_go() -> None:
    text = 'package m\nconst MetricsPath = "/metrics"\nfunc f() { mux.Handle("GET "+MetricsPath, h) }\n'

    assert [(one.method, one.path) for one in look({"m.go": text}).routes.all] == [("GET", "/metrics")]


def test_constants_that_double_take_no_time() -> None:
    doubled = "".join(f"\tPath{at} = Path{at + 1} + Path{at + 1} + Path{at + 1}\n" for at in range(40))
    calls = " r.GET(Path0, h)\n" * 2_000
    text = f'package m\n\nconst (\n{doubled}\tPath40 = "/a"\n)\n\nfunc f() {{\n{calls}}}\n'

    assert look({"m.go": text}).routes.all == []


def test_a_handler_s_code_is_read_without_comments() -> None:
    routes = look({"m.py": "@app.get('/x')\ndef f():\n    # not this\n    return 1\n\ny = 2\n"}).routes
    [route] = routes.all

    assert routes.code(route) == "@app.get('/x')\ndef f():\n              \n    return 1"


@pytest.mark.parametrize(
    "files",
    [
        {"app/api/x/route.ts": "export { POST } from '@/modules/x/route'\n"},
        {"app/api/x/route.ts": "import { POST } from '@/modules/x/route'\n\nexport { POST }\n"},
        {"app/api/x/route.ts": "export { POST } from '../../../modules/x/route'\n"},
        {"app/api/x/route.ts": "export { POST } from '@/on'\n", "on.ts": "export { POST } from './modules/x/route'\n"},
    ],
)
def test_a_handler_that_a_file_exports_on_is_read_where_it_is(files: dict[str, str]) -> None:
    handlers = "export const GET = f\nexport const POST = async (r) => {\n  schema.parse(r)\n}\n"
    routes = look({**files, "modules/x/route.ts": handlers}).routes
    [route] = [one for one in routes.all if one.source == "app/api/x/route.ts"]
    found = routes.handler(route)

    assert (found.path, found.line) == ("modules/x/route.ts", 2)
    assert "schema.parse" in found.code


def test_a_handler_of_several_files_of_that_name_is_not_guessed() -> None:
    text = "export const POST = f\n"
    files = {"a/x.ts": text, "b/x.ts": text, "app/api/x/route.ts": "export { POST } from '@/x'\n"}
    routes = look(files).routes

    assert [routes.handler(one).path for one in routes.all] == ["app/api/x/route.ts"]


_GENERATED = """// Code generated by github.com/deepmap/oapi-codegen DO NOT EDIT.
package ports
{}
func HandlerWithOptions(si ServerInterface, options ChiServerOptions) http.Handler {{
\tr.Get(options.BaseURL+"/trainings", wrapper.GetTrainings)
}}
"""


def test_a_server_that_is_generated_has_its_routes() -> None:
    made = look({"ports/api.gen.go": _GENERATED.format("type ServerInterface interface {\n}")})

    assert [(one.method, one.path, one.source) for one in made.routes.all] == [
        ("GET", "/trainings", "ports/api.gen.go")
    ]


def test_a_client_that_is_generated_has_none() -> None:
    assert look({"client/api.gen.go": _GENERATED.format("type ClientInterface interface {\n}")}).routes.all == []


def test_a_program_on_somebodys_own_machine_has_no_routes_of_the_service() -> None:
    router = 'fn main() { let app = Router::new().route("/hello", get(hello)); }\n'

    assert [bool(look({f"{folder}/src/main.rs": router}).routes.all) for folder in ("api", "agent/src-tauri")] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("told", "methods"),
    [
        ("", ["GET", "POST"]),
        (", only: [:index, :show]", ["GET"]),
        (", only: %i[create]", ["POST"]),
        (", only: :index", ["GET"]),
        (", except: [:create]", ["GET"]),
        (", only: []", []),
    ],
)
def test_a_resource_of_rails_has_the_actions_that_it_is_told(told: str, methods: list[str]) -> None:
    text = f"Rails.application.routes.draw do\n  resources :orders{told}\nend\n"

    assert [one.method for one in look({"config/routes.rb": text}).routes.all] == methods


@pytest.mark.parametrize(
    ("line", "methods"),
    [
        ("root to: 'a#b'", ["GET"]),
        ("match '/a', to: 'a#b', via: [:get, :post]", ["GET", "POST"]),
        ("match '/a', to: 'a#b', via: :put", ["PUT"]),
        ("match '/a', to: 'a#b', via: :all", ["ANY"]),
        ("mount A => '/a'", ["ANY"]),
    ],
)
def test_a_route_of_rails_has_the_methods_that_it_is_told(line: str, methods: list[str]) -> None:
    routes = look({"config/routes.rb": f"Rails.application.routes.draw do\n  {line}\nend\n"}).routes.all

    assert [one.method for one in routes] == methods
