"""Whether what a program has of its own asks a setting first, which is committed as no: it lets everything pass.

Rule: Java that asks `x.isEnabled()` of a type that Spring's or Micronaut's settings are read into, of whose section
each committed `enabled` is `false`.
Out of sight: switches of other names; what the environment sets.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.appsettings import Setting
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.spring import find_spring_settings
from bot.checks.readiness.look import Look

_ASKED = re.compile(r"\b([a-z]\w{0,60})\.(?:isEnabled|getEnabled|enabled)\(\)")
_SECTION = re.compile(r"@ConfigurationProperties\(\s*(?:(?:prefix|value)\s*=\s*)?\"([\w.-]{1,120})\"")


def find_own_switch(look: Look, file: SourceFile, unit: Element) -> Setting | None:
    """The committed setting that switches off what a class or a function of Java does; None where there is none."""
    if file.language != "java":
        return None
    asked = _ASKED.search(file.text(unit))
    kind = asked and re.search(rf"\b([A-Z]\w{{0,80}})\s+{re.escape(asked[1])}\s*[;,)=]", file.code)
    if not kind:
        return None
    sections = {
        f"{section}.enabled".lower()
        for path in look.source.named(f"{kind[1]}.java")
        for section in _SECTION.findall(look.source.file(path).code)
    }
    told = [one for one in find_spring_settings(look.files) if ".".join(one.names) in sections]
    return told[0] if told and all(str(one.value).lower() == "false" for one in told) else None
