"""Settings of Go that are nothing by their type, and that nothing in the tree gives a value."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import look

_MAIN = """\
package main

type Config struct {
	Port       uint32           `yaml:"port"`
	OldPort    uint32           `yaml:"prometheus_port"`
	Prometheus PrometheusConfig `yaml:"prometheus"`
}

type PrometheusConfig struct {
	Enabled bool   `yaml:"enabled"`
	Port    uint32 `yaml:"port,omitempty"`
}

func main() {
	cfg := Config{Port: 8080}
	%s
	if %s {
		target()
	}
}
"""


def _standing(files: dict[str, str]) -> str:
    tree = look(files)
    found = [(file, one) for file in tree.source.parsed("target") for one in file.calls if one.last_name == "target"]
    return tree.reach.standing(*found[0]).name


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("cfg.Prometheus.Port > 0", "OFF"),
        ("s.cfg.Prometheus.Port != 0", "OFF"),
        ("cfg.Prometheus.Enabled", "OFF"),
        ("cfg.Prometheus.Enabled && ready", "OFF"),
        ("cfg.OldPort > 0", "OFF"),
        # A setting that has a value, one that has not to be on, and what else would do.
        ("cfg.Port > 0", "LIVE"),
        ("!cfg.Prometheus.Enabled", "LIVE"),
        ("cfg.Prometheus.Port > 0 || ready", "LIVE"),
        ("cfg.Others.Port > 0", "LIVE"),
    ],
)
def test_a_setting_that_nothing_gives_is_off(condition: str, expected: str) -> None:
    assert _standing({"main.go": _MAIN % ("", condition)}) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("cfg.Prometheus.Port = cfg.OldPort", "OFF"),
        ("cfg.Prometheus.Port = 6789", "LIVE"),
        ("cfg.Prometheus.Port = cfg.Port", "LIVE"),
        ("cfg.Prometheus = PrometheusConfig{Port: 6789}", "LIVE"),
        ("cfg.Prometheus = PrometheusConfig{Port: 0}", "OFF"),
        ("cfg.TURN = TurnConfig{Port: 6789}", "OFF"),
        ('flag.UintVar(&cfg.Prometheus.Port, "metrics", 6789, "")', "LIVE"),
        ('viper.SetDefault("prometheus.port", 6789)', "LIVE"),
    ],
)
def test_source_may_give_it(given: str, expected: str) -> None:
    assert _standing({"main.go": _MAIN % (given, "cfg.Prometheus.Port > 0")}) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("config.yaml", "port: 80\n# prometheus:\n#   port: 6789\n", "OFF"),
        ("config.yaml", "port: 80\nprometheus:\n  port: 6789\n", "LIVE"),
        ("config.yaml", "prometheus:\n  port: 0\nother: 1\n", "OFF"),
        ("config.toml", "[prometheus]\nport = 6789\n", "LIVE"),
        ("deploy/app.env", "PROMETHEUS_PORT=6789\n", "LIVE"),
    ],
)
def test_a_file_of_settings_may_give_it(path: str, text: str, expected: str) -> None:
    assert _standing({"main.go": _MAIN % ("", "cfg.Prometheus.Port > 0"), path: text}) == expected


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        ('fs.Int("prometheus-port", 6789, "")', "LIVE"),
        ('fs.Int("metrics.prometheus.port", 6789, "")', "LIVE"),
        ('viper.SetDefault("PROMETHEUS_PORT", 6789)', "LIVE"),
        ('fs.Int("port", 6789, "")', "OFF"),
    ],
)
def test_a_flag_of_another_file_may_give_it(flag: str, expected: str) -> None:
    flags = f"package main\n\nfunc flags() {{\n\t{flag}\n}}\n"

    assert _standing({"main.go": _MAIN % ("", "cfg.Prometheus.Port > 0"), "flags.go": flags}) == expected


@pytest.mark.parametrize(
    ("flag", "expected"),
    [('fs.Int("port-metrics", 9797, "")', "LIVE"), ('fs.Int("port-others", 9797, "")', "OFF")],
)
def test_a_flag_is_named_without_what_holds_all_settings(flag: str, expected: str) -> None:
    main = (_MAIN % ("", "s.config.PortMetrics > 0")).replace("OldPort   ", "PortMetrics")
    flags = f"package main\n\nfunc flags() {{\n\t{flag}\n}}\n"

    assert _standing({"main.go": main, "flags.go": flags}) == expected


def test_a_file_made_up_of_values_is_not_looked_at_to_the_end() -> None:
    many = "\tuse(PrometheusConfig{Port: 0})\n" * 500

    assert _standing({"main.go": _MAIN % (many, "cfg.Prometheus.Port > 0")}) == "LIVE"
