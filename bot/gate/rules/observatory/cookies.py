"""The part of the grade that cookies make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.gate.rules.observatory.page import Mark, Page

_RULE: Final = "cookies"
_LEFT_OUT: Final = "heroku-session-affinity"
# From the least to the worst; of several the worst counts.
_FAULTS: Final = (
    ("a cookie without Secure, which HSTS makes up for", -5),
    ("a cookie without Secure", -20),
    ("a session cookie without Secure, which HSTS makes up for", -10),
    ("a cookie whose SameSite is not valid", -20),
    ("a cookie against CSRF without SameSite", -20),
    ("a session cookie without HttpOnly", -30),
    ("a session cookie without Secure", -40),
)


@dataclass(frozen=True)
class _Cookie:
    name: str
    flags: dict[str, str]

    @property
    def is_session(self) -> bool:
        return "login" in self.name or "sess" in self.name

    @property
    def secure(self) -> bool:
        return "secure" in self.flags

    @property
    def same_site(self) -> str | None:
        return self.flags.get("samesite")


def judge_cookies(page: Page, *, hsts: bool) -> Mark:
    """The mark of the cookies that an answer sets; `hsts`: whether that header is good."""
    cookies = [cookie for value in page.values("set-cookie") if (cookie := _parse(value)) is not None]
    if not cookies:
        return Mark(_RULE, "no cookies", 0)
    worst = max((fault for cookie in cookies for fault in _find_faults(cookie, hsts=hsts)), default=None)
    if worst is not None:
        return Mark(_RULE, *_FAULTS[worst])
    if all(cookie.same_site for cookie in cookies):
        return Mark(_RULE, "all are Secure, with HttpOnly for sessions, and SameSite", 5)
    return Mark(_RULE, "all are Secure, with HttpOnly for sessions", 0)


def _parse(value: str) -> _Cookie | None:
    pair, *flags = value.split(";")
    name = pair.partition("=")[0].strip().lower()
    if not name or name == _LEFT_OUT:
        return None
    return _Cookie(
        name, {key.strip().lower(): text.strip().lower() for key, _, text in (f.partition("=") for f in flags)}
    )


def _find_faults(cookie: _Cookie, *, hsts: bool) -> Iterator[int]:
    if not cookie.secure:
        yield 0 if hsts else 1
        if cookie.is_session:
            yield 2 if hsts else 6
    same_site = cookie.same_site
    if same_site is not None and (
        same_site not in {"lax", "strict", "none"} or (same_site == "none" and not cookie.secure)
    ):
        yield 3
    if "csrf" in cookie.name and not same_site:
        yield 4
    if cookie.is_session and "httponly" not in cookie.flags:
        yield 5
