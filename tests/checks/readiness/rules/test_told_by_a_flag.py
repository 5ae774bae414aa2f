"""What a flag that fills a field switches on, and what is logged at a level that the host lets through."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_GO = """package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type Config struct {{
	MetricsEnabled *bool  `koanf:"metrics-enabled"`
	Name           string `koanf:"name"`
}}

func read(f *flag.FlagSet) {{
	f.Bool("metrics-enabled", {default}, "whether numbers are served")
}}

func main() {{
	config := read(f)
	http.HandleFunc("/x", h)
	if config.Metrics != nil && *config.MetricsEnabled {{
		http.Handle("/metrics", promhttp.Handler())
	}}
	http.ListenAndServe(":80", nil)
}}
"""
_MOD = "module m\n\nrequire github.com/prometheus/client_golang v1.9.0\n"


@pytest.mark.parametrize(
    ("default", "command", "expected"),
    [
        ("false", "/m", State.FAIL),
        ("true", "/m", State.PASS),
        ("false", "/m --metrics-enabled", State.PASS),
        ("isOn", "/m", State.PASS),
    ],
)
def test_a_field_that_a_flag_fills_is_as_the_flag_is(default: str, command: str, expected: State) -> None:
    files = {"go.mod": _MOD, "main.go": _GO.format(default=default), "Dockerfile": f"FROM scratch\nCMD {command}\n"}
    assert ask_item("monitoring.metrics-endpoint", files).state is expected


_NET = {
    "A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>',
    "Program.cs": "var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\n"
    'app.UseHttpLogging();\napp.MapGet("/x", () => 1);\napp.Run();\n',
}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ('"Default": "Information"', State.PASS),
        ('"Default": "Warning"', State.FAIL),
        ('"Default": "Information", "Microsoft.AspNetCore": "Warning"', State.FAIL),
        ('"Microsoft.AspNetCore": "Warning", "Microsoft.AspNetCore.HttpLogging": "Information"', State.PASS),
        ('"Default": "Information", "Microsoft.AspNetCore.Hosting": "Warning"', State.PASS),
    ],
)
def test_requests_are_logged_at_a_level_that_the_host_lets_through(levels: str, expected: State) -> None:
    told = f'{{"Logging": {{"LogLevel": {{{levels}}}}}}}'
    assert ask_item("monitoring.request-logging", {**_NET, "appsettings.json": told}).state is expected
