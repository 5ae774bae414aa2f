"""The rules by name, one module a topic; each is imported when a policy first names it.

A rule is `judge(look, ask) -> Judged`; the annotation of `ask` is the model of its settings.
"""

from __future__ import annotations

from collections.abc import Mapping

_HERE = "bot.checks.readiness.rules"

RULES: Mapping[str, str] = {
    "all-of": f"{_HERE}.combined:judge_all_of",
    "any-of": f"{_HERE}.combined:judge_any_of",
    "api-complete": f"{_HERE}.api_document:judge_api_complete",
    "auth-middleware": f"{_HERE}.guards:judge_auth_middleware",
    "cache-ttl": f"{_HERE}.ttl:judge_ttl",
    "call": f"{_HERE}.source_marks:judge_call",
    "check-run": f"{_HERE}.check_run:judge_check_run",
    "ci-workflows": f"{_HERE}.testing.suites:judge_ci_workflows",
    "code": f"{_HERE}.code:judge_code",
    "cors": f"{_HERE}.cors:judge_cors",
    "coverage-thresholds": f"{_HERE}.testing.coverage:judge_coverage_thresholds",
    "dependency": f"{_HERE}.source_marks:judge_dependency",
    "dependency-health": f"{_HERE}.health.dependencies:judge_dependency_health",
    "diagrams": f"{_HERE}.diagrams:judge_diagrams",
    "docker-compose": f"{_HERE}.containers.local:judge_compose",
    "docker-multi-stage": f"{_HERE}.containers.multi_stage:judge_multi_stage",
    "document": f"{_HERE}.document_values:judge_document",
    "documents": f"{_HERE}.documents:judge_documents",
    "e2e-tests": f"{_HERE}.testing.outside:judge_e2e_tests",
    "env-validation": f"{_HERE}.env_validation:judge_env_validation",
    "error-handling": f"{_HERE}.error_handling:judge_error_handling",
    "files": f"{_HERE}.files:judge_files",
    "filtering": f"{_HERE}.api:judge_filtering",
    "health-endpoints": f"{_HERE}.health.endpoints:judge_health_endpoints",
    "import": f"{_HERE}.source_marks:judge_import",
    "indexes": f"{_HERE}.indexes.judge:judge_indexes",
    "input-validation": f"{_HERE}.api:judge_input_validation",
    "integration-tests": f"{_HERE}.testing.outside:judge_integration_tests",
    "jwt-jwks": f"{_HERE}.jwt:judge_jwt",
    "kubernetes-manifests": f"{_HERE}.kubernetes.manifests:judge_manifests",
    "limit-tuning": f"{_HERE}.limit_tuning:judge_limit_tuning",
    "live": f"{_HERE}.live:judge_live",
    "metrics-endpoint": f"{_HERE}.metrics_endpoint:judge_metrics_endpoint",
    "no-secrets": f"{_HERE}.no_secrets:judge_no_secrets",
    "openapi": f"{_HERE}.openapi:judge_openapi",
    "pagination": f"{_HERE}.pagination:judge_pagination",
    "performance-tests": f"{_HERE}.testing.performance:judge_performance_tests",
    "production-env": f"{_HERE}.production_env:judge_production_env",
    "rate-limiting": f"{_HERE}.rate_limiting:judge_rate_limiting",
    "request-logging": f"{_HERE}.request_logging:judge_request_logging",
    "required-set": f"{_HERE}.required_set:judge_required_set",
    "response-time": f"{_HERE}.response_time:judge_response_time",
    "rest-design": f"{_HERE}.api:judge_rest_design",
    "schema-migrations": f"{_HERE}.schema:judge_migrations",
    "secrets-stored": f"{_HERE}.containers.stored:judge_secrets_stored",
    "sign-off": f"{_HERE}.sign_off:judge_sign_off",
    "signals": f"{_HERE}.signals.judge:judge_signals",
    "sql-injection": f"{_HERE}.sql:judge_sql",
    "structured-logging": f"{_HERE}.structured_logging:judge_structured_logging",
    "transactions": f"{_HERE}.transactions:judge_transactions",
    "unit-tests": f"{_HERE}.testing.suites:judge_unit_tests",
    "workflow-step": f"{_HERE}.workflow_step:judge_workflow_step",
}
