"""Addresses of services: the part of URLs that a gate speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!-~]*)?"
)
_PORTS = {"http": 80, "https": 443}
_MAX_PORT = 65_535


@dataclass(frozen=True)
class Url:
    """Where a request goes.

    Attributes:
        host: a name in lower case, or an address, without brackets.
        path: begins with `/`, with the query.
    """

    scheme: str
    host: str
    port: int
    path: str = "/"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an absolute address.

        Raises:
            ValueError: it is none, or holds a name, a password or a fragment. The message does not repeat it.
        """
        found = _URL.fullmatch(text)
        if not found or "#" in text:
            raise ValueError("is no address such as https://shop.example.org, without a password and a fragment")
        port = int(found["port"]) if found["port"] else _PORTS[found["scheme"]]
        if not 0 < port <= _MAX_PORT:
            raise ValueError("has no port between 1 and 65535")
        return cls(found["scheme"], found["host"].strip("[]").lower(), port, found["path"] or "/")

    def join(self, route: str) -> Url:
        """A route as it stands in a policy: an absolute address, or a path below this one."""
        if not route.startswith("/"):
            return Url.parse(route)
        return replace(self, path=self.path.partition("?")[0].rstrip("/") + route)

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser writes them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    def __str__(self) -> str:
        """The address without its query, which may hold what is nobody's business."""
        return self.origin + self.path.partition("?")[0]
