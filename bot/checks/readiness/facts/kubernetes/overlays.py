"""Kustomizations, built as `kustomize build` would as far as that changes what is judged.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ (read 2026-11-29).
Out of sight, and said so: remote resources, Helm charts pulled by a kustomization, generators and transformers that are
programs. Not followed: prefixes of names, replacements and vars.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from posixpath import dirname, normpath

from bot.checks.readiness.facts.document_error import DocumentError
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.kubernetes.charts import is_production
from bot.checks.readiness.facts.kubernetes.objects import KubernetesObject, Means, Stack, object_of
from bot.checks.readiness.facts.kubernetes.patches import apply_json_patch, merge_strategic
from bot.checks.readiness.facts.kubernetes.raw import Manifests
from bot.checks.readiness.facts.located import Located, Place, get_in, locate, mappings, place_in, text_of
from bot.checks.readiness.facts.yaml_text import parse_yaml
from bot.model import Unknown

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_REMOTE = ("http://", "https://", "github.com/", "git@", "git::", "ssh://")
_MAX_DEPTH = 12
# Of one overlay: kustomizations that it takes in, each as often as it is named.
_MAX_INCLUDED = 200
_PROGRAMS = ("helmCharts", "helmChartInflationGenerator", "generators", "transformers")
_SETTLE = "judge what `kustomize build` prints"


def find_overlay_stacks(manifests: Manifests) -> tuple[Sequence[Stack], frozenset[str]]:
    """The stacks of the kustomizations that no other one takes in, and the files that any of them uses."""
    built: dict[str, _Kustomization] = {}
    for path in manifests.files.select(*_NAMES):
        built[path] = _Kustomization(manifests, path)
        built[path].build()
    taken = {one for path, build in built.items() for one in build.used if one in built and one != path}
    used = frozenset(one for build in built.values() for one in build.used)
    stacks = [
        Stack(
            Means.KUSTOMIZE,
            f"overlay {dirname(path) or 'in the root folder'}",
            dirname(path),
            dirname(dirname(path)),
            build.objects,
            build.unknowns,
            production=is_production(dirname(path)),
        )
        for path, build in built.items()
        if path not in taken and (build.objects or build.unknowns) and build.value.get("kind") != "Component"
    ]
    return stacks, used


@dataclass
class _Kustomization:
    """A kustomization as it comes together; `used` are the files that it took in, itself among them."""

    manifests: Manifests
    path: str
    depth: int = 0
    included: list[str] = field(default_factory=list)
    objects: list[KubernetesObject] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    value: Located = field(default_factory=Located)

    def build(self) -> None:
        """Gather the resources, and change them as the file says."""
        self.used.add(self.path)
        document = self.files.parsed(self.path)
        if document is None:
            self._doubt(1, "a kustomization that cannot be read")
            return
        part = document.first
        value = locate(part.value, part.lines, lambda line: Place(self.path, line))
        self.value = value if isinstance(value, Located) else Located()
        for key in _PROGRAMS:
            if key in self.value:
                self._doubt(self._place(key).line, f"`{key}` runs what is not in the file")
        for key in ("resources", "bases", "components"):
            for at, name in enumerate(_list(self.value.get(key))):
                if isinstance(name, str):
                    self._take_in(name, self._place(key, at))
        self.objects = self._changed()
        self.objects += self._generated()

    @property
    def files(self) -> Files:
        """The files of the revision."""
        return self.manifests.files

    def _place(self, *keys: str | int) -> Place:
        return place_in(self.value, Place(self.path, 1), *keys)

    def _doubt(self, line: int, reason: str) -> None:
        self.unknowns.append(Unknown(path=self.path, line=line, reason=reason, settle=_SETTLE))

    def _target(self, name: str) -> str:
        return normpath(f"{dirname(self.path) or '.'}/{name}")

    def _take_in(self, name: str, place: Place) -> None:
        target = self._target(name)
        if name.startswith(_REMOTE) or "?ref=" in name:
            self._doubt(place.line, "a remote resource")
        elif target in self.files:
            self.used.add(target)
            found = self.manifests.read(target)
            if isinstance(found, Unknown):
                self.unknowns.append(found)
            else:
                self.objects += found
        else:
            inner = next((one for one in _NAMES if self._inside(target, one) in self.files), None)
            if inner is None:
                self._doubt(place.line, "it takes in what is not in the repository")
            elif self.depth >= _MAX_DEPTH or len(self.included) >= _MAX_INCLUDED:
                self._doubt(place.line, "it takes in more kustomizations than are followed")
            else:
                self._include(self._inside(target, inner))

    @staticmethod
    def _inside(folder: str, name: str) -> str:
        return name if folder == "." else f"{folder}/{name}"

    def _include(self, path: str) -> None:
        self.included.append(path)
        other = _Kustomization(self.manifests, path, self.depth + 1, self.included)
        document = self.files.parsed(path)
        # A component changes what the kustomization that names it has gathered.
        if document is not None and document.get("kind") == "Component":
            other.objects, self.objects = self.objects, []
        other.build()
        self.objects += other.objects
        self.unknowns += other.unknowns
        self.used |= other.used

    def _changed(self) -> list[KubernetesObject]:
        changed = list(self.objects)
        for patch, target in self._patches():
            changed = [_patched(one, patch, target) for one in changed]
        namespace = text_of(self.value.get("namespace"))
        counts = {text_of(one.get("name")): one for one in mappings(self.value.get("replicas"))}
        changed = [_counted(one, counts.get(one.name)) for one in changed if one.get("$patch") != "delete"]
        return [replace(one, namespace=namespace) for one in changed] if namespace else changed

    def _patches(self) -> Iterator[tuple[object, Mapping[str, object] | None]]:
        """Yield each patch with its target; None where the patch names it itself."""
        for key in ("patchesStrategicMerge", "patches", "patchesJson6902"):
            for at, one in enumerate(_list(self.value.get(key))):
                text = one if isinstance(one, str) else text_of(get_in(one, "patch"))
                name = text_of(get_in(one, "path")) or (text if "\n" not in text else "")
                place = self._place(key, at)
                file = self._target(name) if name else ""
                if file and file not in self.files and not text.lstrip().startswith(("{", "[")):
                    self._doubt(place.line, "a patch that is not in the repository")
                    continue
                if file and file in self.files:
                    self.used.add(file)
                    text, place = self.files.text(file) or "", Place(file, 0)
                target = get_in(one, "target")
                for patch in self._read_patch(text, place):
                    yield patch, target if isinstance(target, dict) else None

    def _read_patch(self, text: str, place: Place) -> Iterator[object]:
        try:
            documents = parse_yaml(text) if text else []
        except DocumentError:
            self._doubt(max(place.line, 1), "a patch that cannot be read")
            return
        for content, lines in documents:
            yield locate(content, lines, _shifted(place))

    def _generated(self) -> Iterator[KubernetesObject]:
        for key, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
            for at, one in enumerate(mappings(self.value.get(key))):
                place = self._place(key, at)
                pairs = [text.partition("=") for text in _list(one.get("literals")) if isinstance(text, str)]
                data = Located(((name, value) for name, _, value in pairs), {name: place for name, _, _ in pairs})
                metadata = {"name": one.get("name")}
                whole = {"kind": kind, "apiVersion": "v1", "metadata": metadata, "stringData": data}
                found = object_of(Located(whole.items()), place)
                if found is not None:
                    yield found


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _shifted(place: Place) -> Callable[[int], Place]:
    return lambda line: Place(place.path, place.line + line)


def _patched(one: KubernetesObject, patch: object, target: Mapping[str, object] | None) -> KubernetesObject:
    aimed = object_of(patch, one.start)
    if target is None:
        hit = aimed is not None and (aimed.kind, aimed.name) == (one.kind, one.name)
    else:
        hit = all(text_of(target.get(key, mine)) == mine for key, mine in (("kind", one.kind), ("name", one.name)))
    if not hit:
        return one
    changed = apply_json_patch(one.value, patch) if isinstance(patch, list) else merge_strategic(one.value, patch)
    return replace(one, value=changed) if isinstance(changed, dict) else one


def _counted(one: KubernetesObject, count: Mapping[str, object] | None) -> KubernetesObject:
    """The object with the number of replicas that the kustomization gives it."""
    if count is None:
        return one
    spec = Located({"replicas": count.get("count")}.items(), {"replicas": place_in(count, one.start, "count")})
    changed = merge_strategic(one.value, Located({"spec": spec}.items()))
    return replace(one, value=changed) if isinstance(changed, dict) else one
