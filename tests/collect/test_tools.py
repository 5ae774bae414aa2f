from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.checks.secrets.engine import Contents, build_rule_cache, run_engine
from bot.collect import tools as tools_module
from bot.collect.tools import EngineTools, find_engine, offline_command
from bot.errors import ToolError
from bot.settings import MIB

SCRIPT = "#!/bin/sh\n"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made-up engine; a test writes what it does."""
    program = tmp_path / "bin" / "made-up-engine"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr(tools_module, "find_engine", lambda _: program)
    return program


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def _run(root: Path, *, timeout_s: float = 20.0, max_memory_bytes: int = 512 * MIB) -> tuple[int, str]:
    with EngineTools(root).workspace() as workspace:
        done = workspace.run("made-up-engine", timeout_s=timeout_s, max_memory_bytes=max_memory_bytes)
        return done.returncode, done.stdout.decode()


def test_an_engine_gets_an_empty_environment_and_an_empty_folder(
    root: Path, engine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_none")
    monkeypatch.setenv("INPUT_TOKEN", "none")
    engine.write_text(SCRIPT + "env | sort | sed 's/=.*//'; ls -A | wc -l\n")

    assert _run(root) == (0, "HOME\nLANG\nPATH\nPWD\nTMPDIR\n0\n")


def test_its_folders_are_for_this_user_alone_and_gone_afterwards(root: Path) -> None:
    with EngineTools(root).workspace() as workspace:
        workspace.write("in/1.txt", b"x")
        [folder] = root.iterdir()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "files" / "in" / "1.txt")}

    assert modes == {folder.name: 0o700, "1.txt": 0o600}
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", ""])
def test_a_name_that_leads_out_is_refused(root: Path, name: str) -> None:
    with EngineTools(root).workspace() as workspace, pytest.raises(ValueError, match="not a name inside"):
        workspace.write(name, b"")


def test_an_engine_that_hangs_is_killed_with_all_it_started(root: Path, engine: Path) -> None:
    engine.write_text(SCRIPT + "sleep 1000 &\nsleep 1000\n")

    with pytest.raises(ToolError, match=r"^made-up-engine did not end within 0\.5 s$"):
        _run(root, timeout_s=0.5)


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="this machine has no prlimit (util-linux)")
@pytest.mark.parametrize(
    "deed",
    [
        "import sys; sys.stdout.flush(); x = b'x' * (2 << 30)",
        "open('big', 'wb').truncate(1); f = open('big', 'wb'); [f.write(b'x' * (1 << 20)) for _ in range(300)]",
    ],
    ids=["memory", "file"],
)
def test_an_engine_past_its_limits_ends(root: Path, engine: Path, deed: str) -> None:
    engine.write_text(f"#!{sys.executable} -IS\n{deed}\n")

    # Python says that memory is out and ends by itself; a file that grows too large ends it by a signal.
    try:
        ended_well = _run(root)[0] == 0
    except ToolError:
        ended_well = False

    assert not ended_well


def test_an_engine_that_floods_its_output_ends(root: Path, engine: Path) -> None:
    engine.write_text(SCRIPT + "yes\n")

    with pytest.raises(ToolError, match=r"^made-up-engine printed more than 16 MiB$"):
        _run(root)


def test_a_report_that_is_a_link_or_too_large_is_refused(root: Path, engine: Path) -> None:
    engine.write_text(SCRIPT + "ln -s /etc/passwd link; echo 12345 > large\n")

    with EngineTools(root).workspace() as workspace:
        workspace.run("made-up-engine", timeout_s=20, max_memory_bytes=512 * MIB)
        with pytest.raises(ToolError, match="no readable link"):
            workspace.read("link", max_bytes=100)
        with pytest.raises(ToolError, match="more than 3 bytes"):
            workspace.read("large", max_bytes=3)
        with pytest.raises(ToolError, match="no readable missing"):
            workspace.read("missing", max_bytes=3)


def test_an_engine_that_is_not_there_is_named(root: Path) -> None:
    with (
        EngineTools(root).workspace() as workspace,
        pytest.raises(ToolError, match=r"^no-such-engine is installed neither"),
    ):
        workspace.run("no-such-engine", timeout_s=1, max_memory_bytes=MIB)


@pytest.mark.skipif(not offline_command(), reason="this machine allows no network namespace of one's own")
def test_an_engine_has_no_network(root: Path, engine: Path) -> None:
    engine.write_text(SCRIPT + "cat /proc/net/dev | grep -c : ; cat /proc/net/route | wc -l\n")

    assert _run(root) == (0, "1\n0\n")


# The cache of compiled rules


def _compiled(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "kingfisher").iterdir())


def test_rules_compiled_once_are_used_again_also_where_the_cache_cannot_be_written(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    build_rule_cache(EngineTools(root, cache))
    [entry] = _compiled(cache)
    before = (cache / "kingfisher" / entry).stat().st_mtime_ns
    (cache / "kingfisher").chmod(0o500)

    build_rule_cache(EngineTools(root, cache))

    assert entry.endswith(".vscdb")
    assert (cache / "kingfisher" / entry).stat().st_mtime_ns == before


def test_a_cache_that_others_may_write_is_not_used(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (cache / "kingfisher").mkdir(parents=True)
    (cache / "kingfisher").chmod(0o777)

    build_rule_cache(EngineTools(root, cache))

    assert _compiled(cache) == []


# The secrets engine stays offline


@pytest.mark.skipif(shutil.which("strace") is None, reason="this machine has no strace")
def test_kingfisher_opens_no_socket(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, log = find_engine("kingfisher"), tmp_path / "trace"
    wrapper = tmp_path / "traced"
    wrapper.write_text(f'{SCRIPT}exec {shutil.which("strace")} -f -e trace=network -o {log} {program} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setattr(tools_module, "find_engine", lambda _: wrapper)
    # Without the wall, so that the flags alone are seen to be enough.
    monkeypatch.setattr(tools_module, "offline_command", lambda: ())
    with EngineTools(root, Path(__file__).parents[2] / ".cache" / "engines").workspace() as workspace:
        contents = Contents(workspace)
        contents.put(0, b"token = ghp_" + b"aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5" + b"\n")
        found = list(run_engine(contents, timeout_s=100))

    assert [one.rule for one in found] == ["github-pat"]
    assert re.findall(r"^.*(?:socket|connect|sendto)\(.*$", log.read_text(), re.MULTILINE) == []


def test_the_engine_is_found_without_a_second_interpreter() -> None:
    program = find_engine("kingfisher")

    assert program is not None
    version = subprocess.run([program, "--version"], env={}, capture_output=True, check=True).stdout
    assert version.startswith(b"kingfisher ")
    assert os.access(program, os.X_OK)
