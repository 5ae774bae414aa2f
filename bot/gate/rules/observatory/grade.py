"""All marks together: the score and its letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.gate.rules.observatory.cookies import judge_cookies
from bot.gate.rules.observatory.headers import (
    HALF_A_YEAR_S,
    hsts_seconds,
    judge_frames,
    judge_hsts,
    judge_isolation,
    judge_redirection,
    judge_referrer,
    judge_sharing,
    judge_sniffing,
)
from bot.gate.rules.observatory.page import Mark, Page
from bot.gate.rules.observatory.policies import judge_policy
from bot.gate.rules.observatory.scripts import judge_scripts

LETTERS: Final = ("F", "D-", "D", "D+", "C-", "C", "C+", "B-", "B", "B+", "A-", "A", "A+")
"""From the worst to the best."""
_LEAST: Final = (0, 25, 30, 40, 45, 50, 60, 65, 70, 80, 85, 90, 100)
# Extra points count only for who has this much without them.
_EXTRA_FROM: Final = 90


@dataclass(frozen=True)
class Grade:
    """A score (0 to some 150), its letter, and the marks that it is made of."""

    score: int
    letter: str
    marks: tuple[Mark, ...]


def grade(page: Page) -> Grade:
    """The grade of a page."""
    hsts = (hsts_seconds(page) or 0) >= HALF_A_YEAR_S
    marks = (
        judge_policy(page),
        judge_cookies(page, hsts=hsts),
        *judge_isolation(page),
        judge_sharing(page),
        judge_redirection(page),
        judge_referrer(page),
        judge_hsts(page),
        judge_scripts(page),
        judge_sniffing(page),
        judge_frames(page),
    )
    without_extra = 100 + sum(min(mark.points, 0) for mark in marks)
    score = 100 + sum(mark.points for mark in marks) if without_extra >= _EXTRA_FROM else without_extra
    score = max(score, 0)
    letter = next(letter for letter, least in zip(reversed(LETTERS), reversed(_LEAST), strict=True) if score >= least)
    return Grade(score, letter, marks)
