"""The rules of branches, of rulesets and of protection."""

from __future__ import annotations

from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.wire import Answer, Call, route


def make_rule(state: State, kind: str, parameters: Object | None) -> Object:
    """A rule of one of the repository's rulesets."""
    rule: Object = {"type": kind, "ruleset_source_type": "Repository", "ruleset_source": state.full_name}
    return {**rule, "ruleset_id": state.new_id(), **({"parameters": parameters} if parameters is not None else {})}


@route("GET", "/repos/{owner}/{repo}/rules/branches/{branch}", "metadata:read")
def list_branch_rules(call: Call) -> Answer:
    """Answer with a page of the rules that count for a branch."""
    return call.paged(call.state.rules.get(call.params["branch"], []))
