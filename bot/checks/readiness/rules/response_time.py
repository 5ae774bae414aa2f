"""How long requests take: the rule `response-time`.

Rule: the marks of the item's table; and a middleware of the program's own that tells the clock before and after it
hands a request on, and logs, counts or sends what lies between. A layer of Rust that logs them as debugging is
configured.
Source: https://sre.google/sre-book/monitoring-distributed-systems/ (read 2026-11-30).
Out of sight: times that a handler takes of itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk, conclude
from bot.checks.readiness.rules.log_levels import weaken_of_debugging
from bot.checks.readiness.rules.middleware import Does, judge_with_own
from bot.model import State, Strength

_MAX_TAKEN = 20
# What the table says of those of Tower.
_LAYER = "a layer logs durations"
_START = r"_?(?:start|begin|began|t0|before|tic)"
# What was told as `now` began something where it is taken from the clock; from the end of a token it says how long that
# still counts.
_CLOCK = (
    r"(?i:now|time|counter|monotonic|millis|ticks)\w{0,10}\(\w{0,10}\)|\b\w{0,20}(?:[eE]nd|[fF]inish|[sS]top)(?:ed)?"
)
_TAKEN = re.compile(
    rf"-\s{{0,8}}[$@]?(?:\w{{1,40}}(?:\.|->|\.value\.))?\w{{0,40}}{_START}|\bSince\(\s{{0,8}}\w{{0,40}}{_START}"
    rf"|hrtime(?:\.bigint)?\(\s{{0,8}}\w{{0,40}}{_START}|(?i:elapsed)|startTimer\(|getTotalTime"
    rf"|(?:{_CLOCK})\s{{0,8}}-\s{{0,8}}[$@]?now\b(?!\s{{0,8}}[.(])|\bSince\(\s{{0,8}}now\b|hrtime(?:\.bigint)?\(\s{{0,8}}now\b",
)
# A variable that a line gives a value, and does nothing else.
_GIVEN = re.compile(
    r"\s*+(?:(?:final|const|let|var|auto|long|double|int|float|TimeSpan|Duration)\s++)?[$@]?(\w{1,60})\s*+:?=(?![=~])"
)


def _is_told(text: str) -> bool:
    """Whether some time is taken for a use: one that goes into a variable that nothing reads is none."""
    return any(_is_used(text, found.start()) for found in islice(_TAKEN.finditer(text), _MAX_TAKEN))


def _is_used(text: str, at: int) -> bool:
    given = _GIVEN.match(text, text.rfind("\n", 0, at) + 1)
    return given is None or len(re.findall(rf"\b{given[1]}\b", text)) > 1


_TIMER = Does(
    shows="a middleware times requests",
    words=(
        *("Date.now", "performance.now", "hrtime", "startTimer", "elapsed", "Elapsed", "time()", "perf_counter"),
        *("monotonic", "time.Since", "nanoTime", "urrentTimeMillis", "Stopwatch", "StopWatch"),
        *("microtime", "Time.now", "clock_gettime", "Time.current", "Instant::now"),
    ),
    holds=(
        _is_told,
        re.compile(
            r"(?i)log|console|observe|record|histogram|timing|x-[\w-]{0,20}time|header|metric|print|\binfo\b|\bspan\b|end\("
        ).search,
    ),
    # Of windows, of sessions and of locks it is told how long ago they began.
    lacks=re.compile(r"(?i)rate_?limit|too_?many|windowMs|expires|\bttl\b"),
)


def judge_response_time(look: Look, ask: CodeAsk) -> Judged:
    """Pass where each request's time is measured, by what is known by its name or by what it does."""
    judged = judge_with_own(look, ask, _TIMER)
    weak = [weaken_of_debugging(look, one) if _LAYER in one.text else one for one in judged.evidence]
    if judged.state is not State.PASS or weak == judged.evidence:
        return judged
    weak.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    return replace(conclude(look, weak, "nothing of the kind is found in the code"), measures=judged.measures)
