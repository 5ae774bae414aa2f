"""The only file that runs git.

All reading goes through a bare scratch repository of gonogo's own whose alternates name the checkout's objects, so
that the checkout's configuration, hooks, attributes, replace refs, grafts and credential helpers never count. The
checkout itself is asked for two things alone: where its objects are, and what a revision's name stands for.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import urlsplit

from bot.collect.process import Bounds, Ended, limit_memory, run_bounded
from bot.errors import ChangeError, ToolError
from bot.settings import MIB, Limits

_MEMORY_BYTES = 2048 * MIB
_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_DEFAULT_BRANCHES = (
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)

# Packs are mapped piece by piece, so that a large one fits the bound on memory.
_CONFIGURATION = {
    "core.packedGitWindowSize": "32m",
    "core.packedGitLimit": "256m",
    "core.deltaBaseCacheLimit": "64m",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.pager": "cat",
    "core.alternateRefsCommand": "true",
    "core.commitGraph": "false",
    "core.attributesFile": os.devnull,
    "credential.helper": "",
    "diff.renameLimit": "1000",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.version": "2",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.fsckObjects": "false",
}


@dataclass(frozen=True)
class Remote:
    """Where missing objects can be fetched, over HTTP, with the token that the action was given."""

    url: str
    token: str | None = field(default=None, repr=False)


def is_object_id(text: str) -> bool:
    """Whether a text is a full object id, of SHA-1 or SHA-256."""
    return _OBJECT_ID.fullmatch(text) is not None


@cache
def _program() -> str:
    """Where git is; looked for once."""
    return shutil.which("git") or "git"


def _environment(folder: Path, configuration: dict[str, str], *, protocols: str = "none") -> dict[str, str]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": protocols,
        "GIT_CONFIG_COUNT": str(len(configuration)),
    }
    for number, (key, value) in enumerate(configuration.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment


def _words(ended: Ended) -> str:
    if ended.timed_out:
        return "did not end in its time"
    lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else f"ended with {ended.returncode}"


class Checkout:
    """The repository that the user stands in: a working tree, a linked worktree, or a bare repository.

    Raises:
        ChangeError: the folder is in no repository that git can read.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._bounds = Bounds(limits.git_timeout_s, _MEMORY_BYTES, MIB)
        self._folder = folder.resolve()
        self.root = self._find_root()
        # The format comes first: a folder's name may hold line breaks.
        object_format, _, common_dir = self._ask(
            "rev-parse", "--show-object-format", "--path-format=absolute", "--git-common-dir"
        ).partition(b"\n")
        self._git_dir = Path(os.fsdecode(common_dir))
        self.object_format = object_format.decode()

    def _find_root(self) -> Path:
        for folder in (self._folder, *self._folder.parents):
            if (folder / ".git").exists() or all((folder / name).exists() for name in ("HEAD", "objects", "refs")):
                return folder
        raise ChangeError(f"{self._folder}: no git repository here; run gonogo inside one, or name it with --repo")

    def _run(self, *args: str) -> Ended:
        environment = _environment(self._git_dir_or_root, {**_CONFIGURATION, "safe.directory": str(self.root)})
        try:
            return run_bounded([_program(), *args], environment=environment, folder=self._folder, bounds=self._bounds)
        except OSError as error:
            raise ChangeError(f"git cannot be started: {error.strerror}; gonogo needs git 2.31 or later") from error

    def remote_url(self) -> str | None:
        """Where the remote `origin` is, as the checkout's configuration says it; None where it does not."""
        ended = self._run("config", "--local", "--get", "remote.origin.url")
        return os.fsdecode(ended.stdout).strip() or None if ended.returncode == 0 else None

    @property
    def _git_dir_or_root(self) -> Path:
        return getattr(self, "_git_dir", self.root)

    def _ask(self, *args: str) -> bytes:
        ended = self._run(*args)
        if ended.returncode:
            raise ChangeError(f"{self.root}: git cannot read this repository: {_words(ended)}")
        return ended.stdout.removesuffix(b"\n")

    @property
    def objects(self) -> Path:
        """The folder of the object store."""
        return self._git_dir / "objects"

    @cached_property
    def shallow(self) -> bytes:
        """The ids of the commits whose parents are cut off, a line each; empty for a whole clone."""
        path = self._git_dir / "shallow"
        return path.read_bytes() if path.is_file() else b""

    @cached_property
    def is_partial(self) -> bool:
        """Whether the clone was made without some of its objects."""
        packs = self.objects / "pack"
        return packs.is_dir() and any(name.suffix == ".promisor" for name in packs.iterdir())

    def resolve(self, revision: str) -> str | None:
        """The commit id that a revision's name stands for, or None."""
        ended = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        name = ended.stdout.decode("ascii", "replace").strip()
        return name if ended.returncode == 0 and is_object_id(name) else None

    @cached_property
    def default_branch(self) -> str | None:
        """The full name of the default branch's ref, as this repository knows it, or None."""
        ended = self._run("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
        if ended.returncode == 0:
            return os.fsdecode(ended.stdout.rstrip(b"\n"))
        return next((ref for ref in _DEFAULT_BRANCHES if self.resolve(ref)), None)

    def write_note(self, ref: str, commit: str, content: Path) -> None:
        """Attach a file's content to a commit as a note, in place of one that is there.

        Raises:
            ToolError: git could not write it.
        """
        name = ("-c", "user.name=gonogo", "-c", "user.email=gonogo@localhost")
        ended = self._run(*name, "notes", f"--ref={ref}", "add", "--force", "--file", str(content), commit)
        if ended.returncode:
            raise ToolError(f"git notes: {_words(ended)}")

    def branch_name(self, revision: str) -> str | None:
        """The short name of the branch that a revision's name stands for, or None where it is no branch."""
        ended = self._run("rev-parse", "--symbolic-full-name", "--verify", "--quiet", "--end-of-options", revision)
        full = os.fsdecode(ended.stdout.rstrip(b"\n"))
        for prefix in ("refs/heads/", "refs/remotes/origin/"):
            if full.startswith(prefix):
                return full.removeprefix(prefix)
        return None


class Git:
    """git on the scratch repository.

    Attributes:
        remote: where missing objects may be fetched; None where nothing may open a connection.
    """

    def __init__(self, folder: Path, limits: Limits, checkout: Checkout | None, remote: Remote | None) -> None:
        self._folder = folder
        self._limits = limits
        self.remote = remote
        object_format = checkout.object_format if checkout else "sha1"
        self._read_environment = _environment(folder, {**_CONFIGURATION, "safe.directory": str(folder)})
        folder.mkdir(mode=0o700)
        self.read("init", "--quiet", "--bare", "--template=", f"--object-format={object_format}", ".")
        if checkout:
            (folder / "objects/info").mkdir(exist_ok=True)
            (folder / "objects/info/alternates").write_bytes(_quoted(checkout.objects))
            (folder / "shallow").write_bytes(checkout.shallow) if checkout.shallow else None

    def run(self, *args: str, stdin: bytes = b"", max_bytes: int = 256 * MIB) -> Ended:
        """Run git to its end or its bounds; the caller looks at how it ended."""
        bounds = Bounds(self._limits.git_timeout_s, _MEMORY_BYTES, max_bytes)
        return run_bounded(
            [_program(), *args], environment=self._read_environment, folder=self._folder, bounds=bounds, stdin=stdin
        )

    def read(self, *args: str, stdin: bytes = b"", max_bytes: int = 256 * MIB) -> bytes:
        """Run git and return its whole output.

        Raises:
            ToolError: it ended with an error, or not within its bounds.
        """
        ended = self.run(*args, stdin=stdin, max_bytes=max_bytes)
        if ended.cut:
            raise ToolError(f"git {args[0]} gave more than {max_bytes:,} bytes")
        if ended.returncode or ended.timed_out:
            raise ToolError(f"git {args[0]}: {_words(ended)}")
        return ended.stdout

    def batch(self, mode: str) -> subprocess.Popen[bytes]:
        """Start `git cat-file` in a batch mode; the caller feeds it object ids and ends it."""
        child = subprocess.Popen(  # noqa: S603 - fixed words
            [_program(), "cat-file", mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env=self._read_environment,
        )
        limit_memory(child.pid, _MEMORY_BYTES)
        return child

    @property
    def shallow(self) -> frozenset[str]:
        """The commits whose parents are cut off."""
        path = self._folder / "shallow"
        return frozenset(path.read_text().split()) if path.is_file() else frozenset()

    def fetch(self, names: Iterable[str], *options: str) -> None:
        """Fetch objects by id or by full ref name, without the blobs that they reach.

        Raises:
            ToolError: there is no remote, or it refused.
        """
        if self.remote is None:
            raise ToolError("nothing may be fetched here")
        configuration = {**_CONFIGURATION, **_remote_configuration(self.remote), "safe.directory": str(self._folder)}
        ended = run_bounded(
            [
                *(_program(), "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"),
                *("--filter=blob:none", *options, "--stdin", "gonogo"),
            ],
            environment={**_environment(self._folder, configuration, protocols="https:http"), **_way_out()},
            folder=self._folder,
            bounds=Bounds(2 * self._limits.git_timeout_s, _MEMORY_BYTES, MIB),
            stdin="".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"),
        )
        if ended.returncode:
            raise ToolError(f"git fetch: {_words(ended)}")


def _way_out() -> dict[str, str]:
    """The proxies and the certificate authorities that lead out of here, as the client of GitHub's API has them."""
    proxies = ("https_proxy", "HTTPS_PROXY", "http_proxy", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY")
    found = {name: os.environ[name] for name in proxies if os.environ.get(name)}
    authorities = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"))
    if bundle := next(filter(None, authorities), None):
        found["GIT_SSL_CAINFO"] = bundle
    return found


def _remote_configuration(remote: Remote) -> dict[str, str]:
    configuration = {
        "remote.gonogo.url": remote.url,
        "remote.gonogo.promisor": "true",
        "remote.gonogo.partialCloneFilter": "blob:none",
        "extensions.partialClone": "gonogo",
        "http.followRedirects": "initial",
    }
    if remote.token:
        parts = urlsplit(remote.url)
        basic = base64.b64encode(f"x-access-token:{remote.token}".encode()).decode()
        configuration[f"http.{parts.scheme}://{parts.netloc}/.extraHeader"] = f"Authorization: Basic {basic}"
    return configuration


def _quoted(path: Path) -> bytes:
    # The alternates file reads a leading quote as C quoting, and a line a folder.
    escaped = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"\n'
