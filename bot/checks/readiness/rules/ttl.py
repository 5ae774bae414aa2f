"""How long what is written into a cache stays there.

Rule: of the writes to a cache at least half, and none where there is only one, have an expiry; the others are listed.
A default of the whole cache counts for its writes, as does one that the cache in the program is made with; Redis itself
has none, so that what is written by its client in .NET is held against what is seen to expire elsewhere.
Source: https://redis.io/docs/latest/commands/expire/ (read 2026-11-29).
Out of sight: a policy of eviction on the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence, say_missing
from bot.model import Evidence, Finding, State, Strength

_WRITE = re.compile(
    r"(?i)(?:.*(?:redis|cache|kv|keyv|valkey|memcache|store|pipe(?:line)?|connection|database)\w{0,40}(?:\.client)?(?:\(\)|\[[^\[\]]{0,200}\])?!?(?:\.|::|->))(?:\w+\([^()]*\)\.)*"
    r"(?:set|setex|psetex|set_many|setnx|hset|mset|put|add|remember|write|fetch|get_or_set|stringsetasync|stringset|setstringasync"
    r"|setasync|getorcreateasync|getorcreate|set_ex|insert|getorset|wrap"
    r"|set_?with_?(?:ttl|expir\w{1,8}))"
)
# A client of Redis in .NET has writes of its own name, whatever the variable's.
_WRITE_OF_NET = re.compile(r".*\.(?:StringSet|HashSet|ListRightPush|ListLeftPush|SortedSetAdd)(?:Async)?")
# Of Symfony one that gets is given what makes the item that is not there.
_MAKES_ITEM = re.compile(r"(?s)^\(.{0,300}?,\s*(?:static\s+)?(?:function|fn)\s*\(\s*(?:\w+\s+)?\$\w+")
_EXPIRY = re.compile(
    r"""(?i)["']?\b(?:ex|px|exat|ttl|timeout|expire\w*|expires?_in|max_?age|absoluteexpiration\w*|slidingexpiration|duration|seconds|expiry)\b"""
    r"""["']?\s*[:=,](?!\s*(?:none|null|nil|undefined|false|0|-1)\s*(?:[,)}\]]|$))|,\s*["']EX["']|->expires(?:After|At)\((?!\s*null\b)|\bTimeSpan\.|time\.(?:Second|Minute|Hour)|timedelta\(|\.(?:minutes?|hours?|days?|seconds?)\b(?!\s*+\()"""
    r"""|now\(\)->add|,\s*(?:\d+\s*\*\s*)*+\d{2,}\s*\)$|,\s*(?:\w+::)?\w*(?:TTL|EXPIR|TIMEOUT|DURATION|SECONDS|MAX_AGE|CACHE_TIME|LIFETIME)\w*+(?!\s*[:=]\s*(?:none|null|nil|undefined|false|0|-1)\b)|_ttl\b"""
)
# What a variable holds that is a client, whatever it is called.
_CLIENT = re.compile(
    r"(?:await\s+)?(?:new\s+)?(?:redis\.)?(?:Redis|StrictRedis|Cluster|createClient|createCluster|NewClient|NewClusterClient|NewUniversalClient"
    r"|from_url)(?:\.new|\.from_url)?\("
)
# A variable, a parameter or a field whose type is a client's, in Python and TypeScript, and in Go.
_TYPED = re.compile(
    r"\b(\w{1,60})\s*+\??:\s*+(?:Optional\[\s*+)?(?:\w{1,40}\.){0,3}(?:Redis|StrictRedis|RedisClient(?:Type)?|RedisCluster|Valkey)\b"
    r"|\b(\w{1,60})[ \t]++\*?redis\.(?:Client|ClusterClient|UniversalClient|Cmdable)\b"
)
# What makes a cache in the program, and the time that it keeps everything by then.
_MADE = re.compile(
    r"(?:await\s+)?(?:new\s+)?[\w.$:]{0,80}(?:cache|lru|keyv|ttl)[\w.$:]{0,80}(?:<[^()\n]{0,200}>)?\(", re.IGNORECASE
)
_KEEPS = re.compile(
    r"""(?i)\b(?:(?:std|default)?_?ttl|expires?_?(?:in|after\w{0,20})?|max_?age)\b["']?\s*+(?:[,}]|[:=]\s*+(?!(?:0|-1|null|undefined|none|false|infinity)\b))"""
    r"|\btime\.(?:Second|Minute|Hour)"
)
_BY_CLIENT = re.compile(r"(?i).*\.(?:set|setex|psetex|setnx|setxx|hset|mset|set_ex)")
_OF_REDIS = re.compile(r"(?i)(?:.*[/@'\"])?(?:io)?redis(?:[/.'\"].*)?|.*(?:go-redis|redis/go-redis|gomodule/redigo).*")
_OPTIONS = re.compile(r"(?i)[,(]\s*\**(?:this\.|self\.|\$)?(\w*(?:opt|expir|polic|ttl)\w*)\s*\)$")
# What is given last, and named after how long: `c.cache.Set(key, value, c.expiration)`.
_NAMED_LAST = re.compile(r"(?i),\s*+(?:\w++(?:\.|->))*+\w*?(?:ttl|expir|lifetime|max_?age)\w*+(?:\(\))?\s*+\)$")
_LAST = re.compile(r"[.\s:]+|->")
# Of go-redis the fourth of four is how long it is kept: https://pkg.go.dev/github.com/redis/go-redis/v9
# (read 2026-11-30).
_SETS_OF_GO = frozenset({"Set", "SetNX", "SetXX", "SetEx"})
_GIVEN_LAST = re.compile(r"^\((?:[^,()]++(?:\([^()]*+\))?+[^,()]*+,){3}\s*+([\w.]++(?:\([^()]*+\))?+)\s*+\)$")
# What else has a `Set` of four may be told where and what: that is no time.
_A_TIME = re.compile(r"(?i)ttl|exp|dur|time|second|minute|hour|day|age|life|period|interval|keep|cache|opt|\d")
_KEPT_FOR_GOOD = frozenset({"0", "-1", "redis.KeepTTL"})
# What libraries call a time that never ends.
_ENDLESS = re.compile(r"(?i)[\s,.:(](?:no|keep|without|never|infinite)_?(?:ttl|expir(?:y|es?|ation))\b")
_EXPIRING = re.compile(r"(?i)p?setex|set_ex|remember|set_?with_?(?:ttl|expir\w{1,8})")
_WORDS = ("redis", "Redis", "cache", "Cache", "kv.", "valkey", "memcache")
_NOT_CACHE = re.compile(
    # What is written to a connection is sent; what is kept for a request goes with it.
    r"(?i)(?:job|worker|mailer)\.set$|\brequest_?(?:context_?|scoped_?)?cache\.|(?:^|[.\s])kv\.(?:add|insert|write)$|\bconn(?:ection)?\.write$|profiles\.add$|yabeda|prometheus|gauge|metrics?\.|_(?:seconds|total|bytes|count|ratio)\.set$|(?:headers?|params|cookies?|map|set)\.set$|cachecontrol|localstorage|zustand"
)
# A cache of Rust that others than maps have.
_CACHES_OF_RUST = re.compile(
    r"(?:moka|mini_moka|quick_cache|cached|lru\w*|foyer|stretto|redis|deadpool_redis|bb8_redis|fred)\b"
)
_MAP = re.compile(r"new\s+(?:Weak)?(?:Map|Set)\b|\{\s*\}|dict\(\)|make\(map")
_BESIDE = re.compile(r"(?:^|/)(?:migrations|versions|scripts|(?:cmd|tools?)/dev)/")
_ENOUGH = 0.5
_MAX_FINDINGS = 15


def judge_ttl(look: Look, ask: CodeAsk) -> Judged:
    """Pass where most writes to a cache have an expiry."""
    absent = find_absence(look.project, Applies.CACHE)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    writes = list(_find_writes(look))
    expires = partial(_expires, endless=_is_endless(look))
    inner = [(file, call) for file, call in writes if expires(file, call) and any(_wrappers(file, call))]
    wrapped = {name for file, call in inner for name in _wrappers(file, call)}
    # What the product's own write writes to, others may write to past it.
    clients = {(file.language, _receiver(call)) for file, call in inner}
    kept = [
        (file, call)
        for file, call in writes
        if not expires(file, call)
        and not (
            (file.language, call.last_name) in wrapped
            and (file.language, _receiver(call)) not in clients
            and _is_short(call)
        )
    ]
    evidence = [_evidence(file, call) for file, call in writes if expires(file, call)]
    told = find_evidence(look, ask.table, ask.marks)
    evidence += told
    missing = [_finding(file, call) for file, call in kept[:_MAX_FINDINGS]]
    if not evidence:
        return say_missing(look, f"no write to the cache with an expiry is seen ({len(writes)} without)", missing)
    lasting = sum(_WRITE_OF_NET.fullmatch(call.name) is not None for file, call in kept if file.language == "csharp")
    excused = told and lasting <= (len(writes) + len(told)) * _ENOUGH
    if len(kept) > len(writes) * _ENOUGH and not excused:
        reason = f"{len(kept)} of {len(writes)} writes to the cache have no expiry"
        return Judged(state=State.FAIL, reason=reason, missing=missing, evidence=evidence[:5])
    judged = conclude(look, evidence[:12], "")
    advice = [_finding(file, call, fails=False) for file, call in kept[:_MAX_FINDINGS]]
    return Judged(state=judged.state, reason=judged.reason, evidence=judged.evidence, missing=advice)


def _find_writes(look: Look) -> Iterator[tuple[SourceFile, Element]]:
    for path in look.source.mentioning(*_WORDS):
        if _BESIDE.search(path):
            continue
        file = look.source.file(path)
        for call in dict.fromkeys([*file.named(Kind.CALL, _WRITE), *_of_net(file), *_of_php(file), *_by_client(file)]):
            writes = not _NOT_CACHE.search(call.name) and call.text.strip("()")
            if writes and not _is_map(file, call) and look.reach.standing(file, call) is Standing.LIVE:
                yield file, call


def _wrappers(file: SourceFile, call: Element) -> Iterator[tuple[str, str]]:
    """Yield the functions around a write that are writes of the product's own by their names."""
    yield from ((file.language, one.name) for one in file.functions_around(call) if one.name == call.last_name)


def _receiver(call: Element) -> str:
    """The last name of what is written to."""
    return "".join(_LAST.split(call.name)[-2:-1])


def _is_short(call: Element) -> bool:
    """Whether a write takes no more than what is kept and its name."""
    return call.text.count(",") <= 1


def _of_net(file: SourceFile) -> Iterator[Element]:
    """Yield the writes of StackExchange.Redis, and no sets of the language, whose class has the same name."""
    if file.language == "csharp":
        yield from (call for call in file.named(Kind.CALL, _WRITE_OF_NET) if "Collections" not in call.name)


def _of_php(file: SourceFile) -> Iterator[Element]:
    """Yield the items that a cache of Symfony is to make where it has none."""
    if file.language == "php":
        for call in file.calls:
            if call.last_name == "get" and "cache" in _receiver(call).lower() and _MAKES_ITEM.match(call.text):
                yield call


def _by_client(file: SourceFile) -> Iterator[Element]:
    """Yield the writes by a variable of the file that holds a client of Redis."""
    if not any(_OF_REDIS.fullmatch(one.name) for one in file.imports):
        return
    clients = {_LAST.split(one.name)[-1] for one in file.assigns if _CLIENT.match(one.text)}
    clients |= {found[1] or found[2] for found in _TYPED.finditer(file.code)}
    for call in file.named(Kind.CALL, _BY_CLIENT):
        if _LAST.split(call.name)[-2] in clients:
            yield call


def _is_map(file: SourceFile, call: Element) -> bool:
    """Whether what is written to is a map of the language, which keeps what it is given."""
    if file.language == "rust" and call.last_name == "insert":
        return not any(_CACHES_OF_RUST.match(one.name) for one in file.imports)
    name = call.name.rpartition(".")[0].rpartition(".")[2]
    return any(one.name.rpartition(".")[2].partition(":")[0] == name and _MAP.match(one.text) for one in file.assigns)


def _is_endless(look: Look) -> bool:
    """Whether settings of Django tell its caches to keep everything for good."""
    files = look.source.parsed("TIMEOUT", language="python")
    return any(one.name == "TIMEOUT" and one.text.strip() == "None" for file in files for one in file.assigns)


def _expires(file: SourceFile, call: Element, *, endless: bool = False) -> bool:
    if _ENDLESS.search(call.text):
        return False
    if _EXPIRING.fullmatch(call.last_name) or _EXPIRY.search(call.text) or _NAMED_LAST.search(call.text):
        return True
    if any(_EXPIRY.search(one.text) for one in _options(file, call)) or _is_made_to_expire(file, call):
        return True
    if file.language == "go" and call.last_name in _SETS_OF_GO and (last := _GIVEN_LAST.search(call.text)):
        known = any(_OF_REDIS.fullmatch(one.name) for one in file.imports) or _A_TIME.search(last[1])
        return bool(known) and last[1] not in _KEPT_FOR_GOOD
    # Django's caches have an expiry of five minutes unless told otherwise.
    if any(one.name.startswith("django.core.cache") for one in file.imports):
        return "None" not in call.text and not endless
    # What is set on one line may be told to expire behind it, or on the next ones.
    following = "\n".join(file.lines[call.end_line - 1 : call.end_line + 3])
    return bool(re.search(r"(?i)\.(?:(?:key)?p?expire(?:at)?(?:async)?|touch)\(", following))


def _is_made_to_expire(file: SourceFile, call: Element) -> bool:
    """Whether the file makes the cache that is written to with a time for all that it keeps."""
    name = _receiver(call)
    made = (one.text for one in file.assigns if _LAST.split(one.name)[-1] == name and _MADE.match(one.text))
    return any(_KEEPS.search(one) for one in made)


def _options(file: SourceFile, call: Element) -> Iterator[Element]:
    """Yield what the file assigns to the options that a write is given by name."""
    names = set(_OPTIONS.findall(call.text))
    yield from (one for one in file.assigns if names and _LAST.split(one.name)[-1] in names)


def _evidence(file: SourceFile, call: Element) -> Evidence:
    text = f"{call.last_name} has an expiry"
    return Evidence(text=text, path=file.path, line=call.line, strength=Strength.WIRED)


def _finding(file: SourceFile, call: Element, *, fails: bool = True) -> Finding:
    message = f"{call.last_name} writes without an expiry"
    return Finding(rule="no-expiry", message=message, path=file.path, line=call.line, fails=fails)
