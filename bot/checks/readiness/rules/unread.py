"""What cannot be told of a project, for what it is written in or with."""

from __future__ import annotations

from bot.checks.readiness.facts.project import Project
from bot.checks.readiness.facts.source.languages import UNREAD_ENDINGS
from bot.checks.readiness.look import Look
from bot.model import Unknown

# From this share on, a language that is not read is what a project is written in.
_MAIN_SHARE = 0.4
_BY_HAND = "look by hand; `required: off` in the policy leaves the item out"
# Languages that are not read, whose manifests are those of one that is.
_DECLARED = ("Kotlin ", "Groovy ", "F# ", "Visual Basic ")


def find_unlooked(look: Look) -> Unknown | None:
    """That it cannot be told what a project has, for the language that most of it is in."""
    unread = _unread_language(look)
    # What it depends on is read all the same, where it has manifests of a language that is read.
    if unread and unread.reason.startswith(_DECLARED) and look.project.server is not None:
        return None
    return unread


def find_unread(look: Look) -> Unknown | None:
    """That most of a project is in a language that is not parsed, or all that it serves by a framework that is not."""
    return _unread_language(look) or (_unread_framework(look.project) if not look.routes.all else None)


def _unread_language(look: Look) -> Unknown | None:
    languages = look.source.languages
    for language in set(UNREAD_ENDINGS.values()) & languages.keys():
        if languages[language] >= _MAIN_SHARE * sum(languages.values()):
            reason = f"{language} is not read: {languages[language]:,} of {sum(languages.values()):,} source files"
            return Unknown(reason=reason, settle=_BY_HAND)
    return None


def _unread_framework(project: Project) -> Unknown | None:
    """That requests are answered by a framework, or by functions of a platform, whose routes no rule reads."""
    sign = project.unread_server if project.library is None else None
    if sign is None:
        return None
    reason = f"{sign.text}, whose routes are not read"
    return Unknown(path=sign.path, line=sign.line, reason=reason, settle=_BY_HAND)
