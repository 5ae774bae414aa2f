"""Holds every request and every answer to GitHub's description, with openapi-core."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_schema_validator import OAS30Validator
from werkzeug.datastructures import ImmutableMultiDict

from tests.github_server.description import Object

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_HOST = "https://api.github.com"


@dataclass
class Asked:
    """A request as openapi-core reads it. Path parameters are percent-encoded: a ref's slashes would not match."""

    method: str
    path: str
    parameters: RequestParameters
    body: bytes | None
    content_type: str
    host_url: str = _HOST


@dataclass(frozen=True)
class Answered:
    """An answer as openapi-core reads it."""

    status_code: int
    headers: Mapping[str, str]
    data: bytes
    content_type: str


class Validator:
    """Says in what a request or an answer differs from the description."""

    def __init__(self, description: Object) -> None:
        # That the description is valid OpenAPI is GitHub's business, and takes seconds to see.
        unchecked = Config(spec_validator_cls=None)  # type: ignore[arg-type]  # None is what the code looks for
        self._api = OpenAPI.from_dict(description, config=unchecked)
        self._paths = description["paths"]
        self._webhooks = description["x-webhooks"]
        self._components = description["components"]

    def request(self, template: str, asked: Asked) -> Iterator[str]:
        """Yield each fault of a request; `template` is the path as the description writes it."""
        try:
            self._api.validate_request(asked)
        except OpenAPIError as error:
            yield f"request {asked.method.upper()} {asked.path}: {_reason(error)}"
        for name in asked.parameters.query:
            if name not in self._query_names(template, asked.method):
                yield f"request {asked.method.upper()} {asked.path}: no query parameter {name!r} is described"

    def answer(self, template: str, asked: Asked, answered: Answered) -> Iterator[str]:
        """Yield each fault of an answer. Refusals that an operation does not list need only be GitHub's errors."""
        listed = self._paths[template][asked.method.lower()]["responses"]
        where = f"answer {answered.status_code} to {asked.method.upper()} {asked.path}"
        if answered.status_code >= 400 and str(answered.status_code) not in listed:
            schema = "validation-error" if b'"errors"' in answered.data else "basic-error"
            faults = self._against(f"#/components/schemas/{schema}", json.loads(answered.data))
            yield from (f"{where}: {fault}" for fault in faults)
            return
        try:
            self._api.validate_response(asked, answered)
        except OpenAPIError as error:
            yield f"{where}: {_reason(error)}"

    def event(self, name: str, payload: Object) -> Iterator[str]:
        """Yield each fault of an event's payload; the name as in GITHUB_EVENT_NAME."""
        action = f"-{payload['action']}" if "action" in payload else ""
        # pull_request_target has the payload of pull_request.
        webhook = f"{name.removesuffix('_target')}{action}".replace("_", "-")
        described = self._webhooks[webhook]["post"]["requestBody"]["content"]["application/json"]["schema"]
        yield from self._against(described["$ref"], payload)

    def _against(self, reference: str, value: object) -> Iterator[str]:
        validator = OAS30Validator({"$ref": reference, "components": self._components})
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {error.message}"

    def _query_names(self, template: str, method: str) -> set[str]:
        described = self._paths[template]
        parameters = described.get("parameters", []) + described[method.lower()].get("parameters", [])
        known = self._components.get("parameters", {})
        whole = [known[p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in parameters]
        return {parameter["name"] for parameter in whole if parameter["in"] == "query"}


def asked(request: Request, template: str, path: Mapping[str, str]) -> Asked:
    """A request in openapi-core's words; `path` holds the parameters of its path, decoded."""
    encoded = template.format_map({name: quote(value, safe="") for name, value in path.items()})
    return Asked(
        method=request.method.lower(),
        path=encoded,
        parameters=RequestParameters(ImmutableMultiDict(request.args), request.headers),
        body=request.get_data(cache=True) or None,
        content_type=request.headers.get("Content-Type", "application/json"),
    )


def _reason(error: BaseException) -> str:
    """The error in words; the faults that openapi-core keeps behind it come before its own, which quotes the body."""
    if faults := getattr(error, "schema_errors", None):
        return "; ".join(f"{fault.json_path}: {fault.message[:300]}" for fault in faults)
    cause = error.__cause__ or error.__context__
    return _reason(cause) if cause else str(error)[:300]
