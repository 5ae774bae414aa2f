"""Routes of C#, framework by framework."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import ask_item, look

_ENDPOINT = """using FastEndpoints;
public class Create(IMediator m) : Endpoint<Req, Res>
{
  public override void Configure()
  {
    Post(Req.Route);
    AllowAnonymous();
  }
  public override async Task HandleAsync(Req r, CancellationToken c)
  {
  }
}
public class L : EndpointWithoutRequest<Res>
{
  public override void Configure()
  {
    Verbs(Http.GET, Http.HEAD);
    Routes("/a/{id}");
  }
}
public class Req { public const string Route = "/Contributors"; }
"""
_VIEWS = """public class HomeController : Controller {
  public IActionResult Index() { return View(); }
  public async Task<IActionResult> Edit(int id) { return View(); }
  [HttpPost]
  public IActionResult Edit(X x) { return View(); }
  [NonAction]
  public IActionResult Helper() { return View(); }
  private IActionResult Other() { return View(); }
  public int Sum() { return 1; }
}
"""
_INHERITED = """[Route("api/[controller]/[action]")]
public abstract class Base : ControllerBase { }
public class UsersController : Base {
  [HttpGet]
  public IActionResult All() { return Ok(); }
  [HttpPut("~/put/{id}")]
  public IActionResult Put() { return Ok(); }
  [Route("/any")]
  public IActionResult Any() { return Ok(); }
}
"""
_GROUPS = """public static class A {
  public static void M(IEndpointRouteBuilder app) {
    var api = app.MapGroup("api").HasApiVersion(1.0);
    var items = api.MapGroup("/items");
    items.MapGet("/{id}", f);
    app.MapGroup("x").MapPost("/y", f);
  }
}
"""
_SERVICES = """[Route("/hello/{Name}", "GET, POST")]
public class Hello : IReturn<R> { }
[Route("/other")]
public class Other { }
"""
_FUNCTIONS = """public class F {
  [Function("x")]
  public async Task<R> Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "a/{id}")] Q q) { return null; }
  [FunctionName("y")]
  public R Run2([HttpTrigger(AuthorizationLevel.Function, "post")] Q q) { return null; }
}
"""
_API_2 = """public class UsersController : ApiController {
  public IEnumerable<User> GetAll() { return a; }
  public void Post(User user) { }
  public void Getaway() { }
}
"""
_PAGE = """public class M : PageModel {
  public void OnGet() { }
  public void OnPostSaveAsync() { }
  void Online() { }
}
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("A.cs", _ENDPOINT, [("POST", "/Contributors", 6), ("GET", "/a/:id", 17), ("HEAD", "/a/:id", 17)]),
        ("A.cs", _VIEWS, [("ANY", "/home", 2), ("GET", "/home/edit", 3), ("POST", "/home/edit", 4)]),
        (
            "A.cs",
            _INHERITED,
            [("GET", "/api/users/All", 4), ("PUT", "/put/:id", 6), ("ANY", "/any", 8)],
        ),
        ("A.cs", _GROUPS, [("GET", "/api/items/:id", 5), ("POST", "/x/y", 6)]),
        ("A.cs", _SERVICES, [("GET", "/hello/:Name", 1), ("POST", "/hello/:Name", 1)]),
        ("A.cs", _FUNCTIONS, [("GET", "/api/a/:id", 2), ("POST", "/api/y", 4)]),
        ("A.cs", _API_2, [("GET", "/api/users", 2), ("POST", "/api/users", 3)]),
        ("Web/Pages/Users/Index.cshtml.cs", _PAGE, [("GET", "/Users", 2), ("POST", "/Users", 3)]),
        ("Areas/Admin/Pages/Users.cshtml.cs", _PAGE, [("GET", "/Admin/Users", 2), ("POST", "/Admin/Users", 3)]),
    ],
)
def test_a_route_is_found(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(one.method, one.path, one.line) for one in look({path: text}).routes.all] == expected


@pytest.mark.parametrize(
    "text",
    [
        'class A { void F() { client.Get("/a"); Post("/b"); } }\n',
        'class Settings : Base { public override void Configure() { Get("/a"); } }\n',
        "public class DragController : MonoBehaviour { public void Move() { } }\n",
        'interface IApi { [Get("/a")] Task A(); }\n',
        '[Route("/a")]\npublic class Page : ComponentBase { }\n',
    ],
)
def test_what_is_no_route_is_none(text: str) -> None:
    assert look({"A.cs": text}).routes.all == []


def test_an_endpoint_s_route_goes_to_the_end_of_its_handler() -> None:
    [first, *_] = look({"A.cs": _ENDPOINT}).routes.all

    assert (first.line, first.end_line) == (6, 11)


@pytest.mark.parametrize("item", ["api.rest-design", "api.openapi"])
def test_pages_alone_are_no_api(item: str) -> None:
    files = {"Pages/Index.cshtml.cs": _PAGE, "A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>'}

    assert ask_item(item, files).state == "not-applicable"
