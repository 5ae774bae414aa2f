"""What stands between HTTP and the handlers: a call, an answer, a refusal, and the table of routes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode

from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.tokens import Need, Token

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

JSON = "application/json; charset=utf-8"
_DOCS = "https://docs.github.com/rest"
_DEFAULT_PER_PAGE, _MAX_PER_PAGE = 30, 100


class RefusalError(Exception):
    """GitHub's answer to what it does not do: an error status and a body that says why."""

    def __init__(self, status: int, message: str, *, errors: Sequence[Object] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.body: Object = {"message": message, "documentation_url": _DOCS, "status": str(status)}
        if errors:
            self.body["errors"] = list(errors)


def not_found() -> RefusalError:
    """The usual 404."""
    return RefusalError(404, "Not Found")


def invalid(resource: str, field_name: str, message: str, *, code: str = "custom") -> RefusalError:
    """A 422 that names a field."""
    fault = {"resource": resource, "code": code, "field": field_name, "message": message}
    return RefusalError(422, "Validation Failed", errors=[fault])


@dataclass(frozen=True)
class Answer:
    """What a handler gives back. A body of None is no content; text and bytes go out as they are."""

    status: int
    body: Object | list[Object] | str | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON

    def content(self) -> bytes:
        """The body as it goes out."""
        match self.body:
            case None:
                return b""
            case bytes():
                return self.body
            case str():
                return self.body.encode()
            case _:
                return json.dumps(self.body).encode()


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request as handlers see it.

    Attributes:
        url: the address asked for, without the query.
        params: the path's parameters, decoded.
        accept: the header of that name.
    """

    state: State
    token: Token | None
    url: str
    params: Mapping[str, str]
    query: MultiDict[str, str]
    body: Object
    accept: str

    def number(self, name: str) -> int:
        """A parameter of the path that is an id or a number."""
        value = self.params[name]
        if not value.isdecimal():
            raise not_found()
        return int(value)

    def commit(self, name: str) -> str:
        """The commit that a parameter of the path names."""
        found = self.state.resolve(self.params[name])
        if found is None:
            raise RefusalError(422, f"No commit found for SHA: {self.params[name]}")
        return found

    def actor(self) -> Token:
        """The token of a request that has been let through as one that needs a token."""
        if self.token is None:
            raise RefusalError(401, "Requires authentication")
        return self.token

    def page(self, items: Sequence[Object]) -> tuple[list[Object], dict[str, str]]:
        """The part of a list that is asked for, and the header `Link` that leads to its other parts."""
        size = min(max(_whole(self.query.get("per_page"), _DEFAULT_PER_PAGE), 1), _MAX_PER_PAGE)
        page = max(_whole(self.query.get("page"), 1), 1)
        last = max(-(-len(items) // size), 1)
        near = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        shown = {name: to for name, to in near.items() if 1 <= to <= last and to != page and _leads(name, page, last)}
        rest = {name: value for name, value in self.query.items() if name != "page"}
        links = [f'<{self.url}?{urlencode({**rest, "page": to})}>; rel="{name}"' for name, to in shown.items()]
        return list(items[(page - 1) * size : page * size]), {"Link": ", ".join(links)} if links else {}

    def paged(self, items: Sequence[Object]) -> Answer:
        """The part of a list that is asked for, as a plain array."""
        part, links = self.page(items)
        return Answer(200, part, links)

    def counted(self, name: str, items: Sequence[Object]) -> Answer:
        """The part of a list that is asked for, in an object with the count of all."""
        part, links = self.page(items)
        return Answer(200, {"total_count": len(items), name: part}, links)


Handler: TypeAlias = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """An operation: the path as the description writes it, and the permissions of which it needs one.

    Attributes:
        alias: another path that GitHub serves, though its description does not say so.
        open: whether a public repository lets anyone do it.
    """

    method: str
    template: str
    alias: str | None
    needs: Sequence[Need]
    open: bool
    handler: Handler


def route(
    method: str, template: str, *needs: str, public: bool = False, alias: str | None = None
) -> Callable[[Handler], Handler]:
    """Register a handler; a need is written `checks:write`, and one of several is enough.

    Reading is open to anyone where the repository is public, and so is what is `public` whatever its method.
    """

    def register(handler: Handler) -> Handler:
        parsed = [Need(name, "write" if access == "write" else "read") for name, _, access in map(_split, needs)]
        readable = method == "GET" and all(need.access == "read" for need in parsed)
        ROUTES.append(Route(method, template, alias, parsed, public or readable, handler))
        return handler

    return register


ROUTES: list[Route] = []


def _split(need: str) -> tuple[str, str, str]:
    return need.partition(":")


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


def _leads(name: str, page: int, last: int) -> bool:
    """GitHub shows `prev` and `first` past the first page, `next` and `last` before the last."""
    return page > 1 if name in {"prev", "first"} else page < last
