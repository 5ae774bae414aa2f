"""Every item that the gate can answer, in the order of the report's rows, as policies know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.gate.probes.health import HealthSettings, answer_health
from bot.gate.probes.targets import answer_targets
from bot.gate.probes.tls import TlsSettings, answer_tls
from bot.gate.probes.version import VersionSettings, answer_version
from bot.gate.scene import Phase, Probe
from bot.gate.settings import TARGETS, TargetsSettings
from bot.model import ItemSource, ItemSpec

PROBES: Final[Sequence[Probe]] = (
    Probe(
        id=TARGETS,
        title="Only named hosts are asked",
        settings=TargetsSettings,
        answer=answer_targets,
        phase=Phase.WATCH,
    ),
    Probe(
        id="readiness.verify.health",
        title="Health endpoints answer, every time",
        settings=HealthSettings,
        answer=answer_health,
        phase=Phase.WATCH,
        rows=("Verify: Check health endpoints",),
    ),
    Probe(
        id="readiness.step.deploy",
        title="The deployed commit runs",
        settings=VersionSettings,
        answer=answer_version,
        phase=Phase.WATCH,
        rows=("Deploy: kubectl apply",),
    ),
    Probe(
        id="readiness.deploy.ssl-tls",
        title="Certificates and TLS are sound",
        settings=TlsSettings,
        answer=answer_tls,
        rows=("Security: SSL/TLS configured",),
    ),
)


def _items() -> Sequence[ItemSpec]:
    return [ItemSpec(id=probe.id, title=probe.title, settings=probe.settings) for probe in PROBES]


GATE: Final = (ItemSource(name="gate", items=_items),)
