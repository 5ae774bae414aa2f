"""`gate.targets`: only the hosts that are named are asked, at addresses that may be asked.

Rule: each named host resolves, to public addresses or to networks that the policy allows. Source: docs/deploy-gate.md.
"""

from __future__ import annotations

from bot.gate.notes import Notes
from bot.gate.resolver import Unreachable
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import TargetsSettings

_NAME = "name it with --url, or under `urls` of gate.targets"
_ALLOW = "if it is yours, name its network under `allow_networks` of gate.targets"


def answer_targets(scene: Scene, _settings: TargetsSettings, notes: Notes) -> str:
    """Resolve the named hosts."""
    if not scene.targets:
        notes.unsure("the service", "no URL is named", _NAME)
    hosts = dict.fromkeys(url.host for url in [*scene.targets, *([scene.prometheus] if scene.prometheus else [])])
    for host, found in zip(hosts, side_by_side(scene.client.resolver.resolve, hosts), strict=True):
        if not isinstance(found, Unreachable):
            notes.saw(host, f"is {', '.join(found)}")
        elif found.refused:
            notes.fail("refused", host, found.reason, fix=_ALLOW)
        else:
            notes.unsure(host, found.reason)
    return f"{len(hosts)} of {len(hosts)} hosts may be asked"
