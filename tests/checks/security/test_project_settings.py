"""The project's own settings of ruff and bandit switch off what they switch off when the tools themselves read them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.checks.security.code.project import Project
from bot.model import State
from tests.checks.security.test_security import EVAL, Judge, judge  # noqa: F401 - a fixture
from tests.fixtures import ReadChange
from tests.repo import GitRepo

_BESIDE = Path(sys.executable).parent
_PATHS = (
    *("a.py", "tests/a.py", "tests/deep/b.py", "app/tests/c.py", "app/latests.py", "docs/conf.py", "app/x1.py"),
    *("app/inner/a.py", "app/inner/tests/z.py", "scripts/run.py", "app/scripts/run.py"),
)
_LINES = "eval(x)\nexec(x)\nassert x\n"
_RULES = ("S307", "S102", "S101")
_SELECT = 'select = ["S"]\n'


def _ruff_pyproject(text: str) -> dict[str, str]:
    return {"pyproject.toml": f"[tool.ruff.lint]\n{_SELECT}{text}"}


RUFF = (
    _ruff_pyproject('ignore = ["S307"]\n'),
    _ruff_pyproject('ignore = ["S3"]\nextend-select = ["S307"]\n'),
    _ruff_pyproject('ignore = ["S"]\n'),
    _ruff_pyproject('extend-ignore = ["S101", "S102"]\n'),
    {"pyproject.toml": '[tool.ruff.lint]\nselect = ["ALL"]\nignore = ["S1"]\n'},
    {"pyproject.toml": '[tool.ruff]\nselect = ["S"]\nignore = ["S307"]\nper-file-ignores = {"docs/*" = ["S101"]}\n'},
    _ruff_pyproject('per-file-ignores = {"tests/*" = ["S"], "conf.py" = ["S307"]}\n'),
    _ruff_pyproject('per-file-ignores = {"**/tests/**" = ["S101"], "app/{inner,scripts}/*" = ["S3"]}\n'),
    _ruff_pyproject('per-file-ignores = {"tests" = ["S"], "app/x[0-9].py" = ["ALL"], "*/run.py" = ["S102"]}\n'),
    _ruff_pyproject('per-file-ignores = {"!app/**.py" = ["S101"], "?.py" = ["S102"], "./scripts/*.py" = ["S307"]}\n'),
    _ruff_pyproject('extend-per-file-ignores = {"app/**/a.py" = ["S307"]}\n'),
    {"pyproject.toml": '[tool.ruff]\nextend-exclude = ["tests", "scripts/run.py"]\n[tool.ruff.lint]\nselect = ["S"]\n'},
    {"pyproject.toml": '[tool.ruff]\nexclude = ["app/inner", "x?.py"]\n[tool.ruff.lint]\nselect = ["S"]\n'},
    {"ruff.toml": 'lint.select = ["S"]\nlint.exclude = ["*/tests/*"]\n', **_ruff_pyproject('ignore = ["S307"]\n')},
    {"ruff.toml": 'lint.select = ["S"]\n', ".ruff.toml": 'lint.select = ["S"]\nlint.ignore = ["S101"]\n'},
    {**_ruff_pyproject('ignore = ["S307"]\n'), "app/ruff.toml": 'lint.select = ["S"]\nlint.ignore = ["S101"]\n'},
    {**_ruff_pyproject('ignore = ["S307"]\n'), "app/pyproject.toml": '[project]\nname = "x"\n'},
    {
        **_ruff_pyproject('ignore = ["S307"]\nper-file-ignores = {"app/*" = ["S101"]}\n'),
        "app/ruff.toml": 'extend = "../pyproject.toml"\nlint.extend-ignore = ["S102"]\n',
    },
    {
        **_ruff_pyproject('ignore = ["S307"]\n'),
        "app/ruff.toml": 'extend = "../pyproject.toml"\nlint.ignore = ["S102"]\nlint.per-file-ignores.x1 = ["S1"]\n',
    },
    {
        **_ruff_pyproject('ignore = ["S307"]\n'),
        "app/ruff.toml": 'extend = "../pyproject.toml"\nlint.select = ["S1", "S3"]\nlint.extend-ignore = ["S101"]\n',
    },
)
BANDIT = (
    {"pyproject.toml": '[tool.bandit]\nskips = ["B307"]\n'},
    {"pyproject.toml": '[tool.bandit]\nexclude_dirs = ["tests"]\n'},
    {"pyproject.toml": '[tool.bandit]\nexclude_dirs = ["tests", "docs/conf.py", "*/x1.py"]\nskips = ["B101"]\n'},
    {"bandit.yaml": "skips: [B102, B101]\nexclude_dirs:\n- ./app/inner\n"},
    {".bandit": "[bandit]\nskips = B307,B101\nexclude = ./tests,./docs\n"},
)


def _with(repo: GitRepo, settings: dict[str, str]) -> None:
    repo.commit({**dict.fromkeys(_PATHS, _LINES), **settings})


def _switched_off(repo: GitRepo, read_change: ReadChange) -> set[tuple[str, str]]:
    project = Project(read_change(repo.folder).base)
    return {(rule, path) for rule in _RULES for path in _PATHS if project.find_switch(rule, path)}


def _missing(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(rule, path) for rule in _RULES for path in _PATHS} - found


@pytest.mark.parametrize("settings", RUFF, ids=map(str, range(len(RUFF))))
def test_settings_of_ruff_switch_off_what_ruff_does_not_tell(
    settings: dict[str, str], repo: GitRepo, read_change: ReadChange
) -> None:
    _with(repo, settings)
    argv = [
        str(_BESIDE / "ruff"),
        "check",
        "--no-cache",
        "--exit-zero",
        "--output-format",
        "json",
        "--ignore-noqa",
        ".",
    ]
    told = json.loads(subprocess.run(argv, cwd=repo.folder, capture_output=True, check=True).stdout)
    found = {(one["code"], str(Path(one["filename"]).relative_to(repo.folder))) for one in told}

    assert _switched_off(repo, read_change) == _missing(found)


@pytest.mark.parametrize("settings", BANDIT, ids=map(str, range(len(BANDIT))))
def test_settings_of_bandit_switch_off_what_bandit_does_not_tell(
    settings: dict[str, str], repo: GitRepo, read_change: ReadChange
) -> None:
    _with(repo, settings)
    [name] = settings
    given = [] if name == ".bandit" else ["-c", name]
    argv = [str(_BESIDE / "bandit"), "-r", ".", "-q", "--exit-zero", "-f", "json", *given]
    told = json.loads(subprocess.run(argv, cwd=repo.folder, capture_output=True, check=True).stdout)["results"]
    found = {(f"S{one['test_id'][1:]}", one["filename"].removeprefix("./")) for one in told}

    assert _switched_off(repo, read_change) == _missing(found)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", "nonsense = [\n"),
        ("pyproject.toml", "[tool]\nruff = 3\nbandit = [1]\n"),
        ("ruff.toml", 'extend = "ruff.toml"\nlint.ignore = "S307"\n'),
        ("ruff.toml", 'lint = 3\nexclude = [3]\nper-file-ignores = ["a"]\n'),
        ("ruff.toml", 'lint.per-file-ignores = {"}{[" = ["S307"]}\n'),
        ("ruff.toml", 'lint.select = ["E"]\nlint.per-file-ignores = {"*" = ["ALL"]}\nexclude = ["*"]\n'),
        (".bandit", "no section\n"),
        (".bandit", "[bandit]\nskips = \n"),
        ("bandit.yaml", "a: [\n"),
        ("bandit.yaml", "skips: 3\nexclude_dirs: ['']\n"),
    ],
)
def test_settings_that_are_odd_or_speak_of_no_security_switch_nothing_off(
    name: str, content: str, repo: GitRepo, read_change: ReadChange
) -> None:
    _with(repo, {name: content})

    assert _switched_off(repo, read_change) == set()


def test_what_the_base_switches_off_does_not_count_and_it_is_said(judge: Judge) -> None:  # noqa: F811 - a fixture
    settings = {"pyproject.toml": '[tool.ruff.lint]\nignore = ["S307"]\n'}

    outcome = judge("security.code", dict(settings), {"a.py": EVAL})

    assert (outcome.state, outcome.findings) == (State.PASS, [])
    assert [(one.text, one.path) for one in outcome.evidence] == [
        ("S307 is switched off by the base's pyproject.toml: 1 new ones do not count", "pyproject.toml")
    ]


def test_a_policy_may_ignore_what_the_project_switches_off(judge: Judge) -> None:  # noqa: F811 - a fixture
    settings = {"pyproject.toml": '[tool.bandit]\nskips = ["B307"]\n'}

    assert judge("security.code", dict(settings), {"a.py": EVAL}, project_settings="ignore").state is State.FAIL


def test_what_the_change_takes_out_of_the_settings_counts_for_nothing_yet(judge: Judge) -> None:  # noqa: F811 - a fixture
    settings = {"pyproject.toml": '[tool.ruff.lint]\nignore = ["S307"]\n'}

    assert judge("security.code", dict(settings), {"a.py": EVAL, "pyproject.toml": "\n"}).state is State.PASS
