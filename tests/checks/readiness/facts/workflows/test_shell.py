from __future__ import annotations

import pytest

from bot.checks.readiness.facts.workflows.shell import ShellCommand, split_script


def texts(script: str) -> list[str]:
    return [" ".join(command.words) for command in split_script(script)]


@pytest.mark.parametrize(
    ("script", "commands"),
    [
        ("make test", ["make test"]),
        ("cd app && npm ci && npm test", ["cd app", "npm ci", "npm test"]),
        ("A=1 B='x y' pytest -q", ["pytest -q"]),
        ("pytest -m 'not e2e' \"a b\"", ["pytest -m not e2e a b"]),
        ("poetry run pytest", ["pytest"]),
        ("uv run --python 3.12 --dev --frozen pytest -q", ["pytest -q"]),
        ("npx --yes playwright test", ["playwright test"]),
        ("dotenv -e ../../.env -- vitest run", ["vitest run"]),
        ("python3 -m pytest tests", ["pytest tests"]),
        ("python -W error -m unittest", ["unittest"]),
        ("sudo env X=1 xvfb-run -a npm test", ["npm test"]),
        ("bundle exec rspec", ["rspec"]),
        ("cargo test \\\n  --all", ["cargo test --all"]),
        ("# pytest\necho pytest\n", []),
        ("make x # then pytest", ["make x"]),
        ("cat > f <<EOF\npytest\nEOF\nmake x", ["cat > f", "make x"]),
        ("if make check; then\n  pytest\nfi", ["make check", "pytest"]),
        ("for d in a b; do (cd $d && go test ./...); done", ["cd $d", "go test ./...)"]),
        ("\t@pytest -q", ["pytest -q"]),
    ],
)
def test_a_script_is_its_commands_without_what_wraps_them(script: str, commands: list[str]) -> None:
    assert texts(script) == commands


@pytest.mark.parametrize(
    ("script", "soft"),
    [("pytest || true", True), ("pytest || exit 1", False), ("pytest || exit 0", True), ("pytest", False)],
)
def test_a_failure_that_is_passed_over_is_told(script: str, soft: bool) -> None:  # noqa: FBT001 - of a table
    assert next(split_script(script)).soft is soft


def test_a_command_keeps_its_line() -> None:
    assert list(split_script("a\n\nb")) == [ShellCommand(["a"], 0, soft=False), ShellCommand(["b"], 2, soft=False)]


@pytest.mark.parametrize("script", ["(" * 100_000, "a && " * 50_000, "'" * 99_999, "$(" * 50_000, "\\\n" * 100_000])
def test_a_hostile_script_ends_soon(script: str) -> None:
    assert len(texts(script)) < 500
