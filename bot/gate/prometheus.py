"""Asks Prometheus, and takes nothing for an answer that is not a whole one.

Rule: an error, a warning, a partial answer, another type of result, an answer for another moment, an empty vector and
NaN are all no data. Source: https://prometheus.io/docs/prometheus/latest/querying/api/ (read 2026-11-29).
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.gate.client import Answer, Ask, NoAnswer
from bot.gate.scene import Scene
from bot.gate.settings import TARGETS, TargetsSettings
from bot.gate.urls import Url

PATH: Final = "/api/v1/query"
LOKI_PATH: Final = "/loki/api/v1/query"
_TIMEOUT_S: Final = 20.0
_OK: Final = 200
_MAX_SKEW_S: Final = 120.0
_MAX_WORDS: Final = 160
_HOW: Final = "look at Prometheus: is the service scraped, and are the names right?"


class NoDataError(Exception):
    """A query that gave nothing to judge by.

    Attributes:
        reason: why, in words.
        settle: what to do about it.
    """

    def __init__(self, reason: str, settle: str = _HOW) -> None:
        super().__init__(reason)
        self.reason, self.settle = reason, settle


@dataclass(frozen=True)
class Sample:
    """One series' value; it may be NaN or infinite."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Vector:
    """What a query gave, and the moment that it is for, by Prometheus' own clock (seconds since 1970)."""

    samples: Sequence[Sample]
    at: float

    @property
    def pairs(self) -> list[tuple[Mapping[str, str], float]]:
        """Labels and values."""
        return [(sample.labels, sample.value) for sample in self.samples]

    def one(self) -> float:
        """The one value of a query that gives one.

        Raises:
            NoDataError: there are several, or it is no finite number.
        """
        if len(self.samples) != 1:
            raise NoDataError(f"{len(self.samples)} series, where one was expected", "aggregate them in the query")
        return finite(self.samples[0].value)


def finite(value: float) -> float:
    """A value that is a number.

    Raises:
        NoDataError: it is NaN or infinite.
    """
    if not math.isfinite(value):
        raise NoDataError("not a number: there was nothing to divide by, or to take a quantile of" if math.isnan(value)
                          else "infinite")  # fmt: skip
    return value


class _Series(BaseModel):
    model_config = ConfigDict(extra="forbid")

    metric: dict[str, str] = {}
    value: Annotated[tuple[float, str], Field(strict=False)]


class _Vector(BaseModel):
    resultType: Literal["vector"]  # noqa: N815 - Prometheus' name
    result: list[_Series]


class _Scalar(BaseModel):
    resultType: Literal["scalar"]  # noqa: N815 - Prometheus' name
    result: tuple[float, str]


class _Body(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    status: str
    data: dict[str, Any] | None = None
    errorType: str = ""  # noqa: N815 - Prometheus' name
    error: str = ""
    warnings: list[str] = []
    isPartial: bool = False  # noqa: N815 - VictoriaMetrics' name


@dataclass(frozen=True)
class Prometheus:
    """Asks one Prometheus."""

    scene: Scene
    url: Url
    path: str = PATH

    def query(self, expression: str, at: float | None = None) -> Vector:
        """The vector (a scalar is one too) that a query gives, for now or for a moment.

        Raises:
            NoDataError: there is none, it is empty, or it is not to be trusted.
        """
        parameters = {"query": expression, **({} if at is None else {"time": f"{at:.3f}"})}
        url = replace(self.url, path=f"{self.url.path.rstrip('/')}{self.path}?{urlencode(parameters)}")
        answer = self.scene.client.send(Ask(url=url, headers=self._headers(), timeout_s=_TIMEOUT_S))
        vector = _parse(answer)
        if not vector.samples:
            raise NoDataError("no series")
        skew_s = abs(vector.at - (time.time() if at is None else at))
        if skew_s > _MAX_SKEW_S:
            raise NoDataError(f"the answer is for a moment {skew_s:.0f} s away", "set the clocks, and empty the caches")
        return vector

    def _headers(self) -> dict[str, str]:
        settings = self.scene.settings.get(TARGETS)
        variable = settings.prometheus_token if isinstance(settings, TargetsSettings) else None
        if variable is None:
            return {}
        token = self.scene.secret(variable)
        if token is None:
            raise NoDataError(f"the environment variable {variable} is not set", "set it from a secret")
        return {"Authorization": f"Bearer {token}"}


def open_prometheus(scene: Scene) -> Prometheus:
    """The Prometheus that was named.

    Raises:
        NoDataError: none was.
    """
    if scene.prometheus is None:
        raise NoDataError("no Prometheus is named", "name it with --prometheus, or under gate.targets")
    return Prometheus(scene, scene.prometheus)


def _parse(answer: Answer | NoAnswer) -> Vector:
    if isinstance(answer, NoAnswer):
        raise NoDataError(answer.reason)
    try:
        body = _Body.model_validate(json.loads(answer.body)) if answer.whole else None
    except (ValueError, RecursionError):
        body = None
    if body is None:
        raise NoDataError(f"{answer.status} without an answer of Prometheus")
    if answer.status != _OK or body.status != "success" or body.error:
        raise NoDataError(
            f"{answer.status}, {_shown(body.errorType or 'error')}: {_shown(body.error)}", "mend the query"
        )
    if body.warnings or body.isPartial:
        words = _shown(body.warnings[0]) if body.warnings else "partial"
        raise NoDataError(f"the answer may not be whole: {words}", "mend what Prometheus warns of")
    try:
        data = TypeAdapter[_Vector | _Scalar](_Vector | _Scalar).validate_python(body.data)
        series = data.result if isinstance(data, _Vector) else [_Series(value=data.result)]
        samples = [Sample(one.metric, float(one.value[1])) for one in series]
    except (ValidationError, ValueError):
        raise NoDataError("not a vector of numbers", "let the query give one number a series") from None
    return Vector(samples, series[0].value[0] if series else 0.0)


def _shown(words: str) -> str:
    return " ".join(words.split())[:_MAX_WORDS]
