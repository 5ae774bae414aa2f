"""Whether a function only visits a store or a broker: its caller tells it where, and it leaves again.

Rule: in a file that imports a client, a function makes one for an address among its own parameters, closes it, and
does not hand it back. What it says of that store is true of the one that it visits, as a monitor or a console does.
Out of sight: addresses that are put together, and clients that are closed by another function.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.source.elements import Element, SourceFile

_CLIENT = re.compile(
    r"(?:ioredis|redis(?:\.asyncio)?|@redis/client|iovalkey|kafkajs|amqplib|nats|mqtt|pg|mysql2(?:/promise)?|mongodb|mssql|oracledb"
    r"|aiokafka|kafka|pika|aio_pika|pymongo|psycopg2?|asyncpg|pymysql)"
)
_LANGUAGES = frozenset({"typescript", "python"})
_PLACE = r"(?:url|uri|dsn|host|hostname|brokers?|servers?|address|connectionString|bootstrap_servers|connection_string)"
_NAMED = re.compile(rf"\b{_PLACE}\s{{0,9}}[:=]\s{{0,9}}(\w{{1,60}})(?=\s{{0,9}}[,)}}\n])")
_FIRST = re.compile(
    r"\b(?:createClient|from_url|connect|(?:new\s{1,9})?(?:Redis|Kafka|MongoClient|Client|Pool))\(\s{0,9}(\w{1,60})\s{0,9}[,)]"
)
_PARAMETERS = re.compile(r"\(([^()]{0,600})\)")
_LEAVES = re.compile(r"(?<!res)(?<!response)(?<!reply)\.(?:disconnect|quit|end|close|aclose|stop)\(\)")
_KEPT = re.compile(
    r"\breturn\s{1,9}(?:client|redis|conn(?:ection)?|pool|producer|consumer|channel)\b(?!\s{0,9}\.)|\byield\b"
)
_WORD = re.compile(r"\w+")
_MAX_TEXT = 20_000


def is_guest(file: SourceFile, element: Element) -> bool:
    """Whether an element stands in a function that visits what its caller names, and leaves it again."""
    if file.language not in _LANGUAGES or not any(_CLIENT.fullmatch(one.name) for one in file.imports):
        return False
    return any(_visits(file.text(one)[:_MAX_TEXT]) for one in file.functions_around(element))


def _visits(text: str) -> bool:
    given = _PARAMETERS.search(text)
    if given is None or not _LEAVES.search(text) or _KEPT.search(text):
        return False
    named = {found[1] for pattern in (_NAMED, _FIRST) for found in pattern.finditer(text, given.end())}
    return bool(named & set(_WORD.findall(given[1])))
