"""Routes of Java, framework by framework, and of Play and Revel."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import look

_MICRONAUT = """import io.micronaut.http.annotation.*;
@Controller("/a")
public class A {
 @Get("/{id}")
 public String g() { return ""; }
 @Post
 public void p() {}
 @Put(uri = "/x")
 public void u() {}
}
"""
_JAVALIN = """import io.javalin.Javalin;
class A { void m() {
 app.get("/a", ctx -> ctx.result("x"));
 app.routes(() -> {
  path("users", () -> {
   get(UserController::getAll);
   post("/b", this::x);
  });
 });
} }
"""
_SPARK = """import static spark.Spark.*;
class A { public static void main(String[] a) {
 get("/hello", (q, s) -> "x");
 path("/api", () -> { put("/c", handler); });
} }
"""
_VERTX = """import io.vertx.ext.web.Router;
class A { void m() {
 router.get("/a").handler(this::x);
 router.route(HttpMethod.POST, "/b")
  .handler(x);
 client.get("/c").send();
} }
"""
_SERVLET = """import jakarta.servlet.http.*;
@WebServlet(urlPatterns = {"/a", "/b"})
public class A extends HttpServlet {
 protected void doGet(HttpServletRequest q, HttpServletResponse s) {}
}
"""
_MAPPED = "import javax.servlet.http.*;\npublic class A extends HttpServlet {\n protected void doPost(Q q, S s) {}\n}\n"
_WEB_XML = (
    "<web-app><servlet><servlet-name>a</servlet-name><servlet-class>x.A</servlet-class></servlet>"
    "<servlet><servlet-name>lib</servlet-name><servlet-class>org.Lib</servlet-class></servlet>"
    "<!-- <servlet-mapping><servlet-name>a</servlet-name><url-pattern>/old</url-pattern></servlet-mapping> -->"
    "<servlet-mapping><servlet-name>a</servlet-name><url-pattern>/a/*</url-pattern></servlet-mapping>"
    "<servlet-mapping><servlet-name>lib</servlet-name><url-pattern>/lib</url-pattern></servlet-mapping></web-app>"
)
_PLAY = """# GET /no controllers.A.x
GET  /a/$id<[0-9]+>  controllers.A.x(id: Long)
POST /b controllers.B.y
->  /c  c.Routes
"""
_ACTIONS = "package controllers;\npublic class A extends Controller {\n public Result x() { return ok(); }\n}\n"
_REVEL = 'GET /a App.Index\n*  /b App.Save\nmodule:testrunner\nGET /public/*f Static.Serve("public")\n'
_GO = "package controllers\nfunc (c App) Index() revel.Result {\n\treturn nil\n}\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"A.java": _MICRONAUT}, [("GET", "/a/:id", 4), ("POST", "/a", 6), ("PUT", "/a/x", 8)]),
        ({"A.java": _JAVALIN}, [("GET", "/a", 3), ("GET", "/users", 6), ("POST", "/users/b", 7)]),
        ({"A.java": _SPARK}, [("GET", "/hello", 3), ("PUT", "/api/c", 4)]),
        ({"A.java": _VERTX}, [("GET", "/a", 3), ("POST", "/b", 4)]),
        ({"A.java": _SERVLET}, [("GET", "/a", 4), ("GET", "/b", 4)]),
        ({"x/A.java": _MAPPED, "src/main/webapp/WEB-INF/web.xml": _WEB_XML}, [("POST", "/a/*", 3)]),
        (
            {"app/controllers/A.java": _ACTIONS, "conf/routes": _PLAY},
            [("GET", "/a/:id", 3), ("POST", "/b", 3)],
        ),
        ({"app/controllers/app.go": _GO, "conf/routes": _REVEL}, [("GET", "/a", 2), ("ANY", "/b", 2)]),
    ],
)
def test_a_route_is_found(files: dict[str, str], expected: list[tuple[str, str, int]]) -> None:
    assert [(one.method, one.path, one.line) for one in look(files).routes.all] == expected


def test_a_route_of_play_stands_where_its_action_does() -> None:
    files = {"app/controllers/A.java": _ACTIONS, "conf/routes": _PLAY}

    assert [one.source for one in look(files).routes.all] == ["app/controllers/A.java", "conf/routes"]


@pytest.mark.parametrize(
    "text",
    [
        'import retrofit2.http.*;\ninterface A {\n @GET("/a/{id}")\n Call<X> a(@Path("id") String id);\n}\n',
        'import jakarta.ws.rs.*;\n@RegisterRestClient\n@Path("/a")\ninterface A {\n @GET\n X a();\n}\n',
        'import io.micronaut.http.annotation.*;\n@Client("/a")\ninterface A {\n @Get("/b")\n X a();\n}\n',
        'import java.util.Map;\nclass A { void m() { map.get("/a", x); cache.put("/b", value); } }\n',
        'import io.javalin.Javalin;\nclass A { void m() { ctx.put("/a", value); cache.put("/a", 1); } }\n',
        'import io.undertow.Undertow;\nclass A { void m() { node.put("/url", value); app.put("key", value); } }\n',
        'import io.vertx.ext.web.client.WebClient;\nclass A { void m() { client.get("/a").send(); } }\n',
    ],
)
def test_what_is_no_route_is_none(text: str) -> None:
    assert look({"A.java": text}).routes.all == []


def test_services_of_armeria() -> None:
    text = _MICRONAUT.replace("io.micronaut.http.annotation.*", "com.linecorp.armeria.server.annotation.*")
    text = text.replace("Controller", "PathPrefix").replace('@Put(uri = "/x")', '@Put("/x")')

    routes = look({"A.java": text}).routes.all

    assert [(one.method, one.path, one.framework) for one in routes] == [
        ("GET", "/a/:id", "armeria"),
        ("POST", "/a", "armeria"),
        ("PUT", "/a/x", "armeria"),
    ]
