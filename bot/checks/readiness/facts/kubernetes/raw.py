"""Objects that are written as plain YAML or JSON."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from posixpath import dirname

from bot.checks.readiness.facts.documents import Document
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.kubernetes.charts import is_production
from bot.checks.readiness.facts.kubernetes.objects import KubernetesObject, Means, Stack, objects_of
from bot.checks.readiness.facts.located import Place, locate
from bot.model import Unknown

# What every object has at the left margin. Read as bytes: most YAML files of a repository are something else.
_KIND = re.compile(rb"^(?:- )?kind:[ \t]*[\"']?[A-Z]", re.MULTILINE)
_VERSION = re.compile(rb"^(?:- |  )?apiVersion:", re.MULTILINE)
_TEMPLATED = re.compile(r"^[ \t]*(?:\{\{|\{%|<%)", re.MULTILINE)
# What has a kind and a version and is nothing that a cluster gets.
_FOREIGN = ("backstage.io/", "skaffold/", "kustomize.config.k8s.io/", "tilt.dev/", "kind.x-k8s.io/", "k3d.io/")
_OF_FLUX = "kustomize.toolkit.fluxcd.io/"


def is_manifest(content: bytes) -> bool:
    """Whether a file's bytes look like Kubernetes objects."""
    return bool(_KIND.search(content) and _VERSION.search(content))


class Manifests:
    """The manifests of a repository; each is read once, however many kustomizations take it in."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._read: dict[str, Sequence[KubernetesObject] | Unknown] = {}

    def find(self, apart_from: Collection[str]) -> Mapping[str, Sequence[KubernetesObject] | Unknown]:
        """The objects of each manifest, by path; those below some folders (of charts) are none of their own."""
        files = self.files
        prefixes = tuple(f"{folder}/" if folder else "" for folder in apart_from)
        paths = [path for path in files.select("*.yaml", "*.yml") if not path.startswith((".github/", *prefixes))]
        files.prefetch(paths)
        contents = ((path, files.content(path)) for path in paths)
        return {path: self.read(path) for path, content in contents if content is not None and is_manifest(content)}

    def read(self, path: str) -> Sequence[KubernetesObject] | Unknown:
        """The objects of one file; an `Unknown` where it cannot be read."""
        if path not in self._read:
            self._read[path] = _read(self.files, path)
        return self._read[path]


def _read(files: Files, path: str) -> Sequence[KubernetesObject] | Unknown:
    document = files.parsed(path)
    if document is None:
        text = files.text(path) or ""
        what = "a template, and which values it is given is not known" if _TEMPLATED.search(text) else "not YAML"
        return Unknown(path=path, reason=f"a manifest that cannot be read: {what}", settle="judge what is applied")
    return list(_objects(document, path))


def _objects(document: Document, path: str) -> Iterator[KubernetesObject]:
    for part in document.parts:
        value = locate(part.value, part.lines, lambda line: Place(path, line))
        for one in objects_of(value, Place(path, part.line())):
            built = one.kind == "Kustomization" and not one.api_version.startswith(_OF_FLUX)
            if not one.api_version.startswith(_FOREIGN) and not built:
                yield one


def stacks_of(manifests: Mapping[str, Sequence[KubernetesObject] | Unknown]) -> Sequence[Stack]:
    """One stack for each folder of manifests, without what its folders below hold."""
    folders: dict[str, list[str]] = {}
    for path in manifests:
        folders.setdefault(dirname(path), []).append(path)
    stacks = []
    for folder, paths in sorted(folders.items()):
        objects = [one for path in paths if not isinstance(found := manifests[path], Unknown) for one in found]
        unknowns = [found for path in paths if isinstance(found := manifests[path], Unknown)]
        if objects or unknowns:
            title = f"manifests in {folder or 'the root folder'}"
            stacks.append(
                Stack(Means.RAW, title, folder, dirname(folder), objects, unknowns, production=is_production(folder))
            )
    return stacks
