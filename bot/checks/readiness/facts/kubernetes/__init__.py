"""Kubernetes objects of a repository, out of manifests, charts and kustomizations, as stacks applied together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.helm.chart import find_chart_folders
from bot.checks.readiness.facts.kubernetes.charts import find_chart_stacks, is_development
from bot.checks.readiness.facts.kubernetes.objects import Means, Stack
from bot.checks.readiness.facts.kubernetes.overlays import find_overlay_stacks
from bot.checks.readiness.facts.kubernetes.raw import Manifests, stacks_of
from bot.model import Unknown


class Kubernetes:
    """What a repository applies to clusters."""

    def __init__(self, files: Files) -> None:
        charts = find_chart_stacks(files)
        manifests = Manifests(files)
        overlays, used = find_overlay_stacks(manifests)
        apart = find_chart_folders(files)
        raw = stacks_of({path: found for path, found in manifests.find(apart).items() if path not in used})
        self.stacks: Sequence[Stack] = [*charts, *overlays, *raw]
        """Charts, overlays, and the manifests that no overlay uses."""

    @cached_property
    def judged(self) -> Sequence[Stack]:
        """The stacks that stand for production.

        Of several ways to apply the same those for production, where one says that it is; none that is for
        development, where there is another. Raw folders that name production stand for those beside them too.
        """
        groups: dict[tuple[Means, str], list[Stack]] = {}
        for one in self.stacks:
            groups.setdefault((one.means, one.group), []).append(one)
        chosen = [one for group in groups.values() for one in ([each for each in group if each.production] or group)]
        return [one for one in chosen if not is_development(one.folder)] or chosen

    @cached_property
    def unknowns(self) -> Sequence[Unknown]:
        """What could not be read of the stacks that are judged."""
        return [one for stack in self.judged for one in stack.unknowns]
