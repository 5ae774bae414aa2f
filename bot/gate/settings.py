"""What the settings of several items share, and those of `gate.targets`, which all items see."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from bot.gate.rules.address import Network
from bot.gate.urls import Url

TARGETS: Final = "gate.targets"
MAX_ENTRIES: Final = 100

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def seconds_of(duration: str) -> int:
    """The seconds of a duration such as `10m`."""
    return int(duration[:-1]) * _SECONDS[duration[-1]]


def _check_address(text: str) -> str:
    try:
        Url.parse(text)
    except ValueError as error:
        raise PydanticCustomError("address", str(error)) from None
    return text


def _check_route(text: str) -> str:
    return text if text.startswith("/") else _check_address(text)


def _check_network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise PydanticCustomError("network", "is no network such as 10.0.0.0/8 or 127.0.0.1") from None
    return text


Duration = Annotated[
    str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}[smhdw]$"), Field(description="such as 30s, 10m, 1h, 30d")
]
Address = Annotated[
    str,
    StringConstraints(max_length=500),
    AfterValidator(_check_address),
    Field(description="such as https://shop.example.org"),
]
Route = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^(/|https?://)[!-~]*$"),
    AfterValidator(_check_route),
    Field(description="a path below each URL that is judged, or an address of its own"),
]
Variable = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200),
    Field(description="the name of an environment variable; its value is a secret"),
]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", max_length=200)]
HeaderValue = Annotated[str, StringConstraints(pattern=r"^[ -~]*$", max_length=2000)]
_NetworkText = Annotated[
    str, StringConstraints(max_length=50), AfterValidator(_check_network), Field(description="such as 10.0.0.0/8")
]


class Settings(BaseModel):
    """Settings of an item: the keys that it names, and no others."""

    # No number is below `.nan`, and none above: such a limit would never fail.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class TargetsSettings(Settings):
    """Who is asked, and how patiently."""

    urls: Annotated[
        tuple[Address, ...], Field(description="the service; `--url` takes their place", max_length=MAX_ENTRIES)
    ] = ()
    prometheus: Annotated[
        Address | None, Field(description="the Prometheus that scrapes it; `--prometheus` takes its place")
    ] = None
    prometheus_token: Annotated[Variable | None, Field(description="holds a bearer token for Prometheus")] = None
    allow_networks: Annotated[
        tuple[_NetworkText, ...],
        Field(description="private networks in which targets may be", max_length=MAX_ENTRIES),
    ] = ()
    selector: Annotated[
        str,
        StringConstraints(pattern=r'^([a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~)"[^"\\{}]*"(, ?|$))*$', max_length=500),
        Field(description='what picks the service\'s series, such as job="shop"'),
    ] = ""
    stable_for: Annotated[int, Field(description="seconds without a failure before it is a go", ge=0, le=3600)] = 60
    every: Annotated[int, Field(description="seconds between two rounds of that watch", ge=1, le=300)] = 2

    def networks(self) -> tuple[Network, ...]:
        """The private networks that are allowed."""
        return tuple(ipaddress.ip_network(text) for text in self.allow_networks)


def find_addresses(settings: Iterable[BaseModel]) -> Iterator[Url]:
    """Yield the absolute addresses that settings name: their hosts may be asked."""
    waiting: list[object] = [model.model_dump() for model in settings]
    for value in waiting:
        match value:
            case dict():
                waiting.extend(value.values())
            case list() | tuple():
                waiting.extend(value)
            case str() if value.startswith(("http://", "https://")):
                with suppress(ValueError):
                    yield Url.parse(value)
            case _:
                pass
