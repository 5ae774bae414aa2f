"""GitHub's GraphQL, as far as it is needed: whose a token is, who edited a comment, and what it said before.

A query is validated with GitHub's own schema, cut to the types served here, and executed by graphql-core.
Sources: https://docs.github.com/en/graphql/reference/objects#usercontentedit (read 2026-11-25). `viewer` answers to a
workflow's token too, with the suffix `[bot]`: https://github.com/fullsend-ai/fullsend/pull/1953
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema, execute_sync, parse, print_ast, validate
from graphql.error import GraphQLError
from graphql.language import (
    REMOVE,
    DefinitionNode,
    DirectiveNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    Node,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeNode,
    Visitor,
    visit,
)

from tests.github_server import description
from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.tokens import Token
from tests.github_server.wire import Answer, RefusalError

# What a query may ask for here; fields of other types are as unknown as wrong ones.
TYPES = frozenset(
    {
        "Query",
        "Node",
        "Actor",
        "Bot",
        "User",
        "IssueComment",
        "UserContentEdit",
        "UserContentEditConnection",
        "DateTime",
        "URI",
    }
)
_BUILT_IN = frozenset({"Boolean", "Float", "ID", "Int", "String"})


def answer(state: State, token: Token | None, body: Object, violations: list[str]) -> Answer:
    """Answer a query; one that the schema does not allow is a violation, and is answered with its errors."""
    if token is None:
        raise RefusalError(401, "Requires authentication")
    try:
        document = parse(str(body.get("query") or ""))
        faults = validate(load_schema(), document)
    except GraphQLError as error:
        faults = [error]
    if faults:
        violations += (f"GraphQL: {fault.message}" for fault in faults)
        return Answer(200, {"errors": [{"message": fault.message} for fault in faults]})
    done = execute_sync(load_schema(), document, _Root(state, token), variable_values=body.get("variables") or {})
    shown: Object = {"data": done.data}
    if done.errors:
        # GitHub adds the kind of an error as `type`.
        shown["errors"] = [{"type": "NOT_FOUND", "path": e.path, "message": e.message} for e in done.errors]
    return Answer(200, shown)


class _Root:
    """The fields of `Query`."""

    def __init__(self, state: State, token: Token) -> None:
        self._state, self._token = state, token

    def viewer(self, _: object) -> Object:
        """Whose the token is; even an App's shows as a `User`."""
        return {**self._actor(self._token.login), "login": self._token.login, "__typename": "User"}

    def node(self, _: object, id: str) -> Object:  # noqa: A002 - GitHub's name
        """A comment, by its node id."""
        found = next((comment for comment in self._state.comments.values() if comment["node_id"] == id), None)
        if found is None:
            raise GraphQLError(f"Could not resolve to a node with the global id of '{id}'")
        return {
            "__typename": "IssueComment",
            "id": id,
            "body": found["body"],
            "author": self._actor(found["user"]["login"]),
            "createdAt": found["created_at"],
            "updatedAt": found["updated_at"],
            "lastEditedAt": self._state.edits[found["id"]][-1].edited_at if self._edited(found) else None,
            "includesCreatedEdit": self._edited(found),
            "url": found["html_url"],
            "userContentEdits": lambda _, **page: self._edits(found, page.get("first") or page.get("last") or 0),
        }

    def _edits(self, comment: Object, count: int) -> Object:
        """The versions of a comment that was edited, the first one too, newest first; `diff` is the whole body."""
        versions = self._state.edits[comment["id"]][::-1] if self._edited(comment) else []
        nodes = [
            {
                "editedAt": version.edited_at,
                "deletedAt": version.deleted_at,
                "editor": self._actor(version.editor) if version.editor else None,
                "diff": None if version.deleted_at else version.body,
            }
            for version in versions
        ]
        return {"totalCount": len(nodes), "nodes": nodes[:count]}

    def _edited(self, comment: Object) -> bool:
        return len(self._state.edits[comment["id"]]) > 1

    def _actor(self, login: str) -> Object:
        """GraphQL shows a bot's login without `[bot]`."""
        user = self._state.objects.user(login)
        kind = "Bot" if login.endswith("[bot]") else "User"
        return {
            "__typename": kind,
            "login": login.removesuffix("[bot]"),
            "id": user["node_id"],
            "url": user["html_url"],
        }


@cache
def load_schema() -> GraphQLSchema:
    """GitHub's schema, cut to `TYPES`; the cut is cached, as reading the whole takes two seconds."""
    key = f"# {hashlib.sha256(Path(__file__).read_bytes() + description.GRAPHQL.sha512.encode()).hexdigest()}\n"
    path = description.CACHE / "cut.graphql"
    text = path.read_text() if path.is_file() else ""
    if not text.startswith(key):
        whole = parse(description.GRAPHQL.cached.read_text(), no_location=True)
        text = key + print_ast(visit(whole, _Cut()))
        description.write(path, text.encode())
    return build_schema(text, assume_valid=True)


class _Cut(Visitor):
    """Removes what is not served, what names it, and all directives."""

    def enter(self, node: Node, _key: object, _parent: object, path: list[object], _ancestors: object) -> object:
        match node:
            case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode() | ScalarTypeDefinitionNode():
                return None if node.name.value in TYPES else REMOVE
            case FieldDefinitionNode() | InputValueDefinitionNode():
                return None if _named(node.type) in TYPES | _BUILT_IN else REMOVE
            case NamedTypeNode() if "interfaces" in path:
                return None if node.name.value in TYPES else REMOVE
            case DirectiveNode() | DefinitionNode():
                return REMOVE
            case _:
                return None


def _named(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value
