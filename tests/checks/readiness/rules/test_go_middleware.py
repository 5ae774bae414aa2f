"""Middleware of Go's smaller frameworks: what guards, what is given one key for tokens, what lets every origin in."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item, look

_MAIN = """\
package main

import (
	"net/http"

	%s
)

func main() {
	%s
	http.ListenAndServe(":8080", nil)
}
"""
_OZZO = "\n\t".join(f'"github.com/go-ozzo/ozzo-routing/v2{part}"' for part in ("", "/auth", "/cors"))


def _say(item: str, imports: str, line: str, **files: str) -> State:
    more = {path.replace("__", "/") + ".go": text for path, text in files.items()}
    return ask_item(item, {"main.go": _MAIN % (imports, line), "go.mod": "module shop\n", **more}).state


@pytest.mark.parametrize(
    ("imports", "line"),
    [
        (_OZZO, "r.Use(auth.JWT(cfg.Key))"),
        ('"github.com/labstack/echo-jwt/v4"', "e.Use(echojwt.WithConfig(echojwt.Config{SigningKey: []byte(key)}))"),
        ('"github.com/gofiber/contrib/jwt"', "app.Use(jwtware.New(jwtware.Config{SigningKey: key}))"),
        (
            '"github.com/appleboy/gin-jwt/v2"',
            'm, err := jwt.New(&jwt.GinJWTMiddleware{Realm: "shop", Key: []byte(key)})',
        ),
        ('"github.com/zeromicro/go-zero/rest"', "server.AddRoutes(routes, rest.WithJwt(c.Secret))"),
    ],
)
def test_a_middleware_that_is_given_one_key_checks_tokens_with_it(imports: str, line: str) -> None:
    assert _say("security.jwt-jwks", imports, line) is State.FAIL


def test_a_function_of_the_program_of_the_same_name_is_no_check_of_tokens() -> None:
    assert _say("security.jwt-jwks", '"shop/auth"', "r.Use(auth.JWT(cfg.Key))") is State.NOT_APPLICABLE


def test_a_middleware_may_be_told_where_the_issuer_s_keys_are() -> None:
    line = 'app.Use(jwtware.New(jwtware.Config{JWKSetURLs: []string{"https://id.example/jwks"}}))'
    assert _say("security.jwt-jwks", '"github.com/gofiber/contrib/jwt"', line) is State.PASS


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("r.Use(authHandler)", State.PASS),
        ("r.Use(logged, auth.JWTHandler(key))", State.PASS),
        ("r.Use(mockAuthHandler)", State.FAIL),
        ("r.Use(optionalAuthHandler)", State.FAIL),
        ('r.Handle("/login", authHandler)', State.FAIL),
    ],
)
def test_what_is_mounted_and_named_a_handler_of_who_signs_in_is_a_guard(line: str, state: State) -> None:
    assert _say("security.auth-middleware", '"shop/auth"', line) is state


def test_a_guard_of_ozzo_is_known_by_its_package() -> None:
    assert _say("security.auth-middleware", _OZZO, "r.Use(auth.Bearer(find))") is State.PASS


@pytest.mark.parametrize(
    ("options", "state"), [("cors.AllowAll", State.FAIL), ("cors.Options{AllowOrigins: origins}", State.PASS)]
)
def test_the_options_of_ozzo_may_let_every_origin_in(options: str, state: State) -> None:
    assert _say("security.cors", _OZZO, f"r.Use(cors.Handler({options}))") is state


@pytest.mark.parametrize(
    ("function", "state"), [("func Load() error", State.PASS), ("func (o Config) Names() error", State.FAIL)]
)
def test_settings_are_validated_where_they_are_loaded(function: str, state: State) -> None:
    code = f"package config\n\n{function} {{\n\tc := Config{{}}\n\treturn c.Validate()\n}}\n"
    assert _say("infrastructure.env-validation", '"shop/config"', "config.Load()", config__config=code) is state


@pytest.mark.parametrize(("value", "state"), [("id", State.PASS), ("job.ID", State.FAIL)])
def test_an_id_that_is_put_in_the_context_by_its_key_is_a_request_s(value: str, state: State) -> None:
    line = f"ctx = context.WithValue(ctx, requestIDKey, {value})"
    assert _say("api.request-id", '"context"', line) is state


@pytest.mark.parametrize(
    ("module", "state"), [("go-ozzo/ozzo-dbx", State.PASS), ("go-ozzo/ozzo-log", State.NOT_APPLICABLE)]
)
def test_dbx_is_a_query_builder(module: str, state: State) -> None:
    main = _MAIN % (f'"github.com/{module}"', 'db, _ := dbx.MustOpen("postgres", dsn)')
    files = {"main.go": main, "go.mod": f"module shop\n\nrequire github.com/{module} v1.5.0\n"}
    assert ask_item("database.orm", files).state is state


@pytest.mark.parametrize(("line", "state"), [("time.Now().Sub(start)", State.PASS), ("next()", State.FAIL)])
def test_the_time_of_a_request_may_be_a_difference_of_two(line: str, state: State) -> None:
    code = f"package accesslog\n\nfunc Handler() {{\n\tlog.Info({line})\n}}\n"
    assert _say("api.response-time", '"shop/accesslog"', "accesslog.Handler()", accesslog__middleware=code) is state


@pytest.mark.parametrize(
    ("line", "routes"),
    [
        ('r.To("GET,HEAD", "/healthcheck", check)', ["GET /healthcheck", "HEAD /healthcheck"]),
        ('app.HandleMany("GET POST", "/orders", list)', ["GET /orders", "POST /orders"]),
        ('mail.To("shop", "/orders", list)', []),
    ],
)
def test_a_route_may_list_its_methods_in_one_text(line: str, routes: list[str]) -> None:
    found = look({"main.go": _MAIN % ('"context"', line)}).routes

    assert [f"{one.method} {one.path}" for one in found.all] == routes


@pytest.mark.parametrize(
    ("mounted", "state"),
    [("exporter.Middleware", State.PASS), ("prometheus.Middleware", State.PASS), ("other.Middleware", State.FAIL)],
)
def test_what_measures_requests_in_go_may_have_any_name(mounted: str, state: State) -> None:
    name = mounted.partition(".")[0].replace("other", "_")
    line = f'{name} := fiberprometheus.New("shop")\n\tapp.Use({mounted})'
    assert _say("monitoring.metrics-collection", '"github.com/ansrivas/fiberprometheus/v2"', line) is state
