"""Runs installed engines, each in a private folder, with an empty environment, limits, and no network where possible.

An engine is looked for beside the running interpreter (where its wheel put it) and then on PATH; nothing of the
change is ever on that way. Where the system has them, `prlimit` and `unshare` (util-linux) hold the walls: limits are
set before the engine starts, and a network namespace of its own leaves it without an interface. Where a container
forbids new namespaces, the flags of each engine are what keeps it offline. pip-audit alone, which `bot/collect/` runs
where the user allows connections, keeps the network; no check can ask for that.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from bot.collect.process import Bounds, Ended, run_bounded
from bot.errors import ToolError
from bot.model import Completed
from bot.settings import MIB

_MAX_OUTPUT_BYTES = 16 * MIB
_MAX_WRITTEN_FILE_BYTES = 256 * MIB
_PROBE_TIMEOUT_S = 5
# An entry of Kingfisher's cache of compiled rules has 2.4 MB.
_MAX_CACHE_ENTRY_BYTES = 32 * MIB
_MAX_CACHE_ENTRIES = 4
_PATH = "/usr/local/bin:/usr/bin:/bin"
# Engines that keep something compiled: the variable that names its folder.
_CACHE_VARIABLES = {"kingfisher": "KF_RULE_CACHE_DIR"}


class EngineTools:
    """The engines of this machine.

    Attributes:
        root: where the scratch folders are made; whoever gives it removes it, also after a crash.
        cache: a folder of what engines compile once, or None. It is used only while it belongs to this user or root
            and nobody else may write there. It is read by copying, and a new entry is copied back.
    """

    def __init__(self, root: Path, cache: Path | None = None) -> None:
        self.root, self.cache = root, cache

    @contextmanager
    def workspace(self) -> Iterator[EngineWorkspace]:
        """A fresh private folder, gone when the context ends."""
        folder = Path(tempfile.mkdtemp(prefix="engine-", dir=self.root))
        try:
            yield EngineWorkspace(folder, self.cache)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class EngineWorkspace:
    """One private folder: `files` is what the engine sees as its working directory."""

    def __init__(self, folder: Path, cache: Path | None) -> None:
        self._home, self._temporary, self._compiled = folder / "home", folder / "tmp", folder / "cache"
        self._files, self._cache = folder / "files", cache
        for part in (self._home, self._temporary, self._compiled, self._files):
            part.mkdir(mode=0o700)

    def write(self, name: str, content: bytes) -> None:
        """Write a new file under a relative name of gonogo's own making, for this user alone."""
        path = self._inside(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)

    def read(self, name: str, *, max_bytes: int) -> bytes:
        """The content of a file that the engine wrote.

        Raises:
            ToolError: it is not there, is no regular file, or is larger than `max_bytes`.
        """
        try:
            handle = os.open(self._inside(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise ToolError(f"the engine left no readable {name}: {error.strerror}") from None
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise ToolError(f"the engine left no regular file as {name}")
            content = file.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise ToolError(f"the engine wrote more than {max_bytes} bytes to {name}")
        return content

    def run(
        self,
        tool: str,
        *args: str,
        timeout_s: float,
        max_memory_bytes: int,
        stdin: bytes = b"",
        proxies: Mapping[str, str] | None = None,
    ) -> Completed:
        """Run an installed engine with the folder as its working directory and an empty environment.

        `proxies` are variables that say how to reach the network, which the engine then keeps; None takes it away.

        Raises:
            ToolError: it could not be started, was killed, or did not end in time.
        """
        program = find_engine(tool)
        if program is None:
            raise ToolError(f"{tool} is installed neither beside {Path(sys.executable).name} nor on PATH")
        variable = _CACHE_VARIABLES.get(tool)
        cache_folder = self._cache / tool if self._cache and variable else None
        kept = _fill(self._compiled, cache_folder)
        bounds = Bounds(timeout_s, max_memory_bytes, _MAX_OUTPUT_BYTES)
        walls = [*_limits(timeout_s), *(offline_command() if proxies is None else ())]
        argv = [*walls, str(program), *args]
        environment = {**(proxies or {}), **self._environment(variable)}
        try:
            ended = run_bounded(argv, environment=environment, folder=self._files, bounds=bounds, stdin=stdin)
        except OSError as error:
            raise ToolError(f"{tool} could not be started: {error.strerror}") from None
        if failure := _describe_failure(ended, timeout_s):
            raise ToolError(f"{tool} {failure}")
        _keep(self._compiled, cache_folder, kept)
        return Completed(ended.returncode, ended.stdout, ended.stderr)

    def _environment(self, cache_variable: str | None) -> dict[str, str]:
        environment = {"PATH": _PATH, "LANG": "C.UTF-8", "HOME": str(self._home), "TMPDIR": str(self._temporary)}
        return environment | ({cache_variable: str(self._compiled)} if cache_variable else {})

    def _inside(self, name: str) -> Path:
        if name.startswith("/") or ".." in name.split("/") or not name:
            raise ValueError(f"not a name inside the folder: {name!r}")
        return self._files / name


def _describe_failure(ended: Ended, timeout_s: float) -> str | None:
    if ended.timed_out:
        return f"did not end within {timeout_s:g} s"
    if ended.cut:
        return f"printed more than {_MAX_OUTPUT_BYTES // MIB} MiB"
    if ended.returncode < 0:
        return f"was killed by signal {-ended.returncode} (out of memory, of time, or of file size)"
    return None


@cache
def find_engine(tool: str) -> Path | None:
    """The program of an engine: in its package, beside the interpreter, or on PATH.

    Kingfisher's wheel puts a Python script beside the interpreter that replaces itself by the program in the package:
    the program itself is what starts without a second interpreter.
    """
    inside = _in_package(tool)
    if inside is not None:
        return inside
    beside = Path(sys.executable).parent / tool
    if os.access(beside, os.X_OK):
        return beside
    found = shutil.which(tool)
    return Path(found).resolve() if found else None


def _in_package(tool: str) -> Path | None:
    spec = find_spec(tool) if tool == "kingfisher" else None
    for folder in spec.submodule_search_locations or () if spec else ():
        program = Path(folder) / "bin" / tool
        if os.access(program, os.X_OK):
            return program
    return None


def _limits(timeout_s: float) -> list[str]:
    """The command that sets limits, as far as this machine can."""
    if prlimit := shutil.which("prlimit", path=_PATH):
        cpu_s = int(timeout_s * (os.cpu_count() or 1)) + 1
        return [prlimit, f"--cpu={cpu_s}", f"--fsize={_MAX_WRITTEN_FILE_BYTES}", "--core=0", "--"]
    return []


@cache
def offline_command() -> tuple[str, ...]:
    """What to put before a command so that it has no network; empty where the machine does not allow it."""
    unshare = shutil.which("unshare", path=_PATH)
    if unshare is None or sys.platform != "linux":
        return ()
    command = (unshare, "--map-root-user", "--net", "--")
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            [*command, "true"], env={"PATH": _PATH}, capture_output=True, timeout=_PROBE_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if done.returncode == 0 else ()


# The cache


def _fill(compiled: Path, cache_folder: Path | None) -> frozenset[str]:
    """Copy the cache's entries to where the engine looks; return their names."""
    names = set()
    for entry in _entries(cache_folder):
        with suppress(OSError):
            shutil.copyfile(entry, compiled / entry.name, follow_symlinks=False)
            names.add(entry.name)
    return frozenset(names)


def _entries(folder: Path | None) -> list[Path]:
    """The regular files of a cache folder that nobody else may write, newest first."""
    if folder is None or not _is_private(folder, stat.S_ISDIR):
        return []
    with suppress(OSError):
        files = [entry for entry in folder.iterdir() if _is_private(entry, stat.S_ISREG)]
        files = [entry for entry in files if entry.stat().st_size <= _MAX_CACHE_ENTRY_BYTES]
        return sorted(files, key=lambda entry: entry.stat().st_mtime, reverse=True)[:_MAX_CACHE_ENTRIES]
    return []


def _is_private(path: Path, is_kind: Callable[[int], bool]) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return is_kind(found.st_mode) and found.st_uid in {os.getuid(), 0} and not found.st_mode & 0o022


def _keep(compiled: Path, cache_folder: Path | None, known: frozenset[str]) -> None:
    """Copy what the engine compiled anew into the cache, where that is this user's; a failure costs only time."""
    new = [entry for entry in _entries(compiled) if entry.name not in known]
    if cache_folder is None or not new:
        return
    with suppress(OSError):
        cache_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(cache_folder, stat.S_ISDIR):
            return
        for entry in new:
            handle, temporary = tempfile.mkstemp(dir=cache_folder, prefix=".new-")
            os.close(handle)
            shutil.copyfile(entry, temporary)
            Path(temporary).replace(cache_folder / entry.name)
        for old in _entries(cache_folder)[len(new) :]:
            old.unlink()
