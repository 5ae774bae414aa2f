"""A policy as plain data: what its digest is made of, and the YAML that says the same without `extends`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date

import yaml

from bot.model import Json, SignOff
from bot.policy.values import Policy, PolicyItem, Waiver


def digest_of(policy: Policy) -> str:
    """SHA-256 in hexadecimal of all that a policy says, the order of its sections and items included."""
    # Pairs keep the order, whatever reads a mapping.
    pairs = [[key, [*value.items()] if isinstance(value, Mapping) else value] for key, value in _data(policy).items()]
    return hashlib.sha256(_to_json(pairs).encode()).hexdigest()


def render_policy(policy: Policy) -> str:
    """The policy as YAML, each default written out; parsed again, it has the same digest."""
    return yaml.safe_dump(json.loads(_to_json(_data(policy))), sort_keys=False, allow_unicode=True, width=120)


def _data(policy: Policy) -> dict[str, object]:
    return {
        "name": policy.name,
        "salt": policy.salt.decode(),
        "branches": policy.branches,
        "sections": policy.sections,
        "items": {item.id: _item(item) for item in policy.items},
        "waivers": [_waiver(waiver) for waiver in policy.waivers],
        "signoffs": {item: _signoff(signoff) for item, signoff in policy.signoffs.items()},
        **({"readiness": {"author_may_sign_off": True}} if policy.author_may_sign_off else {}),
    }


def _item(item: PolicyItem) -> dict[str, object]:
    return {
        "section": item.section,
        "title": item.title,
        "required": item.level,
        **({} if item.ratchet is None else {"ratchet": item.ratchet}),
        "paths": {"include": item.paths.include, "exclude": item.paths.exclude},
        "settings": item.settings.model_dump() if item.ratchet is None else _given(item),
    }


def _given(item: PolicyItem) -> object:
    """What is given of an item of a policy's own, keys sorted: its rule fills in the rest when it is used."""
    given = item.settings.model_dump(exclude_unset=True)
    return json.loads(json.dumps(given, default=_plain, allow_nan=False, sort_keys=True))


def _waiver(waiver: Waiver) -> dict[str, object]:
    keys = ("item", "fingerprint", "path", "owner", "reason", "expires")
    given = {key: getattr(waiver, key) for key in keys}
    return {key: value for key, value in given.items() if value is not None}


def _signoff(signoff: SignOff) -> dict[str, object]:
    given = {"by": signoff.by, "date": signoff.on, "link": signoff.link, "expires": signoff.expires}
    return {key: value for key, value in given.items() if value is not None}


def _to_json(data: object) -> str:
    return json.dumps(data, default=_plain, allow_nan=False)


def _plain(value: object) -> Json:
    if isinstance(value, date):
        return value.isoformat()
    # A set has another order in each process.
    if isinstance(value, AbstractSet):
        return sorted(value)
    raise TypeError(f"a setting holds a {type(value).__name__}, which a policy file cannot say")
