"""Options of .NET that have to be on: what production's committed settings say of them."""

from __future__ import annotations

import json

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_PROGRAM = """\
using Microsoft.AspNetCore.Builder;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddWatch(settings.Watch);
var app = builder.Build();
app.MapGet("/x", () => 1);
app.Run();
"""
_EXTENSION = """\
public static class WatchExtensions
{
    public static IServiceCollection AddWatch(this IServiceCollection services, WatchOptions options = null)
    {
%s
    }
}
"""
_GUARDED = """\
        if (options == null || !options.IsEnabled)
        {
            return services;
        }
        services.AddOpenTelemetry().WithMetrics(builder => builder.AddAspNetCoreInstrumentation());
        return services;
"""
_INSIDE = """\
        if (%s)
        {
            services.AddOpenTelemetry().WithMetrics(builder => builder.AddAspNetCoreInstrumentation());
        }
        return services;
"""


def _state(body: str, files: dict[str, str]) -> State:
    code = {"src/Api/Program.cs": _PROGRAM, "src/Api/WatchExtensions.cs": _EXTENSION % body}
    return ask_item("monitoring.metrics-collection", code | files).state


def _told(value: object) -> dict[str, str]:
    return {"src/Api/appsettings.json": json.dumps(value)}


@pytest.mark.parametrize(
    "body",
    [
        _GUARDED,
        _INSIDE % "options.IsEnabled",
        _INSIDE % "options?.IsEnabled ?? false",
        _INSIDE % "options is not null && options.IsEnabled",
        _INSIDE % "_settings.Monitoring.Watch.IsEnabled == true",
    ],
)
def test_what_production_is_told_decides(body: str) -> None:
    on, off = ({"Monitoring": {"Watch": {"IsEnabled": value}}} for value in (True, False))

    assert [_state(body, _told(one)) for one in (on, off)] == [State.PASS, State.FAIL]


@pytest.mark.parametrize(
    "files",
    [
        {"compose.yml": "services:\n  api:\n    environment:\n      Monitoring__Watch__IsEnabled: 'true'\n"},
        {"k8s/api.yaml": 'env:\n  - name: Monitoring__Watch__IsEnabled\n    value: "true"\n'},
        {"src/Worker/appsettings.json": '{"Watch": {"IsEnabled": true}}'},
        {"src/Api/appsettings.Production.json": '{"Monitoring": {"Watch": {"IsEnabled": true}}}'},
    ],
)
def test_one_that_says_yes_is_enough(files: dict[str, str]) -> None:
    assert _state(_GUARDED, _told({"Monitoring": {"Watch": {"IsEnabled": False}}}) | files) is State.PASS


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        # Nobody sets it, and the condition says what that means.
        ("options?.IsEnabled ?? false", State.FAIL),
        # Nor is it known of what type its holder is.
        ("settings?.Watch?.IsEnabled ?? false", State.FAIL),
        ("settings?.Watch?.Rate ?? false", State.PASS),
        # It may be on by itself.
        ("options.IsEnabled", State.PASS),
        # Either of two is enough, and one that is asked for not to be on is no switch.
        ("options.IsEnabled || options.Always", State.PASS),
        ("!options.IsEnabled", State.PASS),
        # A question about a thing is no option.
        ("user.Identity?.IsAuthenticated ?? false", State.PASS),
    ],
)
def test_what_nobody_sets(condition: str, state: State) -> None:
    assert _state(_INSIDE % condition, {}) is state


def test_what_stands_behind_an_option_that_is_off_where_it_has_to_be_off_runs() -> None:
    assert _state(_INSIDE % "!options.IsEnabled", _told({"Watch": {"IsEnabled": False}})) is State.PASS


_PUSHES = """\
var builder = WebApplication.CreateBuilder(args);
%s
var app = builder.Build();
app.MapGet("/x", () => 1);
app.Run();
"""
_OTEL = "builder.Services.AddOpenTelemetry()"


@pytest.mark.parametrize(
    ("exports", "settings", "state"),
    [
        (f"{_OTEL}.WithMetrics(m => m.AddOtlpExporter());", "{}", State.NOT_APPLICABLE),
        (
            f"{_OTEL}.WithTracing(t => t.AddOtlpExporter()).WithMetrics(m => m.AddOtlpExporter());",
            "{}",
            State.NOT_APPLICABLE,
        ),
        (
            f"{_OTEL}.WithMetrics(m => m.AddOtlpExporter()).WithTracing(t => t.AddOtlpExporter());",
            "{}",
            State.NOT_APPLICABLE,
        ),
        (f"{_OTEL}.UseOtlpExporter();", "{}", State.NOT_APPLICABLE),
        # Traces and logs are no metrics, and what is switched off sends nothing.
        (f"{_OTEL}.WithTracing(t => t.AddOtlpExporter());", "{}", State.FAIL),
        ("builder.Logging.AddOpenTelemetry(o => o.AddOtlpExporter());", "{}", State.FAIL),
        (
            f"if (options.Otlp.IsEnabled) {{ {_OTEL}.WithMetrics(m => m.AddOtlpExporter()); }}",
            '{"Otlp": {"IsEnabled": false}}',
            State.FAIL,
        ),
    ],
)
def test_metrics_of_net_are_pushed_where_an_exporter_of_metrics_runs(exports: str, settings: str, state: State) -> None:
    files = {"Program.cs": _PUSHES % exports, "appsettings.json": settings}

    assert ask_item("monitoring.metrics-endpoint", files).state is state
