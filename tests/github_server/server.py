"""The server: HTTP in, a call to a handler, its answer out, both held to the description, all of it logged."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from tests.github_server import validate
from tests.github_server.faults import Fault
from tests.github_server.git_http import serve_git
from tests.github_server.known import validator
from tests.github_server.routes import ROUTES
from tests.github_server.state import HOURLY_LIMIT, State
from tests.github_server.tokens import Token, presented
from tests.github_server.wire import JSON, Answer, Call, RefusalError, Route, not_found

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

API = "/api/v3"
GRAPHQL = "/api/graphql"
# Parameters whose value may hold slashes.
_DEEP = {"ref", "branch", "path", "basehead", "commit_sha", "sha", "name"}


@dataclass(frozen=True)
class Recorded:
    """A request and the status of its answer; 0 where the connection was dropped.

    Attributes:
        path: below the API's root, or the whole path outside the API.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str] = field(repr=False)
    status: int


@cache
def _rules() -> Map:
    rules = []
    for number, route in enumerate(ROUTES):
        for template in filter(None, (route.template, route.alias)):
            path = template
            for name in _DEEP:
                path = path.replace(f"{{{name}}}", f"<path:{name}>")
            path = path.replace("{", "<").replace("}", ">")
            rules.append(Rule(API + path, methods=[route.method], endpoint=str(number)))
    return Map(rules, strict_slashes=False, merge_slashes=False)


class Application:
    """The WSGI application over one state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.faults: list[Fault] = []
        self.requests: list[Recorded] = []
        self.git_requests: list[Recorded] = []
        self.violations: list[str] = []
        # The paths of all requests that came in, answered or not.
        self._received: list[str] = []

    @property
    def is_idle(self) -> bool:
        """Whether every request that came in is answered."""
        return len(self._received) == len(self.requests) + len(self.git_requests)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request, unless a fault drops its connection."""
        request = Request(environ)
        try:
            request.get_data(cache=True)
        except ClientDisconnected as left:
            # A run that is interrupted may end within its request: nobody waits for an answer, and nothing is done.
            raise ConnectionAbortedError from left
        self._received.append(request.path)
        is_git = request.path.startswith(f"/{self.state.full_name}.git/")
        response = self._git(request) if is_git else self._answer(request)
        body = _json(request) if not is_git else None
        path = request.path.removeprefix(API)
        status = response.status_code if response else 0
        self._look_for_tokens(request)
        recorded = Recorded(request.method, path, request.args.to_dict(), body, dict(request.headers), status)
        (self.git_requests if is_git else self.requests).append(recorded)
        if response is None:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError
        return response(environ, start)

    def _look_for_tokens(self, request: Request) -> None:
        """A token belongs into one header, and nowhere else."""
        sent = request.full_path + request.get_data(cache=True).decode(errors="replace")
        if any(value in sent for value in self.state.tokens):
            self.violations.append(f"a token stands in the address or the body: {request.method} {request.path}")

    def _answer(self, request: Request) -> Response | None:
        """The response to a request to the API; None for a dropped connection."""
        path = request.path.removeprefix(API)
        fault = next((fault for fault in self.faults if fault.fits(request.method, path)), None)
        if fault is None:
            return self._true(request)
        time.sleep(fault.delay_s)
        done = self._true(request) if fault.done or not (fault.drop or fault.status) else None
        self._check_request(request)
        if fault.drop:
            return None
        replaced = fault.answer()
        return self._response(replaced) if replaced else done

    def _true(self, request: Request) -> Response:
        """The response to a request that no fault keeps off."""
        try:
            with self.state.lock:
                if request.path == GRAPHQL:
                    # A second's import, for the tests that ask.
                    from tests.github_server import graphql

                    token = self._token(request)
                    return self._response(graphql.answer(self.state, token, _json(request), self.violations))
                return self._api(request)
        except RefusalError as refusal:
            return self._refuse(request, refusal)
        except Exception as error:
            self.violations.append(f"the tests' GitHub has a bug: {request.method} {request.path}: {error!r}")
            raise

    def _api(self, request: Request) -> Response:
        token = self._token(request)
        matched = self._match(request)
        if matched is None:
            self.violations.append(f"no such operation here: {request.method} {request.path}")
            raise not_found()
        route, params = matched
        faults = self._check_request(request)
        if route.template != "/rate_limit":
            self._spend()
        self._permit(route, params, token)
        if faults and request.method != "GET":
            raise RefusalError(422, f"Invalid request.\n\n{faults[0]}")
        answer = route.handler(
            Call(
                state=self.state,
                token=token,
                url=request.base_url,
                params=params,
                query=request.args,
                body=_json(request),
                accept=request.headers.get("Accept", ""),
            )
        )
        self._check_answer(request, answer)
        accepted = "; ".join(need.header() for need in route.needs)
        return self._response(answer, request, {"X-Accepted-GitHub-Permissions": accepted} if accepted else {})

    def _token(self, request: Request) -> Token | None:
        value = presented(request.headers)
        if value is None:
            return None
        if value not in self.state.tokens:
            raise RefusalError(401, "Bad credentials")
        return self.state.tokens[value]

    def _match(self, request: Request) -> tuple[Route, dict[str, str]] | None:
        try:
            endpoint, params = _rules().bind("localhost").match(request.path, request.method)
        except HTTPException:
            return None
        return ROUTES[int(endpoint)], dict(params)

    def _spend(self) -> None:
        if self.state.rate.remaining <= 0:
            raise RefusalError(403, "API rate limit exceeded for installation ID 1.")
        self.state.rate.remaining -= 1

    def _permit(self, route: Route, params: Mapping[str, str], token: Token | None) -> None:
        if "owner" in params and f"{params['owner']}/{params['repo']}".lower() != self.state.full_name.lower():
            raise not_found()
        if route.open and (route.template == "/rate_limit" or not self.state.repository["private"]):
            return
        if token is None:
            raise not_found() if route.method == "GET" else RefusalError(401, "Requires authentication")
        if not token.meets(route.needs):
            raise RefusalError(403, token.refusal)

    def _refuse(self, request: Request, refusal: RefusalError) -> Response:
        answer = Answer(refusal.status, refusal.body)
        self._check_answer(request, answer)
        matched = self._match(request)
        needs = "; ".join(need.header() for need in matched[0].needs) if matched else ""
        return self._response(answer, None, {"X-Accepted-GitHub-Permissions": needs} if needs else {})

    def _check_request(self, request: Request) -> list[str]:
        """The faults of a request, which are violations too."""
        faults = []
        if not request.headers.get("User-Agent"):
            faults.append(f"request {request.method} {request.path}: GitHub asks for a User-Agent")
        if matched := self._match(request):
            faults += validator().request(matched[0].template, _asked(request, *matched))
        self.violations += (fault for fault in faults if fault not in self.violations)
        return faults

    def _check_answer(self, request: Request, answer: Answer) -> None:
        matched = self._match(request)
        if matched is None or (answer.body is not None and answer.content_type != JSON):
            return
        answered = validate.Answered(answer.status, answer.headers, answer.content(), "application/json")
        self.violations += validator().answer(matched[0].template, _asked(request, *matched), answered)

    def _response(
        self, answer: Answer, request: Request | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        rate = self.state.rate
        limits = {
            "X-RateLimit-Limit": str(HOURLY_LIMIT),
            "X-RateLimit-Remaining": str(max(rate.remaining, 0)),
            "X-RateLimit-Reset": str(rate.reset),
            "X-RateLimit-Used": str(HOURLY_LIMIT - rate.remaining),
            "X-RateLimit-Resource": "core",
        }
        response = Response(answer.content(), answer.status, {**limits, **(headers or {}), **answer.headers})
        response.headers["Content-Type"] = answer.content_type
        if request and request.method == "GET" and answer.status == 200:
            response.set_etag(hashlib.sha256(answer.content()).hexdigest(), weak=True)
            if response.make_conditional(request.environ).status_code == 304:
                rate.remaining += 1  # an answer of 304 costs nothing
        return response

    def _git(self, request: Request) -> Response | None:
        """The response to git; a token that is wrong, or that a private repository lacks, is asked for anew."""
        fault = next((fault for fault in self.faults if fault.fits(request.method, request.path)), None)
        if fault:
            time.sleep(fault.delay_s)
            if fault.drop:
                return None
            if (replaced := fault.answer()) is not None:
                return self._response(replaced)
        value = presented(request.headers)
        token = self.state.tokens.get(value) if value is not None else None
        known = token is not None if value is not None else not self.state.repository["private"]
        if not known or self.state.git is None:
            asks = {"WWW-Authenticate": 'Basic realm="GitHub"'}
            return Response("Invalid username or token.\n", 401, asks) if not known else Response("Not Found", 404)
        return serve_git(request, self.state.git, request.path.removeprefix(f"/{self.state.full_name}.git"))


def _asked(request: Request, route: Route, params: Mapping[str, str]) -> validate.Asked:
    return validate.asked(request, route.template, params)


def _json(request: Request) -> Any:  # noqa: ANN401 - parsed JSON
    """The body, parsed; an empty object where there is none or where it is no JSON."""
    try:
        return json.loads(request.get_data(cache=True) or b"{}")
    except ValueError:
        return {}
