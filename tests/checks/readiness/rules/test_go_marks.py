"""Marks of Go whose half does nothing: a middleware without its endpoint, a writer for people."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_METRICS = """\
package main

import "github.com/ansrivas/fiberprometheus/v2"

func main() {
	app := fiber.New()
	prometheus := fiberprometheus.New("shop")
%s	app.Use(prometheus.Middleware)
	app.Get("/items", list)
	app.Listen(":8080")
}
"""
_LOGGER = """\
package main

import "github.com/rs/zerolog"

func main() {
	http.HandleFunc("/items", list)
	logger := New("info")
	logger.Info().Msg("up")
	http.ListenAndServe(":8080", nil)
}

func New(level string) zerolog.Logger {
	switch strings.ToLower(level) {
	case "error":
		zerolog.SetGlobalLevel(zerolog.ErrorLevel)
	default:
		zerolog.SetGlobalLevel(zerolog.InfoLevel)
	}
	return zerolog.New(%s).With().Timestamp().Logger()
}
"""
_MODULE = "module shop\n\nrequire (\n\tgithub.com/gofiber/fiber/v2 v2.0.0\n\tgithub.com/rs/zerolog v1.0.0\n)\n"


@pytest.mark.parametrize(
    ("mounted", "expected"), [('\tprometheus.RegisterAt(app, "/metrics")\n', State.PASS), ("", State.FAIL)]
)
def test_a_middleware_that_counts_requests_serves_no_metrics(mounted: str, expected: State) -> None:
    judged = ask_item("monitoring.metrics-endpoint", {"go.mod": _MODULE, "main.go": _METRICS % mounted})

    assert judged.state is expected


@pytest.mark.parametrize(
    ("writer", "expected"),
    [("os.Stdout", State.PASS), ("zerolog.ConsoleWriter{Out: os.Stdout}", State.FAIL)],
)
def test_lines_for_a_console_are_no_json_whatever_their_level(writer: str, expected: State) -> None:
    judged = ask_item("monitoring.structured-logging", {"go.mod": _MODULE, "main.go": _LOGGER % writer})

    assert judged.state is expected


def test_a_console_that_a_setting_chooses_is_one_of_two() -> None:
    chosen = _LOGGER.replace("strings.ToLower(level)", "format").replace("%s", "zerolog.ConsoleWriter{Out: os.Stdout}")

    assert ask_item("monitoring.structured-logging", {"go.mod": _MODULE, "main.go": chosen}).state is State.PASS


_CHI = """\
package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/jwtauth/v5"
	grpcauth "github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/auth"
)

func main() {
	r := chi.NewRouter()
	%s
	r.Get("/orders", list)
	http.ListenAndServe(":8080", r)
}
"""


@pytest.mark.parametrize(
    ("item", "line", "expected"),
    [
        ("infrastructure.health-endpoints", 'r.Use(middleware.Heartbeat("/ping"))', State.PASS),
        ("infrastructure.health-endpoints", 'r.Use(middleware.StripPrefix("/ping"))', State.FAIL),
        ("security.jwt-jwks", 'tokens := jwtauth.New("HS256", key, nil)', State.FAIL),
        ("security.auth-middleware", "r.Use(jwtauth.Verifier(tokens), jwtauth.Authenticator(tokens))", State.PASS),
        ("security.auth-middleware", "r.Use(jwtauth.Verifier(tokens))", State.FAIL),
        ("security.auth-middleware", "server.With(grpcauth.UnaryServerInterceptor(check))", State.PASS),
        ("security.auth-middleware", "conn.With(grpcauth.UnaryClientInterceptor(check))", State.FAIL),
        ("api.response-time", "grpc.NewServer(grpc.StatsHandler(otelgrpc.NewServerHandler()))", State.PASS),
        ("api.response-time", "grpc.NewClient(host, grpc.WithStatsHandler(otelgrpc.NewClientHandler()))", State.FAIL),
        ("api.request-id", "chain(requestid.UnaryServerInterceptor())", State.PASS),
        ("api.request-id", "chain(requestid.UnaryClientInterceptor())", State.FAIL),
        ("monitoring.request-logging", "logger := slog.New(options.NewZerologHandler())", State.FAIL),
    ],
)
def test_what_a_server_is_given_counts_and_what_a_client_is_given_does_not(
    item: str, line: str, expected: State
) -> None:
    files = {
        "go.mod": "module shop\n\nrequire (\n\tgithub.com/go-chi/chi/v5 v5.0.0\n\tgoogle.golang.org/grpc v1.60.0\n)\n",
        "main.go": _CHI % line,
        "Dockerfile": 'FROM golang\nRUN go build\nHEALTHCHECK CMD wget -qO- localhost:8080/ping\nCMD ["/app"]\n',
    }

    assert ask_item(item, files).state is expected


_LOGGED = """\
package middleware

import "github.com/gin-gonic/gin"

func (m *Logged) Middleware() gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Next()
		m.log.Info().Str("path", c.Request.URL.Path).Int("status", c.Writer.Status()).Msg("request")
	}
}
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("middleware/zerolog_middleware.go", State.PASS),
        ("middleware/logger.go", State.PASS),
        ("middleware/login.go", State.FAIL),
        ("middleware/auth.go", State.FAIL),
    ],
)
def test_a_middleware_in_a_file_that_is_named_after_the_log_logs_requests(path: str, expected: State) -> None:
    main = (
        'package main\nimport (\n\t"github.com/gin-gonic/gin"\n\t"m/middleware"\n)\nfunc main() {\n\tr := gin.New()\n'
    )
    main += '\tr.Use(one.Middleware())\n\tr.GET("/x", h)\n\tr.Run()\n}\n'
    files = {"go.mod": "module m\nrequire github.com/gin-gonic/gin v1.9.0\n", "main.go": main, path: _LOGGED}

    assert ask_item("monitoring.request-logging", files).state is expected


_ECHO = """\
package main

import (
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	echoSwagger "github.com/swaggo/echo-swagger"
	httpSwagger "github.com/swaggo/http-swagger"
)

func main() {
	e := echo.New()
	%s
	e.GET("/orders", list)
	e.Start(":8080")
}
"""


@pytest.mark.parametrize(
    ("item", "line", "expected"),
    [
        ("docs.swagger-ui", 'e.GET("/swagger/*", echoSwagger.WrapHandler)', State.PASS),
        ("docs.swagger-ui", 'http.Handle("/swagger/", httpSwagger.WrapHandler)', State.PASS),
        ("docs.swagger-ui", 'e.GET("/swagger/*", echoSwagger.Name)', State.FAIL),
        ("docs.swagger-ui", 'e.GET("/swagger/*", list)', State.FAIL),
        ("api.request-id", "e.Use(middleware.RequestID())", State.PASS),
        (
            "api.request-id",
            "e.Use(middleware.CORSWithConfig(middleware.CORSConfig{H: echo.HeaderXRequestID}))",
            State.FAIL,
        ),
    ],
)
def test_what_echo_is_handed(item: str, line: str, expected: State) -> None:
    files = {"go.mod": "module shop\n\nrequire github.com/labstack/echo/v4 v4.0.0\n", "main.go": _ECHO % line}

    assert ask_item(item, files).state is expected


_REPOSITORY = """\
package main

import "github.com/redis/go-redis/v9"

type %s struct {
	redisClient *redis.Client
}

func main() {
	c := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	http.HandleFunc("/a", %s{c}.find)
	http.ListenAndServe(":8080", nil)
}

func (s %s) find(w http.ResponseWriter, r *http.Request) {
	%s
}
"""


@pytest.mark.parametrize(
    ("name", "path", "call", "expected"),
    [
        ("newsRedisRepo", "main.go", "", State.PASS),
        ("redisOptions", "main.go", "", State.FAIL),
        ("news", "session_store.go", "s.redisClient.Set(ctx, key, value, hour)", State.PASS),
        ("news", "main.go", "s.redisClient.Set(ctx, key, value, hour)", State.FAIL),
        ("news", "session_store.go", "s.redisClient.Ping(ctx)", State.FAIL),
    ],
)
def test_what_keeps_things_in_redis(name: str, path: str, call: str, expected: State) -> None:
    files = {
        "go.mod": "module shop\n\nrequire github.com/redis/go-redis/v9 v9.0.0\n",
        path: _REPOSITORY % (name, name, name, call),
    }

    assert ask_item("cache.services", files).state is expected
