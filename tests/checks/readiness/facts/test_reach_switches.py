"""What is off unless somebody says yes, by the ways that languages ask their settings, and where nobody does."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import look

_GO = 'package main\nimport (\n\t"flag"\n\t"github.com/spf13/viper"\n)\nfunc main() {\n%s\n}\n'
_JAVA = """\
class Main {
    @Value("${app.limits.enabled:%s}")
    private boolean enabled;
    void main() { if (enabled && !target()) { return; } }
}
"""
_NET = 'var limits = config.GetSection("Limiting").Get<LimitOptions>() ?? new();\nif (limits.Enabled) { target(); }\n'


def _standing(files: dict[str, str]) -> str:
    tree = look(files)
    found = [(file, one) for file in tree.source.parsed("target") for one in file.calls if one.last_name == "target"]
    return tree.reach.standing(*found[0]).name


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        # No where something says it, and yes where nothing does.
        ("main.ts", "if (process.env.LIMITS_ENABLED !== 'false') target()", "LIVE"),
        ("main.ts", "const on = process.env.LIMITS_ENABLED !== '0'\nif (on) target()", "LIVE"),
        (
            "main.ts",
            "const c = { limits: { enabled: process.env.L === 'true' } }\nif (c.limits.enabled) target()",
            "OFF",
        ),
        (
            "main.ts",
            "const c = { limits: { enabled: process.env.L !== 'false' } }\nif (c.limits.enabled) target()",
            "LIVE",
        ),
        (
            "main.ts",
            "const c = { other: { enabled: process.env.L === 'true' } }\nif (c.limits.enabled) target()",
            "LIVE",
        ),
        ("main.py", "class S:\n    limiting: bool = False\nif settings.limiting:\n    target()\n", "OFF"),
        ("main.py", "class S:\n    limiting: bool = True\nif settings.limiting:\n    target()\n", "LIVE"),
        ("main.py", "class S:\n    limiter: Any = None\nif settings.limiter:\n    target()\n", "LIVE"),
        ("main.py", "LIMITING = False\nif app.config['LIMITING']:\n    target()\n", "OFF"),
        ("main.py", "LIMITING = os.getenv('L', '1') == '1'\nif app.config['LIMITING']:\n    target()\n", "LIVE"),
        ("main.py", "if config('LIMITING', default=False, cast=bool):\n    target()\n", "OFF"),
        ("main.py", "if os.getenv('A', False) or x:\n    target()\n", "LIVE"),
        ("routes/web.php", "<?php if (env('LIMITING', false)) { target(); }", "OFF"),
        ("routes/web.php", "<?php if (env('LIMITING', true)) { target(); }", "LIVE"),
        ("config/application.rb", "if ENV['LIMITS_ENABLED'].present?\n  target()\nend\n", "OFF"),
        ("config/application.rb", "return unless ENV['LIMITING'] == 'true'\n\ntarget()\n", "OFF"),
        ("config/application.rb", "return if ENV['LIMITING'] == 'true'\n\ntarget()\n", "LIVE"),
        (
            "src/main.rs",
            'fn main() { if std::env::var("L").map(|v| v == "true").unwrap_or(false) { target(); } }',
            "OFF",
        ),
        ("src/main.rs", 'fn main() { if env::var("L").as_deref() == Ok("1") { target(); } }', "OFF"),
        ("src/main.rs", 'fn main() { if env::var("L").map(|v| v != "false").unwrap_or(true) { target(); } }', "LIVE"),
        ("main.go", _GO % '\tl := flag.Bool("limits", false, "")\n\tif *l {\n\t\ttarget()\n\t}', "OFF"),
        ("main.go", _GO % '\tl := flag.Bool("limits", true, "")\n\tif *l {\n\t\ttarget()\n\t}', "LIVE"),
        (
            "main.go",
            _GO % '\tvar l bool\n\tflag.BoolVar(&l, "limits", false, "")\n\tif l {\n\t\ttarget()\n\t}',
            "OFF",
        ),
        (
            "main.go",
            _GO % '\tvar l bool\n\tflag.BoolVar(&l, "limits", true, "")\n\tif l {\n\t\ttarget()\n\t}',
            "LIVE",
        ),
        ("main.go", _GO % '\tif viper.GetBool("limits.on") {\n\t\ttarget()\n\t}', "OFF"),
        (
            "main.go",
            _GO % '\tviper.SetDefault("limits.on", true)\n\tif viper.GetBool("limits.on") {\n\t\ttarget()\n\t}',
            "LIVE",
        ),
        ("Main.java", _JAVA % "false", "OFF"),
        ("Main.java", _JAVA % "true", "LIVE"),
    ],
)
def test_a_setting_is_off_by_what_its_language_says(path: str, text: str, expected: str) -> None:
    assert _standing({path: text}) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Dockerfile": "FROM x\nENV LIMITS_ENABLED=false\n"}, "OFF"),
        ({"docker-compose.yml": "services:\n  a:\n    environment:\n      LIMITS_ENABLED: 'false'\n"}, "LIVE"),
        ({"docker-compose.prod.yml": "services:\n  a:\n    environment:\n      LIMITS_ENABLED: 'false'\n"}, "OFF"),
        ({".env.example": "LIMITS_ENABLED=false\n"}, "LIVE"),
    ],
)
def test_what_is_on_by_default_may_be_shipped_as_off(files: dict[str, str], expected: str) -> None:
    assert _standing({"main.ts": "if (process.env.LIMITS_ENABLED !== 'false') target()", **files}) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"deploy/k8s/app.yml": "args: [--limits]\n"}, "LIVE"),
        ({"deploy/k8s/app.yml": "args: [--limits=false]\n"}, "OFF"),
        ({"deploy/k8s/app.yml": "args: [--limits-max=5]\n"}, "OFF"),
    ],
)
def test_a_flag_may_be_given_where_the_program_is_started(files: dict[str, str], expected: str) -> None:
    code = _GO % '\tl := flag.Bool("limits", false, "")\n\tif *l {\n\t\ttarget()\n\t}'
    assert _standing({"main.go": code, **files}) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "LIVE"),
        ({"config.yml": "metrics:\n  port: 1\n  enabled: false\n"}, "OFF"),
        ({"config.yml": "metrics:\n  port: 1\n  enabled: true\n"}, "LIVE"),
        ({"config.yml": "traces:\n  enabled: false\nmetrics:\n  port: 1\n"}, "LIVE"),
        ({"config.yml": "metrics:\n  enabled: false\n", "Dockerfile": "ENV METRICS_ENABLED=true\n"}, "LIVE"),
    ],
)
def test_a_file_of_settings_says_no_of_a_section(files: dict[str, str], expected: str) -> None:
    code = "package main\nfunc main() {\n\tif cfg.Metrics.Enabled {\n\t\ttarget()\n\t}\n}\n"
    assert _standing({"main.go": code, **files}) == expected


@pytest.mark.parametrize(
    ("manifest", "image", "expected"),
    [
        ("default = []\nreporting = []\n", "", "OFF"),
        ('default = ["all"]\nall = ["reporting"]\nreporting = []\n', "", "LIVE"),
        ("reporting = []\n", "RUN cargo build --release --features reporting\n", "LIVE"),
        ("reporting = []\n", "RUN cargo build --all-features\n", "LIVE"),
        ("reporting = []\n", "RUN cargo clippy --all-features && cargo +nightly test --features reporting\n", "OFF"),
        ("reporting = []\nother = []\n", "RUN cargo build --features other\n", "OFF"),
        ('reporting = []\n[dependencies]\nerrs = { version = "1", features = ["reporting"] }\n', "", "OFF"),
        ('reporting = []\n[dependencies]\nerrs = { path = "../errs", features = ["reporting"] }\n', "", "LIVE"),
    ],
)
def test_a_feature_of_rust_is_built_where_something_asks_for_it(manifest: str, image: str, expected: str) -> None:
    code = 'fn main() {\n    #[cfg(feature = "reporting")]\n    let _guard = target();\n    serve();\n}\n'
    files = {"Cargo.toml": f'[package]\nname = "x"\n[features]\n{manifest}', "Dockerfile": image}
    assert _standing({"src/main.rs": code, **files}) == expected


@pytest.mark.parametrize(
    ("property_", "files", "expected"),
    [
        ("public bool Enabled { get; set; }", {}, "OFF"),
        ("public bool Enabled { get; set; } = true;", {}, "LIVE"),
        ("public bool Enabled { get; set; }", {"appsettings.json": '{"Limiting": {"Enabled": true}}'}, "LIVE"),
        ("public bool Enabled { get; set; }", {"appsettings.json": '{"Sentry": {"Enabled": true}}'}, "OFF"),
        ("public bool Enabled { get; set; }", {"Setup.cs": "services.Configure<X>(o => o.Enabled = true);"}, "LIVE"),
    ],
)
def test_an_option_of_net_begins_as_its_type_says(property_: str, files: dict[str, str], expected: str) -> None:
    tree = {"Program.cs": _NET, "LimitOptions.cs": f"public class LimitOptions\n{{\n    {property_}\n}}\n", **files}
    assert _standing(tree) == expected
