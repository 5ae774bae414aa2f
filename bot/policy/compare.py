"""Where one policy asks less than another, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.model import Level
from bot.policy.values import PathFilter, Policy, PolicyItem, Waiver

_ASKS = {Level.OFF: 0, Level.WARN: 1, Level.BLOCK: 2}


@dataclass(frozen=True)
class Loosening:
    """One way in which the new policy asks less, or something else.

    Attributes:
        line: of the new file; None where that does not speak of it.
        certain: False where it may as well ask more.
    """

    what: str
    line: int | None = None
    certain: bool = True


def find_loosenings(old: Policy, new: Policy) -> Iterator[Loosening]:
    """Yield what the new policy asks less of, or asks in another way, in the order of the old one.

    Changed settings, `extends`, `branches` and `salt` are told whatever they do, as not certain: they have no order.
    """
    if old.extends != new.extends:
        yield Loosening(f"`extends` is {_name(new.extends)}, was {_name(old.extends)}", certain=False)
    if old.branches != new.branches:
        yield Loosening("`branches` is changed: other base branches follow the policy which they hold", certain=False)
    if old.salt != new.salt:
        yield Loosening("`salt` is changed: the fingerprints of secrets that waivers name are others", certain=False)
    items = {item.id: item for item in new.items}
    for item in old.items:
        yield from _compare_items(item, items.get(item.id))
    yield from _compare_waivers(old, new)
    yield from _compare_signoffs(old, new)


def _name(extends: str | None) -> str:
    return f"`{extends}`" if extends is not None else "not given"


def _compare_items(old: PolicyItem, new: PolicyItem | None) -> Iterator[Loosening]:
    if old.level is Level.OFF:
        return
    if new is None:
        yield Loosening(f"`{old.id}` is not asked any more, was `{old.level}`")
        return
    if _ASKS[new.level] < _ASKS[old.level]:
        yield Loosening(f"`{old.id}` is `{new.level}`, was `{old.level}`", new.line)
    if new.level is Level.OFF:
        return
    if new.ratchet and not old.ratchet:
        yield Loosening(f"`{old.id}` blocks only where a change makes it worse", new.line)
    yield from _compare_paths(old, new)
    # What a shipped item does not say is not filled in before it is used.
    given = type(old.settings) is not type(new.settings)
    before, after = (one.settings.model_dump(exclude_unset=given) for one in (old, new))
    if keys := [key for key, value in after.items() if value != before.get(key)]:
        yield Loosening(
            f"`{old.id}` has other settings: {', '.join(f'`{key}`' for key in keys)}", new.line, certain=False
        )


def _compare_paths(old: PolicyItem, new: PolicyItem) -> Iterator[Loosening]:
    for pattern in _left_out(old.paths, new.paths):
        yield Loosening(f"`{old.id}` leaves out `{pattern}`", new.line)
    if "**" not in new.paths.include:
        for pattern in old.paths.include:
            if pattern not in new.paths.include:
                yield Loosening(f"`{old.id}` does not ask for `{pattern}` any more", new.line)


def _left_out(old: PathFilter, new: PathFilter) -> list[str]:
    return [pattern for pattern in new.exclude if pattern not in old.exclude]


def _compare_waivers(old: Policy, new: Policy) -> Iterator[Loosening]:
    known = set(old.waivers)
    for waiver in new.waivers:
        if waiver not in known:
            yield Loosening(f"{_scope(waiver)} is waived until {waiver.expires} by {waiver.owner}", waiver.line)


def _compare_signoffs(old: Policy, new: Policy) -> Iterator[Loosening]:
    for item, signoff in new.signoffs.items():
        if signoff != old.signoffs.get(item):
            until = f" until {signoff.expires}" if signoff.expires else ""
            yield Loosening(f"`{item}` is signed off by {signoff.by} on {signoff.on}{until}", signoff.line)
    if new.author_may_sign_off and not old.author_may_sign_off:
        yield Loosening("an author of a change may sign off what it needs")


def _scope(waiver: Waiver) -> str:
    fingerprint = f" with fingerprint `{waiver.fingerprint}`" if waiver.fingerprint else ""
    path = f" in `{waiver.path}`" if waiver.path else ""
    return f"`{waiver.item}`{fingerprint}{path}"
