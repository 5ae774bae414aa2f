"""Headers that filters and middlewares set, by their names and by constants of those names."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_HEADERS, _CACHING, _ID = "security.security-headers", "performance.response-caching", "api.request-id"


def _java(line: str, kind: str = " implements Filter") -> Mapping[str, str]:
    return {
        "A.java": '@RestController class A { @GetMapping("/x") String x() { return ""; } }\n',
        "F.java": f"@Component\nclass F{kind} {{\n  public void doFilter(Q q, R r, C c) {{\n    {line}\n  }}\n}}\n",
    }


def _go(line: str) -> Mapping[str, str]:
    return {
        "go.mod": "module m\nrequire github.com/labstack/echo/v4 v4.0.0\n",
        "main.go": 'package main\nimport "github.com/labstack/echo/v4"\n'
        "func mw(next echo.HandlerFunc) echo.HandlerFunc {\n\treturn func(c echo.Context) error {\n"
        f"\t\t{line}\n\t\treturn next(c)\n\t}}\n}}\n"
        'func main() {\n\te := echo.New()\n\te.Use(mw)\n\te.GET("/x", h)\n\te.Start(":1")\n}\n',
    }


def _net(line: str) -> Mapping[str, str]:
    return {
        "A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>',
        "P.cs": 'var app = WebApplication.Create();\napp.MapGet("/x", f);\napp.Use(async (c, next) => {\n'
        f"  {line}\n  await next();\n}});\napp.Run();\n",
    }


def _rust(line: str) -> Mapping[str, str]:
    return {
        "Cargo.toml": '[dependencies]\naxum = "0.7"\n',
        "src/main.rs": '#[tokio::main]\nasync fn main() {\n  let app = Router::new().route("/x", get(x))'
        f".layer({line});\n  axum::serve(l, app).await;\n}}\n",
    }


@pytest.mark.parametrize(
    ("item", "files", "expected"),
    [
        (_HEADERS, _java('r.setHeader("X-Frame-Options", "DENY");'), State.PASS),
        (_HEADERS, _java('r.setHeader(HttpHeaders.X_FRAME_OPTIONS, "DENY");'), State.PASS),
        (_HEADERS, _java('r.setHeader(HttpHeaders.X_FRAME_OPTIONS, "DENY");', ""), State.FAIL),
        (_HEADERS, _java('q.getHeader("X-Frame-Options");'), State.FAIL),
        (_HEADERS, _go("c.Response().Header().Set(echo.HeaderContentSecurityPolicy, policy)"), State.PASS),
        (_HEADERS, _net('c.Response.Headers[HeaderNames.ContentSecurityPolicy] = "default-src none";'), State.PASS),
        (_HEADERS, _net('c.Response.Headers.Append(HeaderNames.XFrameOptions, "DENY");'), State.PASS),
        (_HEADERS, _net("c.Response.Headers.Remove(HeaderNames.XFrameOptions);"), State.FAIL),
        (_HEADERS, _rust("SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, policy)"), State.PASS),
        (_CACHING, _java('r.setHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=300");'), State.PASS),
        (_CACHING, _java('r.setHeader("Cache-Control", "no-store");'), State.FAIL),
        (_CACHING, _java('request.header("Cache-Control", "max-age=300");'), State.FAIL),
        (_CACHING, _go('c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=300")'), State.PASS),
        (_CACHING, _go('c.Response().Header().Set(echo.HeaderCacheControl, "no-store")'), State.FAIL),
        (_CACHING, _net('c.Response.Headers[HeaderNames.CacheControl] = "public, max-age=300";'), State.PASS),
        (_CACHING, _net('c.Response.Headers.Append("Cache-Control", "public, max-age=300");'), State.PASS),
        (_CACHING, _net('c.Response.Headers["Cache-Control"] = "no-store";'), State.FAIL),
        (_ID, _go("c.Response().Header().Set(echo.HeaderXRequestID, id)"), State.PASS),
        (_ID, _net('c.Response.Headers["X-Request-Id"] = c.TraceIdentifier;'), State.PASS),
        (_ID, _net('var id = c.Request.Headers["X-Request-Id"];'), State.FAIL),
    ],
)
def test_what_a_header_is_called_by_makes_no_difference(item: str, files: Mapping[str, str], expected: State) -> None:
    assert ask_item(item, files).state is expected
