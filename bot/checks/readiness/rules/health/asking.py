"""What code does that asks a database, a cache or a broker whether it is there.

Rule: a member of the client is called or read, or a function that is named after what is asked; or a question is put to
what the file itself connects to a broker. The names of clients are many, those of questions are few.
Out of sight: a client that is handed on by a container, where neither its name nor the question says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source


class Kind(StrEnum):
    """What a health endpoint asks."""

    DATABASE = "database"
    CACHE = "cache"
    BROKER = "broker"


_ASKS = {
    Kind.DATABASE: re.compile(
        r"select\s+1|\$queryRaw|\bping(?:context|check|_?db)?\(|\.(?:execute|raw|scalar|fetchval)\("
        # What is asked of a URL, of a text or of the system has the same names.
        r"|(?<!url)\.query\((?!\s*\))|(?<!/)(?<!/[a-z])(?<!regex)(?<!regexp)(?<!pattern)(?<!process)(?<!\bcp)(?<!\bre)\.exec\(|ensure_connection"
        r"|test_connection\b|\bcommand\(\s*\{?\s*[\"']?ping\b|db_?status|database_?(?:is_?)?(?:check|status|health|alive|exists\?)|check_?(?:db|database|postgres|mongo)|canconnect|(?:\b|_)is_?connected|(?-i:IsConnected)|readystate"
        r"|(?<!\w)(?:db|database)\w{0,12}\.(?:check|health_?check|is_?(?:alive|healthy|ready))\("
        r"|active_connection|\bDB::(?:table|select|connection|statement)\(|connection\.(?:active|cursor|get_pdo)|\bdb\.session|authenticate\(\)|isinitialized"
        r"|\b\w+session\.\w|\bsession\.(?:exec|execute|scalars?|query|connection)\b"
        # A handler of Rocket that is only called with a connection.
        r"|:\s*&?(?:\w+::)?(?:\w*DbConn\b|Connection<\w+>)",
        re.IGNORECASE,
    ),
    Kind.CACHE: re.compile(
        r"redis\w{0,40}\W.{0,80}\bping(?:\b|_?check)|\bping\(\).{0,80}redis|check_?(?:redis|cache)|redis_?(?:status|health|connected|alive)"
        r"|is_?\w{0,20}(?:redis|cache)\w{0,20}healthy\(|(?:redis|cache)\w{0,40}\.is_?healthy\("
        r"|cache(?:\.|::)(?:set|get|add|put|pull)\(|\b(?:do|cmd|command|call|execute_?command|send_?command)\(\s*[\"']PING[\"']|redis\w{0,40}\.(?:status|info|is_?ready|isopen|get|ping)",
        re.IGNORECASE | re.DOTALL,
    ),
    Kind.BROKER: re.compile(
        # What is asked is a member of the client, or a function that is named after it: a setting's name asks nothing.
        r"(?:nats|rabbit|amqp|kafka|queue|broker|celery|sidekiq|worker|bull|pub_?sub)\w{0,40}[\])!?(]{0,4}(?:\.|->|::)[\w\])!?(.>:-]{0,80}(?:ping|status|connected|is_?closed|is_?open|is_?ready|inspect|stats|count|health)"
        r"|(?:nats|rabbit|amqp|kafka|queue|broker|celery|sidekiq|worker|bull)\w{0,30}(?:health|status|connected|alive|ping)\w{0,20}(?:\(|\?(?=[\s,)]))"
        r"|check_?(?:nats|rabbit|kafka|queue|broker|celery|workers?)|(?:control|celery\w{0,20}|app)\.inspect\("
        # What a connection of NATS is called, and what only that has.
        r"|(?<!\w)nc[)\]!?]{0,3}(?:\.|->)(?:status|(?:is_?)?connected|is_?closed|flush|rtt|stats)\w*\b"
        r"|\bnats\.CONNECTED\b|\bconnection_state\(\)|\bNatsConnectionState\.Open\b"
        r"|is_?\w{0,20}(?:nats|rabbit|kafka|queue|broker|celery)\w{0,20}healthy\(",
        re.IGNORECASE | re.DOTALL,
    ),
}
# What is asked of one kind says nothing about another: `redis.ping()` is no question to a database.
_OTHERS = {
    Kind.DATABASE: re.compile(
        r"(?:redis|valkey|cache|nats|rabbit|amqp|kafka|mqtt|queue|broker|\bnc(?!\w))\w{0,40}(?:\(\))?!?\??(?:(?:\.|->|::)(?:\w{1,40}(?:\.|->|::)){0,3})?$",
        re.IGNORECASE,
    )
}
_MAX_RECEIVER = 200
_MAX_CLIENTS = 10
_MAX_FILES = 20
_LAST = re.compile(r"[\w-]+(?=(?:\.\w{1,4})?$)|[\w-]+(?=/index\.\w+$)")
# What is connected to a broker or a cache, as the libraries of each language spell it.
_CONNECTS = {
    Kind.BROKER: re.compile(
        r"\b(?:nats|amqp|amqplib|async_nats|lapin|bunny|pika|aio_pika|stomp|mqtt|natsio)\w{0,40}(?:\.|::|->)(?:\w{1,40}(?:\.|::)){0,2}"
        r"(?:connect|dial|new|open|blockingconnection|createconnection)\w{0,40}\("
        r"|\b(?:NATS|Bunny|Nats|NatsConnection|NatsClient|AMQPStreamConnection)(?:\.(?:new|connect\w*))?\(|\bBunny\.new\b",
        re.IGNORECASE,
    ),
    Kind.CACHE: re.compile(
        r"\b(?:redis|ioredis|aioredis|rueidis|valkey)\w{0,40}(?:\.|::)(?:\w{1,40}(?:\.|::)){0,2}"
        r"(?:new\w{0,40}|from_?(?:url|env)|open|dial\w{0,20}|create\w{0,40}|connect\w{0,20}|(?:strict)?redis(?:cluster)?)\("
        r"|\b(?:new\s+)?(?:Io|IO|Strict)?(?:Redis|Valkey)(?:Cluster|Client)?\(|\bcreateClient\([^)]{0,200}redis",
        re.IGNORECASE,
    ),
}
# What is made of something of the program's own that is named after another kind: `bus.New(url)`.
_ABOUT_OTHERS = re.compile(
    r"^&?(?:await\s+|new\s+)?(?:\w{1,40}\.)?\w{0,40}(?:redis|valkey|cache|nats|rabbit|amqp|kafka|broker|queue|bus)\w{0,40}"
    r"(?:\.new\w{0,40})?\(",
    re.IGNORECASE,
)
# `connect` that is imported by itself, of a library of a broker alone.
_CONNECT = re.compile(r"^(?:await\s+)?(?:ws)?connect\(")
_BROKERS = re.compile(r"(?:nats|@nats-io/.*|amqplib|aio_pika)$")
_QUESTION = r"(?:ping|(?:get_?)?status|(?:is_?)?(?:connected|closed|open|draining)|flush|rtt|healthy|state)(?:async)?"
_NAME = re.compile(r"[A-Za-z_]\w*(?=\W*$)")


def find_question(
    kind: Kind, code: str, clients: Sequence[str] = (), strangers: Sequence[str] = ()
) -> re.Match[str] | None:
    """Where code asks, and asks nothing of another kind.

    `clients` are names of what is known to be of the kind, `strangers` of what is known to be of another.
    """
    others = _OTHERS.get(kind)
    strange = re.compile(rf"(?<!\w)(?:{_either(strangers)})[)\]!?]{{0,3}}(?:\.|->|::)?$") if strangers else None
    for found in _ASKS[kind].finditer(code):
        before = code[max(0, found.start() - _MAX_RECEIVER) : found.start()]
        if any(one is not None and one.search(before) for one in (others, strange)):
            continue
        return found
    return _ask_of(clients).search(code) if clients else None


def _ask_of(clients: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either(clients)})[)\]!?]{{0,3}}(?:\.|->|::)(?:{_QUESTION})(?!\w)", re.IGNORECASE)


def _either(names: Sequence[str]) -> str:
    return "|".join(map(re.escape, names))


def find_strangers(kind: Kind, source: Source, path: str) -> Sequence[str]:
    """The names of what a file connects to something of another kind; it is asked where a question may be for any."""
    if kind is not Kind.DATABASE:
        return ()
    file = source.file(path)
    wrapped = [name for one in file.assigns if _ABOUT_OTHERS.search(one.text[:_MAX_RECEIVER]) for name in _named(one)]
    connected = [name for other in _CONNECTS for name in find_clients(other, source, path)]
    return list(dict.fromkeys((*connected, *wrapped)))[: _MAX_CLIENTS * 2]


def _named(assigned: Element) -> Sequence[str]:
    """The name that is given something; Go gives what is made and an error: `nc, err := nats.Connect(url)`."""
    return _NAME.findall(assigned.name.partition(",")[0])


@lru_cache(maxsize=16)
def find_clients(kind: Kind, source: Source, path: str) -> Sequence[str]:
    """The names by which a file knows what is connected to a broker or a cache; of databases none is looked for."""
    if kind not in _CONNECTS:
        return ()
    file = source.file(path)
    return list(dict.fromkeys((*_made_in(kind, file), *_imported_by(kind, source, file))))[:_MAX_CLIENTS]


def _imported_by(kind: Kind, source: Source, file: SourceFile) -> Iterator[str]:
    """Yield the names that a file imports from where they are given a client."""
    stems = ((one, _LAST.findall(one.name)[-1:]) for one in file.imports)
    wanted = dict.fromkeys((stem[0], name) for one, stem in stems if stem for name in one.text.split()[:_MAX_CLIENTS])
    made: dict[str, Sequence[str]] = {}
    for stem, name in wanted:
        paths = source.mentioning(name, language=file.language)[:_MAX_FILES]
        for home in (path for path in paths if path != file.path and _is_last(stem, path)):
            if home not in made:
                made[home] = _made_in(kind, source.file(home))
            if name in made[home]:
                yield name
                break


def _is_last(stem: str, path: str) -> bool:
    """Whether a file is named so, or its folder is; to look for the text alone tells of most that it is not."""
    return stem in path and stem in _LAST.findall(path)


def _made_in(kind: Kind, file: SourceFile) -> Sequence[str]:
    imported = kind is Kind.BROKER and any(map(_BROKERS.match, (one.name for one in file.imports)))
    names = dict[str, None]()
    for one in file.assigns:
        text = one.text[:_MAX_RECEIVER]
        connects = _CONNECTS[kind].search(text) or (imported and _CONNECT.match(text))
        names.update(dict.fromkeys(_named(one) if connects else ()))
    return list(names)
