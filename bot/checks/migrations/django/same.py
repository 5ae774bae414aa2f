"""Whether two values are equal, for Django's autodetector: yes, no, or not to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.checks.migrations.django.values import Call, Condition, Definition, Member, Opaque, Ref, Same, Swappable, plain
from bot.checks.migrations.syntax.folding import PLAIN, Value

_MAX_STEPS = 50_000
_MAX_DEPTH = 60
# Names of these packages are told apart by this many leading parts: `django.db.models`, `django.contrib.postgres`.
_DJANGO_PARTS = 3


def compare(left: Value, right: Value) -> Same:
    """Whether two values are equal. Bounded: what is too large or too deep is unknown."""
    return _Comparison().compare(left, right, 0)


def all_of(answers: Iterable[Same]) -> Same:
    """NO if one is, else UNKNOWN if one is, else YES."""
    result = Same.YES
    for answer in answers:
        if answer is Same.NO:
            return answer
        if answer is Same.UNKNOWN:
            result = answer
    return result


class _Comparison:
    def __init__(self) -> None:
        self._steps = 0

    def compare(self, left: Value, right: Value, depth: int) -> Same:  # noqa: PLR0911 - one answer a kind
        self._steps += 1
        if self._steps > _MAX_STEPS or depth > _MAX_DEPTH:
            return Same.UNKNOWN
        left, right = plain(left), plain(right)
        if left is right:
            return Same.YES
        if isinstance(left, PLAIN) and isinstance(right, PLAIN):
            return Same.YES if left == right else Same.NO
        if isinstance(left, Opaque) or isinstance(right, Opaque):
            both = isinstance(left, Opaque) and isinstance(right, Opaque)
            return self._opaque(left, right, depth) if both else Same.UNKNOWN
        if isinstance(left, Ref | Definition) and isinstance(right, Ref | Definition):
            return same_name(left, right)
        if isinstance(left, Swappable) or isinstance(right, Swappable):
            return Same.YES if left == right else Same.UNKNOWN
        if type(left) is not type(right):
            return self._of_two_kinds(left, right)
        return self._of_one_kind(left, right, depth)

    def _of_two_kinds(self, left: Value, right: Value) -> Same:
        # What unknown code calls or names may be anything, even plain data.
        for one in (left, right):
            if isinstance(one, Call | Ref) and not _is_django(one.func if isinstance(one, Call) else one):
                return Same.UNKNOWN
        return Same.NO

    def _of_one_kind(self, left: Value, right: Value, depth: int) -> Same:  # noqa: PLR0911 - one answer a kind
        match left, right:
            case (tuple(), tuple()) | (list(), list()):
                return self._sequences(left, right, depth)
            case dict(), dict():
                return self._mappings(left, right, depth)
            case (set(), set()) | (frozenset(), frozenset()):
                return Same.YES if left == right else Same.NO
            case Call(), Call():
                return self._calls(left, right, depth)
            case Condition(), Condition():
                if (left.connector, left.negated) != (right.connector, right.negated):
                    return Same.NO
                return self._sequences(left.children, right.children, depth)
            case Member(), Member():
                owners = same_name(left.owner, right.owner)
                return owners if left.name == right.name else Same.NO
        return Same.UNKNOWN

    def _opaque(self, left: Value, right: Value, depth: int) -> Same:
        alike = isinstance(left, Opaque) and isinstance(right, Opaque) and left.kind == right.kind
        return Same.YES if alike and self._sequences(left.parts, right.parts, depth) is Same.YES else Same.UNKNOWN

    def _sequences(self, left: Sequence[Value], right: Sequence[Value], depth: int) -> Same:
        if len(left) != len(right):
            return Same.NO
        return all_of(self.compare(one, other, depth + 1) for one, other in zip(left, right, strict=True))

    def _mappings(self, left: Mapping[str, Value], right: Mapping[str, Value], depth: int) -> Same:
        if left.keys() != right.keys():
            return Same.NO
        return all_of(self.compare(value, right[name], depth + 1) for name, value in left.items())

    def _calls(self, left: Call, right: Call, depth: int) -> Same:
        funcs = self.compare(left.func, right.func, depth + 1)
        if funcs is Same.NO:
            return Same.NO
        arguments = all_of(
            (self._sequences(left.args, right.args, depth), self._mappings(left.kwargs, right.kwargs, depth))
        )
        shared = [name for name in left.kwargs if name in right.kwargs]
        conflict = all_of(self.compare(left.kwargs[name], right.kwargs[name], depth + 1) for name in shared)
        # Code out of sight may write its arguments in another way; what both name must agree all the same.
        if arguments is Same.NO and conflict is not Same.NO and not _is_django(left.func):
            return Same.UNKNOWN
        return all_of((funcs, arguments))


def same_name(left: Ref | Definition, right: Ref | Definition) -> Same:
    """Whether two names stand for the same class or function."""
    if isinstance(left, Definition) and isinstance(right, Definition):
        return Same.YES if left == right else Same.NO
    if isinstance(left, Ref) and isinstance(right, Ref):
        if _canonical(left.name) == _canonical(right.name):
            return Same.YES
        return Same.UNKNOWN if left.last == right.last and not _is_django(left) else Same.NO
    known = left if isinstance(left, Definition) else right
    name = right if isinstance(left, Definition) else left
    if not isinstance(known, Definition) or not isinstance(name, Ref):
        return Same.UNKNOWN
    if f"{known.module}.{known.qualname}".endswith(name.name) or name.name.endswith(f"{known.module}.{known.qualname}"):
        return Same.YES
    return Same.UNKNOWN if name.last == known.name else Same.NO


def _canonical(name: str) -> tuple[str, str]:
    """Package and last part: `django.db.models.CharField` is also `django.db.models.fields.CharField`."""
    parts = name.split(".")
    count = _DJANGO_PARTS if parts[0] == "django" else 1
    return ".".join(parts[:count]), parts[-1]


def _is_django(func: Value) -> bool:
    return isinstance(func, Ref) and func.name.startswith(("django.", "builtins.", "datetime.", "decimal.", "uuid."))
