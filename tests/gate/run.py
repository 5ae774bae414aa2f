"""Runs `gonogo gate` as a user does, and reads its JSON report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli import main

SHA = "3f2a91c0" * 5
OLDER = "9" * 40


@dataclass(frozen=True)
class Result:
    """How a run ended: the exit status, the report, and the items by id."""

    status: int
    report: dict[str, Any]
    text: str

    def state(self, item: str) -> str:
        """An item's state."""
        return str(self.item(item)["state"])

    def item(self, item: str) -> dict[str, Any]:
        """An item."""
        [found] = [one for one in self.report["items"] if one["id"] == item]
        return dict(found)

    def reason(self, item: str) -> str:
        """An item's reason."""
        return str(self.item(item)["reason"])


def policy(
    items: Mapping[str, Mapping[str, Any]], *, only: bool = True, targets: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A policy of the gate that asks these items, with these settings; `only`: and of the shipped ones no other."""
    from bot.gate.registry import PROBES

    own = {"allow_networks": ["127.0.0.0/8", "::1"], "stable_for": 0, "every": 1, **(targets or {})}
    asked: dict[str, Any] = {"gate.targets": {"settings": own}}
    for probe in PROBES:
        if probe.id in items:
            asked[probe.id] = {"required": "block", "settings": dict(items[probe.id])}
        elif only and probe.id != "gate.targets":
            asked[probe.id] = {"required": "off"}
    return {"name": "test", "extends": "deploy-gate", "items": asked}


def gate(folder: Path, asked: Mapping[str, Any], *options: str) -> Result:
    """Run the command with a policy."""
    named = folder / "gate.yml"
    named.write_text(json.dumps(asked), "utf-8")
    output = folder / "report.json"
    output.unlink(missing_ok=True)
    status = main(["gate", "--policy", str(named), "--format", "json", "--output", str(output), *options])
    text = output.read_text("utf-8") if output.exists() else ""
    return Result(status, json.loads(text) if text else {}, text)
