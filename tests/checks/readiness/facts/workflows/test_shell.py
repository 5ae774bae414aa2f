from __future__ import annotations

import pytest

from bot.checks.readiness.facts.workflows.flow import ShellCommand
from bot.checks.readiness.facts.workflows.parts import Manner
from bot.checks.readiness.facts.workflows.shell import split_script


def texts(script: str) -> list[str]:
    return [" ".join(command.words) for command in split_script(script)]


@pytest.mark.parametrize(
    ("script", "commands"),
    [
        ("make test", ["make test"]),
        (
            'if [ -z "$RUN" ]; then\n  RUN="cargo nextest run"\nfi\n${RUN} -- --ignored',
            ["cargo nextest run -- --ignored"],
        ),
        # What may be nothing, or comes from elsewhere, is unknown.
        ('RUN="pytest -q"\nRUN=true\n$RUN tests', ["$RUN tests"]),
        ("$RUN tests", ["$RUN tests"]),
        *(
            (f'RUN="pytest -q"\n{other}\n$RUN a', [*said, "$RUN a"])
            for other, said in (
                ('RUN="ruff check"', []),
                ('RUN="$RUN --collect-only"', []),
                ('RUN+=" --collect-only"', ["RUN+= --collect-only"]),
                ("if x; then RUN=true; fi", ["x"]),
                ("read -r RUN < a", ["read -r RUN < a"]),
            )
        ),
        ('RUN="pytest -q"\nRUN="pytest -v"\n$RUN a', ["pytest -q a"]),
        ("cd app && npm ci && npm test", ["cd app", "npm ci", "npm test"]),
        ("A=1 B='x y' pytest -q", ["pytest -q"]),
        ("pytest -m 'not e2e' \"a b\"", ["pytest -m not e2e a b"]),
        ("poetry run pytest", ["pytest"]),
        ("uv run --python 3.12 --dev --frozen pytest -q", ["pytest -q"]),
        ("npx --yes playwright test", ["playwright test"]),
        ("dotenv -e ../../.env -- vitest run", ["vitest run"]),
        ("npx dotenv-cli -e .env.example -- npx nx test", ["nx test"]),
        ("python3 -m pytest tests", ["pytest tests"]),
        ("php8.2 -d memory_limit=1G ./vendor/bin/phpunit --testdox", ["./vendor/bin/phpunit --testdox"]),
        ("php${{ matrix.php }} ./vendor/bin/phpunit", ["./vendor/bin/phpunit"]),
        ("php${{ matrix.php }} artisan migrate", ["php artisan migrate"]),
        ("php -dmemory_limit=-1 bin/phpunit --testsuite unit", ["bin/phpunit --testsuite unit"]),
        ("php phpunit.phar", ["phpunit.phar"]),
        ("php bin/console doctrine:migrations:migrate", ["php bin/console doctrine:migrations:migrate"]),
        ("node bin/www", ["node bin/www"]),
        ("php run.php vendor/bin/phpunit", ["php run.php vendor/bin/phpunit"]),
        ("node --trace-warnings node_modules/.bin/jest", ["node_modules/.bin/jest"]),
        ("node server.js", ["node server.js"]),
        ("python -W error -m unittest", ["unittest"]),
        ("sudo env X=1 xvfb-run -a npm test", ["npm test"]),
        ("env $(cat .env .test.env | grep -v NO | xargs) go test ./...", ["go test ./..."]),
        ("env $(xargs < .env) X=1 npm test", ["npm test"]),
        ("bundle exec rspec", ["rspec"]),
        ("cargo test \\\n  --all", ["cargo test --all"]),
        ("# pytest\necho pytest\n", []),
        ("make x # then pytest", ["make x"]),
        ("cat > f <<EOF\npytest\nEOF\nmake x", ["cat > f", "make x"]),
        ("cat <<EOF\n  EOF\npytest\nEOF\nmake x", ["cat", "make x"]),
        ("cat <<-EOF\n\tpytest\n\tEOF\nmake x", ["cat", "make x"]),
        ("cat <<A <<'B'\nx\nA\npytest\nB\nmake x", ["cat", "make x"]),
        ('echo "to test:\n  pytest\n"\nmake x', ["make x"]),
        ("NOTE='to test:\n  pytest\n'\nmake x", ["make x"]),
        ("gh pr comment --body 'x\npytest' # don't", ["gh pr comment --body x\npytest"]),
        ('X="a\nb" make x\nmake y', ["make x", "make y"]),
        ('OUT="$(\n  pytest\n)"', ["$(", "pytest"]),
        ('bash -c "\n  pytest\n"', ["bash -c", "pytest"]),
        ('echo "never closed\npytest', ["pytest"]),
        ("make x # it's\npytest # isn't", ["make x", "pytest"]),
        ("if make check; then\n  pytest\nfi", ["make check", "pytest"]),
        ("for d in a b; do (cd $d && go test ./...); done", ["cd $d", "go test ./..."]),
        ("\t@pytest -q", ["pytest -q"]),
        ("${PREFIX}pytest -q", ["pytest -q"]),
        (
            "case $f in\n  dist/*|coverage/*|e2e/*)\n    make x\n    ;;\n  e2e) pytest;;\nesac\nnpm test",
            ["make x", "pytest", "npm test"],
        ),
        ('case "$1" in a|b) make x;; (c) make y;; *) exit 1;; esac; pytest', ["make x", "make y", "exit 1", "pytest"]),
        (
            "case $a in\n x)\n case $b in\n y) make z;;\n esac\n make w;;\n v) make u;;\nesac",
            ["make z", "make w", "make u"],
        ),
        ("$(BIN)coverage run -m pytest", ["coverage run -m pytest"]),
        ("${RUNNER} -q", ["${RUNNER} -q"]),
    ],
)
def test_a_script_is_its_commands_without_what_wraps_them(script: str, commands: list[str]) -> None:
    assert texts(script) == commands


@pytest.mark.parametrize(
    ("script", "soft"),
    [
        ("pytest || true", True),
        ("pytest || exit 1", False),
        ("pytest || exit 0", True),
        ("pytest", False),
        # A word of nothing, as a script in another language has it.
        ("pytest || '' && x", False),
    ],
)
def test_a_failure_that_is_passed_over_is_told(script: str, soft: bool) -> None:  # noqa: FBT001 - of a table
    assert next(split_script(script)).soft is soft


@pytest.mark.parametrize(
    ("script", "manner"),
    [
        ("if pytest; then\n  echo ok\nelse\n  say\nfi\nsay() {\n  echo failed\n  exit 0\n}", Manner.STRICT),
        ("pytest | tee out", Manner.ERREXIT),
        ("pytest &", Manner.STRICT),
        ("set +e\npytest\necho done", Manner.STRICT),
        ("pytest && echo ok\necho done", Manner.STRICT),
        ("pytest && make x || true", Manner.STRICT),
        ("pytest || { echo failed; }", Manner.STRICT),
        ("pytest || {\n  echo failed\n}", Manner.STRICT),
        ("pytest || FAILED=1\necho done", Manner.STRICT),
        ("pytest || (echo failed)", Manner.STRICT),
        ("(\npytest\n) || true", Manner.STRICT),
        ("{ pytest; } || true", Manner.STRICT),
        ("{ pytest; } | tee out", Manner.ERREXIT),
        ("(pytest; make x; echo) || true", Manner.STRICT),
        ("! pytest", Manner.STRICT),
        ("pytest; true", Manner.LINES),
        ("-pytest", Manner.LINES),
        ("@-pytest", Manner.LINES),
        ("pytest\necho done", Manner.PLAIN),
        ("if pytest; then\n  echo ok\nfi", Manner.STRICT),
        ("pytest || false || true", Manner.STRICT),
        ("pytest || make x || true", Manner.STRICT),
    ],
)
def test_a_failure_that_the_shell_goes_on_after_is_passed_over(script: str, manner: Manner) -> None:
    assert next(split_script(script, manner)).soft


@pytest.mark.parametrize(
    "script",
    [
        "for d in a b; do\n  pytest || continue\ndone",
        "for d in a b; do\n  pytest\ndone || true",
        "if make x; then\n  pytest\nfi || true",
        "run() {\n  pytest || return 0\n}\nrun",
        "run() {\n  pytest\n}\nrun || true",
    ],
)
def test_a_failure_within_what_is_passed_over_is_too(script: str) -> None:
    assert [one.soft for one in split_script(script) if one.words[0] == "pytest"] == [True]


@pytest.mark.parametrize(
    ("script", "manner"),
    [
        ("pytest | tee out", Manner.STRICT),
        ("{ pytest; } | tee out", Manner.STRICT),
        ("{ pytest; } | tee out\nexit ${PIPESTATUS[0]}", Manner.ERREXIT),
        ("{ pytest; } || { echo failed; exit 1; }", Manner.STRICT),
        ("(\npytest\n) || (echo failed; exit 1)", Manner.STRICT),
        ("for d in a b; do\n  pytest\ndone", Manner.STRICT),
        ("run() {\n  pytest\n}\nrun || true\nrun", Manner.STRICT),
        ("run() {\n  pytest || return 1\n}\nrun", Manner.STRICT),
        ("set -o pipefail\npytest | tee out", Manner.ERREXIT),
        ("pytest | tee out\nexit ${PIPESTATUS[0]}", Manner.ERREXIT),
        ("pytest; true", Manner.STRICT),
        ("set +e\npytest", Manner.STRICT),
        ("set +e\npytest\ncode=$?\nexit $code", Manner.STRICT),
        ("pytest && echo ok", Manner.STRICT),
        ("pytest && echo ok\n\techo done", Manner.LINES),
        ("pytest || { echo failed; exit 1; }", Manner.STRICT),
        ("pytest || exit 2", Manner.STRICT),
        ("pytest || make again", Manner.STRICT),
        ("pytest || FAILED=1\nexit $FAILED", Manner.STRICT),
        ("set -euo pipefail\npytest\necho done", Manner.PLAIN),
        ("echo first\npytest", Manner.PLAIN),
        ("if ! pytest; then\n  exit 1\nfi", Manner.STRICT),
        ("pytest || false", Manner.STRICT),
        ("pytest || false || exit 1", Manner.STRICT),
        ("trap 'rm x' EXIT\npytest", Manner.STRICT),
        ("run() {\n  pytest\n}\nrun", Manner.PLAIN),
        ("pytest &\nwait", Manner.STRICT),
        ("fail() {\n  echo failed\n  exit 1\n}\nif pytest; then\n  echo ok\nelse\n  fail\nfi", Manner.STRICT),
        ("function fail {\n  exit 1\n}\nif ! pytest; then\n  fail unit\nfi", Manner.STRICT),
    ],
)
def test_a_failure_that_ends_the_script_counts(script: str, manner: Manner) -> None:
    assert [one.soft for one in split_script(script, manner) if one.words == ["pytest"]] == [False]


@pytest.mark.parametrize(
    "script",
    [
        "true && {\n  exit 0\n}\npytest",
        "false || {\n  exit 1\n}\npytest",
        "exit 0\npytest",
        "exit 0 && pytest",
        "if false; then\n  pytest\nfi",
        "if [ 1 -eq 0 ]; then\n  pytest\nfi",
        "if true; then\n  echo\nelse\n  pytest\nfi",
        "false && pytest",
        "true || pytest",
        "run() {\n  pytest\n}\necho",
        "function run {\n  pytest\n}\necho",
        "run()\n{\n  pytest\n}\necho",
        "while false; do pytest; done",
        "exec true\npytest",
        "exec make x > log\npytest",
        "if true; then exit 0; fi\npytest",
        "if false; then\n  echo\nelse\n  exit 0\nfi\npytest",
        "if [ a = a ]; then exec sleep 1; fi\npytest",
        "while true; do exit 0; done\npytest",
        "until false; do exit 0; done\npytest",
        "{ exit 0; }\npytest",
        "true && exit 0\npytest",
        "false || exit 0\npytest",
        "run() {\n  exit 0\n}\nrun\npytest",
        "run() {\n  return 0\n  pytest\n}\nrun",
        "pytest() { :; }\npytest",
        "function pytest { :; }\npytest",
    ],
)
def test_what_is_never_run_is_not_there(script: str) -> None:
    assert "pytest" not in texts(script)


@pytest.mark.parametrize(
    "script",
    [
        "make x || exit 1\npytest",
        "make x || {\n  exit 1\n}\npytest",
        "make x > log || {\n  cat <<-EOF\nIt {failed}\nEOF\n  exit 1\n}\npytest",
        "make x && {\n  exit 0\n}\npytest",
        "if [ -z $A ]; then\n  exit 0\nfi\npytest",
        "usage() {\n  exit 1\n}\nmake x || usage\npytest",
        "usage() {\n  make x && exit 1\n}\nusage\npytest",
        "exec 3>&1\npytest",
        "exec > log 2>&1\npytest",
        "(make x; exit 0)\npytest",
        "( exit 0 )\npytest",
        "make x && exit 0\npytest",
        "if true; then if make x; then exit 0; fi; fi\npytest",
        "while true; do make x && exit 0; done\npytest",
        "pytest_all() { pytest; }\npytest_all",
        "if false; then\n  echo\nelse\n  pytest\nfi",
        "if false; then echo; elif make x; then pytest; fi",
        "run() {\n  pytest\n}\ntrap run EXIT",
        'run() {\n  pytest\n}\n"$@"',
        "true && pytest",
        "false || pytest",
        "case $1 in\n  a)\n    exit 0\n    ;;\nesac\npytest",
    ],
)
def test_what_may_be_run_is_there(script: str) -> None:
    assert "pytest" in texts(script)


def test_a_trap_that_ends_with_nothing_passes_over_what_comes_behind_it() -> None:
    assert [one.soft for one in split_script("make x\ntrap 'rm x; exit 0' EXIT\npytest")] == [False, True, True]


@pytest.mark.parametrize(
    "script", ["pytest 2>&1", "pytest &> log", "pytest > log 2>&1 || exit 1", "pytest 2>&1 | tee a"]
)
def test_a_sign_of_a_redirection_ends_no_command(script: str) -> None:
    first = next(split_script(script))

    assert (first.words[0], first.soft) == ("pytest", False)


def test_a_command_keeps_its_line() -> None:
    assert list(split_script("a\n\nb")) == [ShellCommand(["a"], 0, soft=False), ShellCommand(["b"], 2, soft=False)]


@pytest.mark.parametrize(
    "script",
    [
        "(" * 100_000,
        "a && " * 50_000,
        "'" * 99_999,
        "$(" * 50_000,
        "\\\n" * 100_000,
        "a &&\n" * 2_000,
        "f() {\n" * 2_000,
        "if a\n" * 2_000,
        "{\n" * 1_000 + "} || a\n" * 1_000,
        "f() {\n" + "f || true\n" * 1_990,
        'echo "\n' * 1_999,
    ],
)
def test_a_hostile_script_ends_soon(script: str) -> None:
    assert len(texts(script)) <= 2_000
