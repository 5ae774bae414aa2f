"""Pull requests made by hand that ask scanners to look away, and those that only seem to."""

# ruff: noqa: E501 - one case, one line

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.checks.security.made.cases import notebook
from tests.checks.security.test_security import Judge, judge  # noqa: F401 - a fixture

Files = Mapping[str, str | bytes | None]
_PY = "def f(x):\n    return eval(x)\n"
_RUFF = '[tool.ruff.lint]\nselect = ["E", "S"]\n'
_FLOW = "on: push\njobs:\n  a:\n    steps:\n      - run: bandit -r .\n      - run: pytest\n"
_SCAN = ".github/workflows/scan.yml"


def _marked(mark: str) -> str:
    return _PY.replace("eval(x)", f"eval(x)  {mark}")


# Name, base, head, and rule and path of what is listed.
LISTED: list[tuple[str, Files, Files, list[tuple[str, str]]]] = [
    *(
        (f"python {mark}", {"a.py": _PY}, {"a.py": _marked(mark)}, [(rule, "a.py")])
        for mark, rule in (
            *((mark, "nosec") for mark in ("# nosec", "#nosec", "# nosec B307", "# nosec: B307, B101", "# NOSEC why")),
            *((mark, "noqa") for mark in ("# noqa", "# noqa: S307", "#noqa:S307", "# NoQA: E501,S307", "# noqa: S")),
            *((mark, "noqa") for mark in ("# ruff: ignore[S307]", "# type: ignore  # noqa: S307", "# nosemgrep")),
        )
    ),
    *(
        (f"file {mark}", {"a.py": _PY}, {"a.py": f"{mark}\n{_PY}"}, [("noqa", "a.py")])
        for mark in (
            "# ruff: noqa",
            "# ruff: noqa: S307",
            "# flake8: noqa",
            "# ruff: disable[S307]",
            "# ruff: file-ignore[S]",
        )
    ),
    (
        "a second one on the same code",
        {"a.py": _marked("# nosec")},
        {"a.py": _marked("# nosec") * 2},
        [("nosec", "a.py")],
    ),
    ("a wider one", {"a.py": _marked("# nosec B307")}, {"a.py": _marked("# nosec")}, [("nosec", "a.py")]),
    ("an old one on other code", {"a.py": "x = 1  # nosec\n"}, {"a.py": "eval(y)  # nosec\n"}, [("nosec", "a.py")]),
    ("a stub", {}, {"a.pyi": _marked("# nosec")}, [("nosec", "a.pyi")]),
    *(
        (f"{path} {line}", {path: "a\n"}, {path: f"a\n{line}\n"}, [(rule, path)])
        for path, line, rule in (
            ("a.js", "eval(x) // nosemgrep", "nosemgrep"),
            ("a.ts", "// eslint-disable-next-line security/detect-eval-with-expression", "eslint-disable"),
            ("a.js", "/* eslint-disable no-eval */", "eslint-disable"),
            ("a.js", "f(x) // lgtm[js/xss]", "codeql-ignore"),
            ("a.java", "f(x); // NOSONAR", "sonar-ignore"),
            ("a.java", '@SuppressFBWarnings("SQL")', "spotbugs-ignore"),
            ("a.go", "f(x) //nolint:gosec", "nolint-gosec"),
            ("a.go", "f(x) // #nosec G204", "nolint-gosec"),
            ("a.cs", "#pragma warning disable CA2100", "pragma-disable"),
            ("a.rb", "eval(x) # rubocop:disable Security/Eval", "rubocop-disable"),
            ("a.tf", "# tfsec:ignore:aws-s3-enable-versioning", "tfsec-ignore"),
            ("a.tf", "#trivy:ignore:AVD-AWS-0090", "tfsec-ignore"),
            ("a.tf", "# checkov:skip=CKV_AWS_20:public on purpose", "checkov-skip"),
            ("a.yaml", "# kics-scan ignore-line", "kics-ignore"),
            ("Dockerfile", "# hadolint ignore=DL3008", "hadolint-ignore"),
            (".github/workflows/a.yml", "# zizmor: ignore[unpinned-uses]", "zizmor-ignore"),
            (".semgrepignore", "src/", "ignore-file"),
            (".trivyignore", "CVE-2030-1", "ignore-file"),
        )
    ),
    *(
        (f"{path} gains {text!r}", {path: base}, {path: base + text}, [("scanner-settings", path)])
        for path, base, text in (
            ("pyproject.toml", _RUFF, 'ignore = ["S307"]\n'),
            ("pyproject.toml", _RUFF, 'extend-ignore = ["E501", "S"]\n'),
            ("pyproject.toml", _RUFF, 'ignore = [\n  "E501",\n  "S101",\n]\n'),
            ("pyproject.toml", _RUFF, '[tool.ruff.lint.per-file-ignores]\n"app/**" = ["E501", "S307"]\n'),
            ("pyproject.toml", _RUFF, 'exclude = ["app/**"]\n'),
            ("pyproject.toml", "x = 1\n", '[tool.bandit]\nskips = ["B307"]\n'),
            ("pyproject.toml", "x = 1\n", '[tool.bandit]\nexclude_dirs = ["app"]\n'),
            ("app/ruff.toml", "line-length = 100\n", 'lint.ignore = ["ALL"]\n'),
            ("setup.cfg", "[flake8]\nmax-line-length = 100\n", "ignore = E501,S307\n"),
            (".flake8", "[flake8]\n", "per-file-ignores =\n    app/*: S307\n"),
            (".bandit", "[bandit]\n", "skips = B307\n"),
            ("bandit.yaml", "a: 1\n", "skips: [B307]\n"),
            (".github/codeql/codeql-config.yml", "name: a\n", "paths-ignore: [app]\n"),
        )
    ),
    (
        "ruff no longer selects S",
        {"pyproject.toml": _RUFF},
        {"pyproject.toml": _RUFF.replace(', "S"', "")},
        [("scanner-settings", "pyproject.toml")],
    ),
    (
        "settings that nothing can read",
        {"pyproject.toml": _RUFF},
        {"pyproject.toml": _RUFF + "[[[\n"},
        [("scanner-settings", "pyproject.toml")] * 2,
    ),
    *(
        (f"a workflow: {old!r} to {new!r}", {_SCAN: _FLOW}, {_SCAN: _FLOW.replace(old, new)}, [(rule, _SCAN)])
        for old, new, rule in (
            ("bandit -r .", "bandit -r . || true", "scanner-softened"),
            ("bandit -r .", "bandit -r . --exit-zero", "scanner-softened"),
            ("- run: pytest", "- run: pytest\n        continue-on-error: true", "scanner-softened"),
            ("  a:\n", "  a:\n    if: false\n", "scanner-softened"),
            ("bandit -r .", "true", "scanner-removed"),
        )
    ),
    ("a workflow that scans goes", {_SCAN: _FLOW}, {_SCAN: None}, [("scanner-removed", _SCAN)]),
    (
        "a hook that scans goes",
        {".pre-commit-config.yaml": "repos:\n- repo: https://github.com/PyCQA/bandit\n"},
        {".pre-commit-config.yaml": "repos: []\n"},
        [("scanner-removed", ".pre-commit-config.yaml")],
    ),
]
QUIET: list[tuple[str, Files, Files]] = [
    *(
        (f"python {mark}", {"a.py": _PY}, {"a.py": _marked(mark)})
        for mark in ("# noqa: E501", "# noqa: F401, E501", "# type: ignore", "# see the nosec page", "# no qa", "# nosecurity")
    ),
    ("a mark in a text", {"a.py": _PY}, {"a.py": 'x = "# nosec"\ny = """\n# noqa\n"""\n'}),
    ("a mark in prose", {"README.md": "a\n"}, {"README.md": "# nosec\nuse `# noqa: S101`\n"}),
    ("a mark that goes", {"a.py": _marked("# nosec")}, {"a.py": _PY}),
    ("a mark that moves in its file", {"a.py": _marked("# nosec")}, {"a.py": "import os\n\n\n" + _marked("# nosec")}),
    ("a mark that moves to another file", {"a.py": "x = 1\n" + _marked("# nosec"), "b.py": "y = 1\n"}, {"a.py": "x = 1\n", "b.py": "y = 1\n" + _marked("# nosec")}),
    ("a file that is renamed", {"a.py": _marked("# nosec")}, {"a.py": None, "b.py": _marked("# nosec")}),
    ("a file that is renamed and edited", {"a.py": _marked("# nosec")}, {"a.py": None, "b.py": "import os\n" + _marked("# nosec")}),
    ("code that goes deeper", {"a.py": "eval(x)  # nosec\n"}, {"a.py": "if x:\n    eval(x)  # nosec\n"}),
    ("a mark with other blanks", {"a.py": "eval(x)  # nosec\n"}, {"a.py": "eval(x) # nosec\n"}),
    ("CR and LF", {"a.py": _marked("# nosec")}, {"a.py": _marked("# nosec").replace("\n", "\r\n")}),
    ("an edit beside it", {"a.py": _marked("# nosec")}, {"a.py": _marked("# nosec") + "\nx = 1\n"}),
    ("rules of another linter", {"pyproject.toml": _RUFF}, {"pyproject.toml": _RUFF + 'ignore = ["E501", "SIM108", "SLF001"]\n'}),
    ("settings of other tools", {"pyproject.toml": _RUFF},
     {"pyproject.toml": _RUFF + '[tool.mypy]\nexclude = ["a"]\n[tool.black]\nextend-exclude = "b"\n[tool.codespell]\nskips = ["c"]\nignore = "S1"\n'}),
    ("a version", {"pyproject.toml": _RUFF}, {"pyproject.toml": '[project]\nversion = "2"\n' + _RUFF}),
    ("another order of settings", {"ruff.toml": 'lint.ignore = ["S101", "S311"]\n'}, {"ruff.toml": 'lint.ignore = [\n  "S311",\n  "S101",\n]\n'}),
    ("settings that move", {"ruff.toml": 'lint.ignore = ["S101"]\n'}, {"ruff.toml": None, "pyproject.toml": '[tool.ruff.lint]\nignore = ["S101"]\n'}),
    ("settings that ask for more", {"pyproject.toml": _RUFF + 'ignore = ["S101"]\n'}, {"pyproject.toml": _RUFF}),
    ("S is selected from now on", {"pyproject.toml": '[tool.ruff.lint]\nselect = ["E"]\n'}, {"pyproject.toml": _RUFF}),
    ("an old scanner in another workflow", {_SCAN: _FLOW, ".github/workflows/b.yml": _FLOW}, {_SCAN: _FLOW.replace("bandit -r .", "true")}),
    ("a scanner that moves", {_SCAN: _FLOW}, {_SCAN: None, ".github/workflows/b.yml": _FLOW + "\n"}),
    ("a workflow without scanners", {_SCAN: _FLOW.replace("bandit", "ls")}, {_SCAN: _FLOW.replace("bandit -r .", "ls || true")}),
    ("a step is added", {_SCAN: _FLOW}, {_SCAN: _FLOW + "      - run: ls\n"}),
    ("a comment of an ignore file", {".trivyignore": "CVE-2030-1\n"}, {".trivyignore": "# why\nCVE-2030-1\n"}),
    ("other JavaScript", {"a.js": "a\n"}, {"a.js": "// eslint-disable-next-line no-console\n"}),
    ("binary content", {"a.js": b"\0"}, {"a.js": b"\0// nosemgrep"}),
]  # fmt: skip


@pytest.mark.parametrize(("base", "head", "listed"), [case[1:] for case in LISTED], ids=[case[0] for case in LISTED])
def test_what_asks_to_look_away_is_listed(
    base: Files,
    head: Files,
    listed: list[tuple[str, str]],
    judge: Judge,  # noqa: F811 - a fixture
) -> None:
    outcome = judge("security.suppressions", {"z": "z\n", **base}, dict(head))

    assert [(one.rule, one.path) for one in outcome.findings] == listed
    assert all(one.suppression and one.line for one in outcome.findings)


@pytest.mark.parametrize(("base", "head"), [case[1:] for case in QUIET], ids=[case[0] for case in QUIET])
def test_what_hides_nothing_new_is_quiet(base: Files, head: Files, judge: Judge) -> None:  # noqa: F811 - a fixture
    assert judge("security.suppressions", {"z": "z\n", **base}, dict(head)).findings == []


def test_a_mark_in_a_notebook_is_listed(judge: Judge) -> None:  # noqa: F811 - a fixture
    outcome = judge("security.suppressions", {}, {"a.ipynb": notebook("x = 1\n", "eval(x)  # nosec\n")})

    assert [(one.rule, one.path) for one in outcome.findings] == [("nosec", "a.ipynb")]
