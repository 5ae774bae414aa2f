"""The rules by name, one module a topic; each is imported when a policy first names it.

A rule is `judge(look, ask) -> Judged`; the annotation of `ask` is the model of its settings.
"""

from __future__ import annotations

from collections.abc import Mapping

_HERE = "bot.checks.readiness.rules"

RULES: Mapping[str, str] = {
    "code": f"{_HERE}.code:judge_code",
    "cors": f"{_HERE}.cors:judge_cors",
    "files": f"{_HERE}.files:judge_files",
    "kubernetes-manifests": f"{_HERE}.kubernetes.manifests:judge_manifests",
    "sign-off": f"{_HERE}.sign_off:judge_sign_off",
}
