"""Build the Dockerfile and run the image as GitHub's runner does, without a Docker daemon or an image registry.

buildah builds, with chroot isolation, on a base that mmdebstrap makes of the packages that this machine's apt reaches.
What the runner does: a bind mount of the workspace, which belongs to another user than the container's, `HOME` and the
files for outputs below /github, the event as a file, inputs as `INPUT_*`.
Source: https://docs.github.com/en/actions/reference/workflows-and-actions/dockerfile-support (read 2026-11-25)
Out of sight: what Docker adds around a process (seccomp, dropped capabilities, a network of its own, limits).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("buildah", "mmdebstrap", "crun", "newuidmap")
# The official image of Debian's own Python: tests build on it, since the real one is in a registry.
BASE_TAG = "docker.io/library/python:3.13-slim"
BASE_SUITE = "trixie"
BASE_PACKAGES = "python3,python3-venv,ca-certificates"
RUNNER_USER, RUNNER_GROUP = 1001, 127
_MAX_RUN_S = 240


def lacks() -> str:
    """What this machine lacks to build and run an image, in words; empty where it lacks nothing."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} (apt-get install buildah mmdebstrap crun uidmap)"
    return "" if os.geteuid() == 0 else "root"


@dataclass(frozen=True)
class Ran:
    """How a command ended, what it printed, and what it wrote for the runner: the outputs and the job summary."""

    returncode: int
    stdout: str
    stderr: str
    output: str
    summary: str


class Containers:
    """Images and containers in a folder of their own; nothing is written outside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._options = ("--root", str(folder / "storage"), "--runroot", str(folder / "run"))

    def make_base(self, rootfs: Path) -> None:
        """Make the base image of a root file system, which is made and kept as a tar file if it is not there."""
        if not rootfs.exists():
            _make_rootfs(rootfs)
        container = self.call("from", "scratch")
        self.call("add", "--quiet", container, str(rootfs), "/")
        with self.mounted(container) as root:
            _dress_as_official_image(root)
        self.call("config", "--env", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", container)
        self.call("config", "--env", "LANG=C.UTF-8", container)
        self.call("commit", "--quiet", "--rm", container, BASE_TAG)

    def build(self, context: Path, image: str) -> None:
        """Build the Dockerfile of a folder on the base image."""
        # `--network host`: chroot isolation has no network of its own.
        options = ("--isolation", "chroot", "--pull-never", "--layers=false", "--network", "host", "--quiet")
        self.call("bud", *options, "--build-arg", f"BASE_IMAGE={BASE_TAG}", "--tag", image, str(context))

    @contextmanager
    def container(self, image: str) -> Iterator[Container]:
        """A container of the image; making one copies the whole image."""
        name = self.call("from", "--pull-never", image)
        try:
            yield Container(self, name)
        finally:
            self.call("rm", name)

    def configuration(self, image: str) -> dict[str, object]:
        """What an image says of its start: `Entrypoint`, `Env`, `User`, `WorkingDir` and the like."""
        described: dict[str, object] = json.loads(self.call("inspect", "--type", "image", image))["OCIv1"]["config"]
        return described

    @contextmanager
    def mounted(self, container: str) -> Iterator[Path]:
        """The root of a container's files."""
        try:
            yield Path(self.call("mount", container))
        finally:
            self.call("umount", container)

    def command(self, *arguments: str) -> list[str]:
        """The command line of buildah, for this folder."""
        return ["buildah", *self._options, *arguments]

    def call(self, *arguments: str) -> str:
        """Run buildah; return what it prints."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"buildah {arguments[0]} ended with {done.returncode}: {done.stderr[-4000:]}")
        return done.stdout.strip()


class Container:
    """A container in which commands are run, each as the runner would run the entry point."""

    def __init__(self, containers: Containers, name: str) -> None:
        self._containers, self._name = containers, name

    def files(self) -> dict[str, os.stat_result]:
        """Every path with what is known of it, links not followed."""
        with self._containers.mounted(self._name) as root:
            return {
                os.path.relpath(path, root): path.lstat()
                for folder, folders, names in os.walk(root)
                for path in (Path(folder, entry) for entry in (*folders, *names))
            }

    def run(
        self,
        command: Sequence[str],
        workspace: Path,
        variables: Mapping[str, str] | None = None,
        event: Mapping[str, object] | None = None,
    ) -> Ran:
        """Run a command with the workspace, the variables, the event and the folders that the runner gives."""
        with tempfile.TemporaryDirectory() as folder:
            github = Path(folder)
            mounts = _make_runner_folders(github, event or {})
            how = ("--isolation", "chroot", "--network", "host", "--workingdir", "/github/workspace")
            options = [
                f"--volume={workspace}:/github/workspace",
                *(f"--volume={github / m}:/github/{m}" for m in mounts),
            ]
            options += [f"--env={key}={value}" for key, value in {**_RUNNER_VARIABLES, **(variables or {})}.items()]
            done = _run_to_its_end(self._containers.command("run", *how, *options, self._name, "--", *command))
            output, summary = ((github / "file_commands" / name).read_text("utf-8") for name in ("output", "summary"))
            return Ran(done.returncode, done.stdout, done.stderr, output, summary)


def _run_to_its_end(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command; one that hangs fails with what it had printed and what every process was waiting for."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            stdout, stderr = child.communicate(timeout=_MAX_RUN_S)
        except subprocess.TimeoutExpired:
            processes = "\n".join(_describe_processes())
            child.kill()
            stdout, stderr = child.communicate()
            text = f"not ended after {_MAX_RUN_S} s\n{stdout[-4000:]}\n{stderr[-2000:]}\n{processes}"
            raise AssertionError(text) from None
        return subprocess.CompletedProcess(command, child.returncode, stdout, stderr)


def _describe_processes() -> Iterator[str]:
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")[:200]
            parent = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]
            if any(name in words for name in ("buildah", "git", "gonogo")):
                yield f"{folder.name} of {parent}, in {(folder / 'wchan').read_text() or '?'}: {words}"


_RUNNER_VARIABLES = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_EVENT_PATH": "/github/workflow/event.json",
    "GITHUB_OUTPUT": "/github/file_commands/output",
    "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
    "GITHUB_WORKSPACE": "/github/workspace",
    "HOME": "/github/home",
    "RUNNER_OS": "Linux",
    "RUNNER_TEMP": "/github/runner_temp",
    "RUNNER_WORKSPACE": "/home/runner/work/example",
}


def _make_runner_folders(github: Path, event: Mapping[str, object]) -> Sequence[str]:
    mounts = ("home", "workflow", "file_commands", "runner_temp")
    for name in mounts:
        (github / name).mkdir()
        os.chown(github / name, RUNNER_USER, RUNNER_GROUP)
    (github / "workflow" / "event.json").write_text(json.dumps(event), "utf-8")
    for name in ("output", "summary"):
        (github / "file_commands" / name).touch()
    return mounts


def _make_rootfs(rootfs: Path) -> None:
    rootfs.parent.mkdir(parents=True, exist_ok=True)
    # The packages' own address, as apt has it configured; the security archive has no suite of its own here.
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"], capture_output=True, text=True, check=True
    )
    mirror = min(uri for uri in targets.stdout.split() if "security" not in uri)
    unfinished = rootfs.with_suffix(".unfinished.tar")
    leave_out = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale")]
    what = ("--variant=minbase", f"--include={BASE_PACKAGES}", *leave_out)
    subprocess.run(
        ["mmdebstrap", "--quiet", *what, BASE_SUITE, str(unfinished), mirror],
        check=True,
        capture_output=True,
    )
    unfinished.rename(rootfs)


def _dress_as_official_image(root: Path) -> None:
    """Add what the official image has and Debian's has not, and what lets pip reach inside what it reaches outside."""
    for name in ("python", "python3"):
        (root / "usr/local/bin" / name).symlink_to("/usr/bin/python3")
    for mark in root.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
        mark.unlink()
    for source, target in (
        (os.environ.get("SSL_CERT_FILE", ""), "etc/ssl/certs/ca-certificates.crt"),
        ("/etc/pip.conf", "etc/pip.conf"),
    ):
        if source and Path(source).is_file():
            shutil.copyfile(source, root / target)
