"""From contents to hits: engine and detector look at every content, then each finding gets its place in it."""

from __future__ import annotations

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.checks.secrets.archives import MAX_UNPACKED_BYTES, unpacks_to_too_much
from bot.checks.secrets.detector import MAX_CANDIDATES, find_in_context
from bot.checks.secrets.engine import Contents, Found, run_engine
from bot.checks.secrets.hits import Hit, distinctive_piece, merge
from bot.checks.secrets.joined import find_pieces, join_literals
from bot.checks.secrets.material import Material
from bot.checks.secrets.suppressions import Comment, find_comments
from bot.checks.secrets.text import Text, decode, is_lfs_pointer
from bot.checks.secrets.values import Strength, is_example_jwt, is_key_body, is_placeholder, judge
from bot.checks.secrets.words import has_public_prefix
from bot.errors import ToolError
from bot.model import Blobs, NotRead, Unknown
from bot.settings import MIB

# Rules of the engine that the detector answers with more care for what is a placeholder.
_ANSWERED_BY_DETECTOR = frozenset({"generic-credential-uri", "kubernetes-secret-yaml", "hashicorp-tf-password"})
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_CURL = "curl-auth-"
_PRIVATE_KEY = "private-key"
_MAX_PIECE_LINES = 12


@dataclass
class Scanned:
    """What was found in the materials, by their number.

    Attributes:
        hits: without those that are placeholders; merged, one a secret and line.
        comments: what asks scanners to look away.
        pointers: paths whose content Git LFS keeps elsewhere.
        looked_at: bytes.
    """

    hits: dict[int, list[Hit]] = field(default_factory=dict)
    comments: dict[int, list[Comment]] = field(default_factory=dict)
    unknowns: list[Unknown] = field(default_factory=list)
    pointers: list[str] = field(default_factory=list)
    looked_at: int = 0


def scan(materials: Sequence[Material], blobs: Blobs, contents: Contents, *, timeout_s: float) -> Scanned:
    """Look at all the materials. What could not be looked at is an `Unknown`, never a silent gap."""
    scanned = Scanned()
    found: dict[int, list[Hit]] = defaultdict(list)
    for number, content in _read(materials, blobs, scanned):
        text = decode(content)
        scanned.looked_at += len(content)
        if unpacks_to_too_much(content):
            scanned.unknowns.append(_tell_too_much(materials[number].path))
        contents.put(number, text.encoded if text.recoded else content)
        if text.binary:
            continue
        if comments := find_comments(text.content):
            scanned.comments[number] = comments
        found[number] += _detect(text.content, materials[number], scanned)
        joined = join_literals(text.content)
        if joined is not None:
            contents.put(number + len(materials), joined.encode("utf-8", "surrogateescape"))
    for number, hits in _ask_engine(contents, len(materials), scanned, timeout_s=timeout_s):
        found[number] += hits
    scanned.hits = {number: merge(hits) for number, hits in sorted(found.items()) if hits}
    return scanned


def _tell_too_much(path: str) -> Unknown:
    reason = f"it unpacks to more than {MAX_UNPACKED_BYTES // MIB} MiB, of which the first part is read"
    return Unknown(reason=reason, settle="keep large archives out of the repository", path=path)


def _read(materials: Sequence[Material], blobs: Blobs, scanned: Scanned) -> Iterator[tuple[int, bytes]]:
    numbers = {material.oid: number for number, material in enumerate(materials) if material.oid}
    for oid, content in blobs.read(numbers):
        number = numbers[oid]
        path = materials[number].path
        if isinstance(content, NotRead):
            scanned.unknowns.append(Unknown(reason=content.reason, settle=content.settle, path=path))
        elif is_lfs_pointer(content):
            scanned.pointers.append(path)
        else:
            yield number, content
    for number, material in enumerate(materials):
        if material.oid is None:
            yield number, material.written


def _detect(text: str, material: Material, scanned: Scanned) -> list[Hit]:
    if material.is_path:
        return []
    hits, complete = find_in_context(text, material.path)
    if not complete:
        reason = f"more than {MAX_CANDIDATES:,} values look like secrets; the others were not looked at one by one"
        scanned.unknowns.append(Unknown(reason=reason, settle="keep such a file out", path=material.path or None))
    return hits


def _ask_engine(
    contents: Contents, count: int, scanned: Scanned, *, timeout_s: float
) -> Iterator[tuple[int, list[Hit]]]:
    by_number: dict[int, list[Found]] = defaultdict(list)
    try:
        for found in run_engine(contents, timeout_s=timeout_s):
            by_number[found.number].append(found)
    except ToolError as error:
        settle = "run it again; if it stays, split the change or raise the time budget"
        reason = f"the rules for providers' secrets were not applied to all: {error}"
        scanned.unknowns.append(Unknown(reason=reason, settle=settle))
    for number, all_found in by_number.items():
        original = number % count
        text = decode(contents.get(original))
        yield original, [hit for one in all_found if (hit := _to_hit(one, text, joined=number >= count)) is not None]


def _to_hit(found: Found, text: Text, *, joined: bool) -> Hit | None:
    strength = _judge(found)
    if not strength:
        return None
    place = _locate_joined(found, text) if joined else _locate(found, text)
    if place is None:
        return None
    line, column, needle = place
    return Hit(found.rule, line, column, found.value, needle, strength is Strength.STRONG)


def _judge(found: Found) -> Strength:
    """How sure a finding of the engine is, once what only looks like a secret is taken away."""
    if found.rule in _ANSWERED_BY_DETECTOR:
        return judge(found.value) if found.decoded or found.inside else Strength.NONE
    if found.rule == _PRIVATE_KEY:
        return Strength.STRONG if is_key_body(distinctive_piece(found.value)) else Strength.NONE
    if found.rule.startswith(_CURL):
        return judge(found.value.strip("\"'").rpartition(":")[2])
    if is_placeholder(found.value, formed=has_public_prefix(found.value)) or is_example_jwt(found.value):
        return Strength.NONE
    return Strength.STRONG if found.confidence == "high" else Strength.WEAK


def _locate(found: Found, text: Text) -> tuple[int | None, int | None, str] | None:
    """Line and column (1-based, in characters) of a finding, and the piece of it that stands in the text."""
    needle = distinctive_piece(found.value)
    if found.inside:
        return None, None, needle
    first = re.split(r"\r?\n", found.value, maxsplit=1)[0]
    line = text.lines[found.line - 1] if found.line <= len(text.lines) else ""
    if (at := line.find(first)) >= 0:
        return found.line, at + 1, needle
    if found.decoded and (token := _find_encoded(line, found.value)):
        return found.line, token.start() + 1, token[0]
    start = text.content.find(first)
    if start < 0:
        # A compressed file: what the engine read has no line in the content.
        return None, None, needle
    return text.content.count("\n", 0, start) + 1, start - text.content.rfind("\n", 0, start), needle


def _locate_joined(found: Found, text: Text) -> tuple[int, int, str] | None:
    if found.value in text.content:
        return None
    pieces = find_pieces(text.lines[found.line - 1 : found.line - 1 + _MAX_PIECE_LINES], found.value)
    if not pieces:
        return None
    index, column, _ = pieces[0]
    return found.line + index, column + 1, max((piece for _, _, piece in pieces), key=len)


def _find_encoded(line: str, value: str) -> re.Match[str] | None:
    wanted = value.encode("utf-8", "surrogateescape")
    for token in _ENCODED.finditer(line):
        bare = token[0].rstrip("=").replace("-", "+").replace("_", "/")
        try:
            decoded = base64.b64decode(bare + "=" * (-len(bare) % 4))
        except binascii.Error:
            continue
        if wanted in decoded:
            return token
    return None
