"""The image is small and closed, and works as root on a workspace of another user, where it leaves nothing."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.github_server.events import Events
from tests.github_server.handle import GitHub
from tests.packaging.container import RUNNER_GROUP, RUNNER_USER, Container, Containers, Ran, lacks
from tests.repo import GitRepo

ROOT = Path(__file__).resolve().parents[2]
IMAGE = "localhost/gonogo:test"
GONOGO = "/opt/gonogo/bin/gonogo"
ENTRY_POINT = ["/opt/gonogo/bin/python", "-I", "-m", "bot", "action"]
MAX_UNPACKED_BYTES = 550_000_000

pytestmark = pytest.mark.container


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    if missing := lacks():
        pytest.skip(f"to build and run an image, {missing} could not be had")
    # A gigabyte, which pytest would keep.
    with tempfile.TemporaryDirectory() as folder:
        containers = Containers(Path(folder))
        containers.make_base(ROOT / ".cache" / "container" / "base.tar")
        containers.build(ROOT, IMAGE)
        yield containers


@pytest.fixture(scope="module")
def container(containers: Containers) -> Iterator[Container]:
    with containers.container(IMAGE) as container:
        yield container


@pytest.fixture(scope="module")
def files(container: Container) -> dict[str, os.stat_result]:
    return container.files()


class Workspace:
    """A checkout as actions/checkout leaves it: of the runner's user, with a base and a topic branch."""

    def __init__(self, folder: Path) -> None:
        self.repo = GitRepo(folder)
        self.base = self.repo.commit({"app.py": "print('hello')\n"})
        self.repo.branch("topic")

    def propose(self, files: dict[str, str | bytes | None], remote: Path | None = None) -> str:
        """Commit to the topic branch; with a remote, which is made, it alone has that commit."""
        head = self.repo.commit(files)
        if remote:
            self.repo.git("clone", "-q", "--bare", ".", str(remote))
            self.repo.switch("main")
            self.repo.git("branch", "-q", "-D", "topic")
            self.repo.git("reflog", "expire", "--expire=now", "--all")
            self.repo.git("gc", "-q", "--prune=now")
        for folder, folders, names in os.walk(self.repo.folder):
            for path in (Path(folder), *(Path(folder, name) for name in (*folders, *names))):
                os.chown(path, RUNNER_USER, RUNNER_GROUP, follow_symlinks=False)
        return head

    def state(self) -> list[tuple[str, int, int, int, int]]:
        """Each path with what a write would change."""
        paths = sorted(self.repo.folder.rglob("*"))
        told = [(path, path.lstat()) for path in (self.repo.folder, *paths)]
        return [(str(path), each.st_mode, each.st_uid, each.st_size, each.st_mtime_ns) for path, each in told]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "workspace")
    yield workspace
    assert {path.stat().st_uid for path in workspace.repo.folder.rglob("*")} == {RUNNER_USER}


def _check(container: Container, workspace: Workspace, *arguments: str) -> Ran:
    return container.run([GONOGO, "check", "--base", workspace.base, *arguments], workspace.repo.folder)


def test_it_starts_as_github_asks_of_an_action(containers: Containers) -> None:
    found = containers.configuration(IMAGE)

    assert found["Entrypoint"] == ENTRY_POINT
    assert not found.keys() & {"User", "WorkingDir", "Cmd", "Volumes", "ExposedPorts"}


def test_it_is_small(files: dict[str, os.stat_result]) -> None:
    assert sum({each.st_ino: each.st_size for each in files.values()}.values()) <= MAX_UNPACKED_BYTES


def test_it_holds_no_tool_that_builds_or_installs(files: dict[str, os.stat_result]) -> None:
    programs = {Path(path).name for path in files if "/bin/" in f"/{path}"}
    libraries = {
        path for path in files if "-packages/" in path and Path(path).name in {"pip", "uv", "hatchling", "setuptools"}
    }

    assert not programs & {"pip", "pip3", "uv", "cc", "gcc", "make", "hatchling"}
    # pip-audit imports pip.
    own = re.compile(r"opt/gonogo/.*/site-packages/pip(-[0-9.]+\.dist-info/.*)?")
    assert [path for path in libraries if not own.fullmatch(path)] == []


def test_only_root_could_change_the_program(files: dict[str, os.stat_result]) -> None:
    program = {path: each for path, each in files.items() if path.startswith("opt/gonogo")}
    loose = [
        path
        for path, each in program.items()
        if each.st_uid or (not stat.S_ISLNK(each.st_mode) and each.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    ]

    assert loose == []


def test_the_program_and_the_engine_s_rules_are_compiled(files: dict[str, os.stat_result]) -> None:
    site = next(path for path in files if path.endswith("site-packages/bot"))
    sources = [path for path in files if path.startswith(f"{site}/") and path.endswith(".py")]
    cache = [path for path in files if path.startswith("opt/gonogo/cache/")]

    assert [path for path in sources if not _compiled(path, files)] == []
    assert cache != []


def _compiled(source: str, files: dict[str, os.stat_result]) -> bool:
    folder, _, name = source.rpartition("/")
    start = f"{folder}/__pycache__/{name.removesuffix('.py')}.cpython-"
    return any(path.startswith(start) for path in files)


def test_a_harmless_change_is_a_go_that_leaves_nothing_behind(container: Container, workspace: Workspace) -> None:
    workspace.propose({"app.py": "print('good day')\n"})
    before = workspace.state()

    ran = _check(container, workspace)

    assert ran.returncode == 0, ran.stderr
    assert workspace.state() == before


def test_a_secret_is_a_no_go(container: Container, workspace: Workspace) -> None:
    workspace.propose({"settings.py": f'GITHUB_TOKEN = "{_made_up_token()}"\n'})

    ran = _check(container, workspace)

    assert ran.returncode == 1, ran.stderr
    assert _made_up_token() not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--help"], 0), (["--no-such-option"], 2), (["--head", "no-such-revision"], 3)]
)
def test_exit_statuses_come_through(
    container: Container, workspace: Workspace, arguments: list[str], status: int
) -> None:
    workspace.propose({})

    assert _check(container, workspace, *arguments).returncode == status


def test_no_module_of_the_workspace_is_imported(container: Container, workspace: Workspace) -> None:
    trap = "raise SystemExit('the workspace ran')\n"
    names = ("bot/__init__.py", "bot/cli.py", "sitecustomize.py", "usercustomize.py", "argparse.py", "yaml/__init__.py")
    workspace.propose(dict.fromkeys(names, trap))
    variables = {"PYTHONPATH": "/github/workspace", "PYTHONSTARTUP": "/github/workspace/sitecustomize.py"}

    ran = container.run(ENTRY_POINT, workspace.repo.folder, variables)

    # The event is empty and so refused, by the real program.
    assert (ran.returncode, "the workspace ran" in ran.stdout + ran.stderr) == (2, False)


def test_a_pull_request_gets_one_comment_and_one_status(
    container: Container, workspace: Workspace, tmp_path: Path, github: GitHub, events: Events
) -> None:
    files: dict[str, str | bytes | None] = {"settings.py": f'GITHUB_TOKEN = "{_made_up_token()}"\n'}
    head = workspace.propose(files, tmp_path / "remote.git")
    github.serve_git(tmp_path / "remote.git")
    github.add_pull(7, base_sha=workspace.base, head_sha=head, head_ref="topic")
    before = workspace.state()
    variables = {
        "GITHUB_API_URL": github.api_url,
        "GITHUB_SERVER_URL": github.url,
        "GITHUB_REPOSITORY": github.repository,
        "GITHUB_EVENT_NAME": "pull_request_target",
        "GITHUB_SHA": workspace.base,
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_RUN_ID": "1",
        "GITHUB_RUN_ATTEMPT": "1",
        "INPUT_TOKEN": github.token(),
        "INPUT_MAX-FILE-BYTES": "1000000",
    }

    for _ in range(2):
        ran = container.run(ENTRY_POINT, workspace.repo.folder, variables, events.pull_request(7))
        assert ran.returncode == 1, ran.stdout + ran.stderr

    assert len(github.comments(7)) == 1
    assert {each["context"]: each["state"] for each in github.statuses(head)} == {"gonogo/verdict": "failure"}
    outputs = dict(re.findall(r"^([a-z-]+)<<(?:.*)\n(.*)$", ran.output, re.MULTILINE))
    assert sorted(outputs) == sorted(yaml.safe_load((ROOT / "action.yml").read_text())["outputs"])
    assert outputs["verdict"] == "no-go"
    # What was as it is before the change fails too, and decides nothing.
    assert int(outputs["fail"]) >= 1
    assert ran.summary != ""
    assert _made_up_token() not in ran.stdout + ran.stderr + ran.output + ran.summary
    assert workspace.state() == before


def _made_up_token() -> str:
    """A value with the shape and the check sum of a GitHub token, made here so that no file holds one."""
    import binascii
    import hashlib

    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    body = "".join(digits[byte % 62] for byte in hashlib.sha256(b"made up").digest()[:30])
    number, check = binascii.crc32(body.encode()), ""
    for _ in range(6):
        number, place = divmod(number, 62)
        check = digits[place] + check
    return f"ghp_{body}{check}"
