"""Every item that the gate can answer, in the order of the report's rows, as policies know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.gate.probes.auth import AuthSettings, answer_auth
from bot.gate.probes.cors import CorsSettings, answer_cors
from bot.gate.probes.dependencies import (
    BrokerSettings,
    CacheSettings,
    DatabaseSettings,
    DependencySettings,
    answer_dependencies,
)
from bot.gate.probes.exposition import MetricsSettings, answer_metrics
from bot.gate.probes.health import HealthSettings, answer_health
from bot.gate.probes.openapi import OpenApiSettings, answer_openapi
from bot.gate.probes.pages import HeadersSettings, ScoreSettings, answer_headers, answer_score
from bot.gate.probes.rate_limit import RateSettings, answer_rate
from bot.gate.probes.response_time import ResponseTimeSettings, answer_response_time
from bot.gate.probes.smoke import SmokeSettings, answer_smoke
from bot.gate.probes.targets import answer_targets
from bot.gate.probes.tls import TlsSettings, answer_tls
from bot.gate.probes.version import VersionSettings, answer_version
from bot.gate.queries.budget import BudgetSettings, answer_budget
from bot.gate.queries.comparison import ComparisonSettings, answer_comparison
from bot.gate.queries.errors import ErrorSettings, answer_errors
from bot.gate.queries.latency import LatencySettings, answer_latency
from bot.gate.queries.limits import LimitsSettings, LogsSettings, answer_limits, answer_logs
from bot.gate.queries.uptime import UptimeSettings, answer_uptime
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
        rows=("Deployment steps, 5: Check health endpoints",),
    ),
    Probe(
        id="readiness.step.deploy",
        title="The deployed commit runs",
        settings=VersionSettings,
        answer=answer_version,
        phase=Phase.WATCH,
        rows=("Deployment steps, 4: kubectl apply -f .../production/manifests/",),
    ),
    Probe(
        id="readiness.deploy.connection-tests",
        title="What the service depends on is up",
        settings=DependencySettings,
        answer=answer_dependencies,
        phase=Phase.WATCH,
        rows=(
            "Before deployment, Cache and messaging: Connection tests passing",
            "Deployment steps, 3: Verify service connections",
        ),
    ),
    Probe(
        id="readiness.database.health-check",
        title="The database is up",
        settings=DatabaseSettings,
        answer=answer_dependencies,
        phase=Phase.WATCH,
        rows=("Completed, Database: Health checks",),
    ),
    Probe(
        id="readiness.deploy.redis-accessible",
        title="The cache is up",
        settings=CacheSettings,
        answer=answer_dependencies,
        phase=Phase.WATCH,
        rows=("Before deployment, Cache and messaging: Redis configured and accessible",),
    ),
    Probe(
        id="readiness.deploy.nats-accessible",
        title="The broker is up",
        settings=BrokerSettings,
        answer=answer_dependencies,
        phase=Phase.WATCH,
        rows=("Before deployment, Cache and messaging: NATS configured (if using)",),
    ),
    Probe(
        id="readiness.env.required-set",
        title="All environment variables are set",
        settings=SmokeSettings,
        answer=answer_smoke,
        rows=(
            "Before deployment, Environment: All required environment variables set",
            "Deployment steps, 3: Check environment variables",
        ),
    ),
    Probe(
        id="readiness.env.validation-passes",
        title="The environment was validated",
        settings=SmokeSettings,
        answer=answer_smoke,
        rows=(
            "Before deployment, Environment: Environment validation passes",
            "Deployment steps, 3: Run production validation",
        ),
    ),
    Probe(
        id="readiness.deploy.migrations-applied",
        title="Migrations are applied",
        settings=SmokeSettings,
        answer=answer_smoke,
        rows=("Before deployment, Database: Migrations applied",),
    ),
    Probe(
        id="readiness.deploy.metrics-accessible",
        title="The metrics endpoint serves metrics",
        settings=MetricsSettings,
        answer=answer_metrics,
        rows=(
            "Before deployment, Monitoring: Metrics endpoint accessible",
            "Deployment steps, 5: Verify metrics endpoint",
        ),
    ),
    Probe(
        id="readiness.verify.smoke",
        title="Smoke requests are answered as expected",
        settings=SmokeSettings,
        answer=answer_smoke,
        rows=("Deployment steps, 5: Run smoke tests",),
    ),
    Probe(
        id="readiness.docs.swagger-ui",
        title="The API's description is served and valid",
        settings=OpenApiSettings,
        answer=answer_openapi,
        rows=("Recommended, Documentation: API documentation hosted (Swagger UI)",),
    ),
    Probe(
        id="gate.response-time",
        title="A sample of requests is answered in time",
        settings=ResponseTimeSettings,
        answer=answer_response_time,
        phase=Phase.MEASURE,
    ),
    Probe(
        id="readiness.deploy.ssl-tls",
        title="Certificates and TLS are sound",
        settings=TlsSettings,
        answer=answer_tls,
        rows=("Before deployment, Security: SSL/TLS configured",),
    ),
    Probe(
        id="readiness.deploy.headers-verified",
        title="Security headers are on every answer",
        settings=HeadersSettings,
        answer=answer_headers,
        rows=("Before deployment, Security: Security headers verified",),
    ),
    Probe(
        id="readiness.deploy.cors-proper",
        title="Other origins read nothing",
        settings=CorsSettings,
        answer=answer_cors,
        rows=("Before deployment, Security: CORS properly configured",),
    ),
    Probe(
        id="readiness.deploy.jwt-working",
        title="Bad tokens are refused",
        settings=AuthSettings,
        answer=answer_auth,
        rows=("Before deployment, Security: JWT verification working",),
    ),
    Probe(
        id="readiness.security.rate-limiting",
        title="A burst of requests is limited",
        settings=RateSettings,
        answer=answer_rate,
        phase=Phase.BURST,
        rows=(
            "Completed, Security: Rate limiting middleware",
            "Before deployment, Security: Rate limiting configured",
        ),
    ),
    Probe(
        id="readiness.metrics.security-score",
        title="The security headers are graded A",
        settings=ScoreSettings,
        answer=answer_score,
        rows=("Success metrics: Security Score: A rating",),
    ),
    Probe(
        id="readiness.metrics.p95",
        title="P95 is below 500 ms",
        settings=LatencySettings,
        answer=answer_latency,
        phase=Phase.WATCH,
        rows=(
            "Success metrics: Response Time: P95 < 500ms",
            "Deployment steps, 6: Verify performance",
        ),
    ),
    Probe(
        id="readiness.metrics.error-rate",
        title="Fewer than 0.1% of requests fail",
        settings=ErrorSettings,
        answer=answer_errors,
        phase=Phase.WATCH,
        rows=(
            "Success metrics: Error Rate: < 0.1%",
            "Deployment steps, 6: Check error rates",
        ),
    ),
    Probe(
        id="readiness.metrics.uptime",
        title="Up 99.9% of the time",
        settings=UptimeSettings,
        answer=answer_uptime,
        phase=Phase.WATCH,
        rows=("Success metrics: Uptime: Target 99.9%",),
    ),
    Probe(
        id="gate.error-budget",
        title="The error budget is not burnt",
        settings=BudgetSettings,
        answer=answer_budget,
        phase=Phase.WATCH,
    ),
    Probe(
        id="gate.comparison",
        title="No worse than before the deployment",
        settings=ComparisonSettings,
        answer=answer_comparison,
        phase=Phase.WATCH,
    ),
    Probe(
        id="readiness.monitor.metrics",
        title="Up, stable and not saturated",
        settings=LimitsSettings,
        answer=answer_limits,
        phase=Phase.WATCH,
        rows=("Deployment steps, 6: Watch metrics",),
    ),
    Probe(
        id="readiness.verify.logs",
        title="Logs show no more errors than they may",
        settings=LogsSettings,
        answer=answer_logs,
        phase=Phase.WATCH,
        rows=(
            "Deployment steps, 5: Check logs",
            "Deployment steps, 6: Monitor logs",
        ),
    ),
)


def _items() -> Sequence[ItemSpec]:
    return [ItemSpec(id=probe.id, title=probe.title, settings=probe.settings) for probe in PROBES]


GATE: Final = (ItemSource(name="gate", items=_items),)
