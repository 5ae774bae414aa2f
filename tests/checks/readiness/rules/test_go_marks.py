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
