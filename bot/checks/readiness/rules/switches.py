"""What production's committed settings switch off: what it sets up is configured, and not wired.

Out of sight: the environment, which overrides committed settings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.checks.readiness.ask import MaybeExpression
from bot.checks.readiness.facts.appsettings import Setting, find_settings
from bot.checks.readiness.facts.spring import find_spring_settings
from bot.checks.readiness.look import Look
from bot.model import Evidence, Strength

_ENABLED = frozenset({"enabled", "enable", "isenabled"})
_VARIABLE = re.compile(r"\$\{([\w.-]{1,80}):false\}")
_OF_NET = (".cs",)
_OF_SPRING = (".java", "pom.xml", ".gradle", ".gradle.kts", ".versions.toml", ".yml", ".yaml", ".properties")


class Switches(BaseModel):
    """Settings that switch off what a table finds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    switch: Annotated[str, Field(description="a section of .NET's settings that switches it by its `Enabled`")] = ""
    spring_switch: Annotated[
        MaybeExpression,
        Field(description="a whole key of Spring's or Quarkus' settings, `false` of which switches it off"),
    ] = ""
    switched: Annotated[MaybeExpression, Field(description="found in the words of what that key switches off")] = ""


def as_switched(look: Look, switches: Switches, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Evidence as it is, and what production's settings switch off as configured."""
    found = list(evidence)
    if switches.switch and (off := _find_off(look, switches.switch)) is not None:
        found = [_switched_off(one, off, _OF_NET) for one in found]
    if switches.spring_switch and (off := find_off_in_spring(look, switches.spring_switch)) is not None:
        concerns = re.compile(switches.switched)
        found = [_switched_off(one, off, _OF_SPRING) if concerns.search(one.text) else one for one in found]
    return found


def _find_off(look: Look, section: str) -> Setting | None:
    """The setting that switches something off for each host of .NET, in what production is told."""
    pattern = re.compile(section, re.IGNORECASE)
    told = [one for one in find_settings(look.files) if one.names[-1] in _ENABLED and _is_of(one, pattern)]
    return _first_off(look, told)


def _is_of(setting: Setting, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(name) for name in setting.names[:-1])


def find_off_in_spring(look: Look, key: str) -> Setting | None:
    """The setting that switches something off for each program of Spring or Quarkus, in what production is told."""
    pattern = re.compile(key, re.IGNORECASE)
    return _first_off(look, [one for one in find_spring_settings(look.files) if pattern.fullmatch(".".join(one.names))])


def _first_off(look: Look, told: Sequence[Setting]) -> Setting | None:
    return told[0] if told and all(_says_no(look, str(one.value).lower()) for one in told) else None


def _says_no(look: Look, value: str) -> bool:
    """Whether a setting says no: itself, as a text too, or where nothing sets its variable: `${EXPORTED:false}`."""
    asked = _VARIABLE.fullmatch(value)
    return value == "false" or (asked is not None and not look.reach.switches.is_set(asked[1]))


def _switched_off(evidence: Evidence, off: Setting, of: tuple[str, ...]) -> Evidence:
    return say_off(evidence, off) if (evidence.path or "").endswith(of) else evidence


def say_off(evidence: Evidence, off: Setting) -> Evidence:
    """Evidence of what a setting switches off."""
    text = f"{evidence.text}, which production's settings switch off ({off.path}:{off.line})"
    return replace(evidence, text=text, strength=Strength.CONFIGURED)
