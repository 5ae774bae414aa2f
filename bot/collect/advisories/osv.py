"""Asks a service that speaks OSV's API about packages: ids in batches, then each advisory once.

Source: https://google.github.io/osv.dev/post-v1-querybatch/ and https://google.github.io/osv.dev/get-v1-vulns/ (read
2026-11-29)
Rule: an answer of another shape, or of another length than the question, is none for the whole batch.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Annotated, Final
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.collect.advisories.record import BadRecordError, Record, advisory_url, parse_record, public_version
from bot.collect.advisories.service import Service, ServiceError
from bot.collect.advisories.side_by_side import run_side_by_side
from bot.model import Advisory, Package, PackageAnswer, Unknown

BATCH: Final = 1_000
"""Queries that the service takes at once."""
SETTLE: Final = "run it again when the service answers"
_LATE: Final = "the advisory service gave no answer in time"
_BATCH_THREADS: Final = 4
_RECORD_THREADS: Final = 8
_MAX_PAGES: Final = 20
_MAX_RECORDS: Final = 2_000
# What a service that answers may take for advisories, whatever it took before: a start, and each one of them.
_RECORDS_S: Final = 3.0
_RECORD_S: Final = 0.05
_MAX_RECORDS_S: Final = 30.0


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)


class _Listed(_Model):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}$")]


class _Result(_Model):
    # An empty object stands for a package without advisories; some servers write null for either.
    vulns: Annotated[list[_Listed], BeforeValidator(lambda value: [] if value is None else value)] = []
    next_page_token: str | None = None


def _check_result(value: object) -> object:
    """An object that says something else, such as an error, is no word on advisories."""
    if isinstance(value, dict) and value and value.keys().isdisjoint(_Result.model_fields):
        raise ValueError("neither advisories nor a further page")
    return {} if value is None else value


class _Results(_Model):
    results: list[Annotated[_Result, BeforeValidator(_check_result)]]


@dataclass
class _Known:
    """What the batches said of one package: ids in their order, and why some may be missing."""

    ids: dict[str, None] = field(default_factory=dict)
    gap: str = ""


class OsvClient:
    """Asks one service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def ask(self, packages: Iterable[Package]) -> dict[Package, PackageAnswer]:
        """An answer for each package."""
        known = self._list(list(dict.fromkeys(packages)))
        records = self._fetch({name for one in known.values() for name in one.ids})
        return {package: _answer(package, one, records) for package, one in known.items()}

    def _list(self, packages: Sequence[Package]) -> dict[Package, _Known]:
        known = {package: _Known() for package in packages}
        todo: list[tuple[Package, str]] = [(package, "") for package in packages]
        for _ in range(_MAX_PAGES):
            chunks = [todo[start : start + BATCH] for start in range(0, len(todo), BATCH)]
            jobs = [partial(self._ask_batch, chunk) for chunk in chunks]
            answers = run_side_by_side(jobs, threads=_BATCH_THREADS, until=self._service.until)
            todo = []
            for chunk, answer in zip(chunks, answers, strict=True):
                todo += _take(chunk, _LATE if answer is None else answer, known)
        for package, _ in todo:
            known[package].gap = f"{self._service.host} lists more than {_MAX_PAGES} pages of advisories"
        return known

    def _ask_batch(self, chunk: Sequence[tuple[Package, str]]) -> list[_Result] | str:
        """The results in the order of the queries, or why there are none."""
        try:
            content = self._service.post("/v1/querybatch", {"queries": [_query(*one) for one in chunk]})
            results = _Results.model_validate_json(content).results
        except ServiceError as error:
            return str(error)
        except (ValidationError, RecursionError):
            return f"{self._service.host} answered with something else than OSV's JSON"
        if len(results) != len(chunk):
            return f"{self._service.host} answered {len(results):,} of {len(chunk):,} questions"
        return results

    def _fetch(self, names: Iterable[str]) -> dict[str, Record]:
        wanted = sorted(names)[:_MAX_RECORDS]
        needed_s = min(_RECORDS_S + _RECORD_S * len(wanted), _MAX_RECORDS_S) if wanted else 0.0
        self._service.until = max(self._service.until, time.monotonic() + needed_s)
        jobs = [partial(self._fetch_one, name) for name in wanted]
        records = run_side_by_side(jobs, threads=_RECORD_THREADS, until=self._service.until)
        return {name: record for name, record in zip(wanted, records, strict=True) if record is not None}

    def _fetch_one(self, name: str) -> Record | None:
        try:
            record = parse_record(self._service.get(f"/v1/vulns/{quote(name, safe='')}"))
        except (ServiceError, BadRecordError):
            return None
        return record if record.id == name else None


def _query(package: Package, token: str) -> dict[str, object]:
    named = {"ecosystem": package.ecosystem, "name": package.name}
    query: dict[str, object] = {"package": named, "version": public_version(package) or package.version}
    return query | ({"page_token": token} if token else {})


def _take(
    chunk: Sequence[tuple[Package, str]], answer: list[_Result] | str, known: Mapping[Package, _Known]
) -> list[tuple[Package, str]]:
    """Note what a batch says; return what has a further page."""
    if isinstance(answer, str):
        for package, _ in chunk:
            known[package].gap = answer
        return []
    for (package, _), result in zip(chunk, answer, strict=True):
        one = known[package]
        one.ids.update((listed.id, None) for listed in result.vulns[: _MAX_RECORDS + 1])
        if len(one.ids) > _MAX_RECORDS:
            one.ids = dict(islice(one.ids.items(), _MAX_RECORDS))
            one.gap = f"more than {_MAX_RECORDS:,} advisories are listed"
    pairs = zip(chunk, answer, strict=True)
    return [(package, result.next_page_token) for (package, _), result in pairs if result.next_page_token]


def _answer(package: Package, known: _Known, records: Mapping[str, Record]) -> PackageAnswer:
    found = [_advisory(name, package, records.get(name)) for name in known.ids]
    gap = Unknown(reason=known.gap, settle=SETTLE) if known.gap else None
    return PackageAnswer(advisories=[one for one in found if one is not None], gap=gap)


def _advisory(name: str, package: Package, record: Record | None) -> Advisory | None:
    if record is None:
        return Advisory(id=name, url=advisory_url(name), detailed=False)
    return record.about(package, as_asked=True)
