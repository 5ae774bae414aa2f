"""One revision of one context: what its code declares, what its snapshot says, and how they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.efcore.classes import Classes
from bot.checks.migrations.efcore.discovery import discover
from bot.checks.migrations.efcore.fluent import Fluent
from bot.checks.migrations.efcore.keys import settle_keys
from bot.checks.migrations.efcore.model import UNKNOWN, Model
from bot.checks.migrations.efcore.naming import SWITCHED, Names, learn_types, style_of, unlike
from bot.checks.migrations.efcore.outside import Outside, bring
from bot.checks.migrations.efcore.relational import UNREAD_TYPE, Builder, Relational
from bot.checks.migrations.efcore.relations import settle_relations
from bot.checks.migrations.efcore.snapshot import Snapshot
from bot.checks.migrations.sql.compare import Difference, compare


@dataclass(kw_only=True)
class Side:
    """One revision of one context.

    Attributes:
        model: what the code declares, and `here` what that is in the database.
        there: the database that the snapshot tells of.
        different: how the two differ.
        names: the project's own conventions, and `outside` what packages bring, as seen here.
    """

    model: Model
    here: Relational
    snapshot: Snapshot
    there: Relational
    different: list[Difference]
    names: Names
    outside: Outside


def read_side(
    library: Library, context: TypeDecl, snapshot: Snapshot, there: Relational, before: Side | None = None
) -> Side:
    """Compare the code of a context with its snapshot; what the conventions give is taken from the side before."""
    model, classes, outside = declare(
        library, context, snapshot.provider, snapshot.model, before.outside if before is not None else None
    )
    names = learn(model, snapshot.model)
    if before is not None:
        names = names.following(before.names)
    here = Builder(model, snapshot.provider, classes, names).build()
    pairs = _pairs_of_types(model, here, there)
    types = learn_types(pairs)
    if before is not None and before.snapshot.provider == snapshot.provider:
        switched = {one: other for one, other in types.items() if (one, other) in SWITCHED}
        types = {**switched, **unlike(before.names.types, pairs)}
    if types:
        names.types = types
        here = Builder(model, snapshot.provider, classes, names).build()
    found = differences(there, here, model, snapshot.model)
    return Side(model=model, here=here, snapshot=snapshot, there=there, different=found, names=names, outside=outside)


def known_names(model: Model) -> Mapping[str, str]:
    """What a snapshot calls its entity types, by the name without the namespace; of two none."""
    found: dict[str, str] = {}
    twice = set()
    for key, entity in model.entities.items():
        if entity.owner is not None:
            continue
        head, sign, rest = key.partition("<")
        short = head.rpartition(".")[2] + sign + rest
        if short in found:
            twice.add(short)
        found[short] = key
    return {short: key for short, key in found.items() if short not in twice}


def declare(
    library: Library, context: TypeDecl, provider: str, snapshot: Model, outside: Outside | None = None
) -> tuple[Model, Classes, Outside]:
    """The model that a context's code declares, with the conventions applied.

    `outside` is what packages bring, as it was seen at the base; what is not known from there is taken from `snapshot`.
    """
    classes = Classes(library)
    model = Model(product=snapshot.product)
    fluent = Fluent(model, classes, provider, known_names(snapshot))
    found = discover(context, fluent, classes, snapshot)
    brought = bring(model, snapshot, outside or Outside())
    settle_keys(found)
    settle_relations(found)
    return model, classes, brought


def of_snapshot(snapshot: Snapshot) -> Relational:
    """The database that a snapshot tells of."""
    return Builder(snapshot.model, snapshot.provider, None, Names()).build()


def learn(model: Model, snapshot: Model) -> Names:
    """The names that the project's conventions give, as a snapshot shows them for this code."""
    names = Names(style=style_of(snapshot))
    former = model.former(snapshot)
    _learn_tables(model, snapshot, former, names)
    for key, entity in model.entities.items():
        other = snapshot.entities.get(former.get(key, ""))
        for name, made in entity.properties.items():
            known = other.properties.get(name) if other is not None else None
            if known is not None and known.facets.get("column") is not None:
                given = made.facets.get("column")
                computed = str(given) if given is not None else _column(model, key, name)
                names.columns[key, name] = (computed, str(known.facets["column"]))
    return names


def _pairs_of_types(model: Model, of_code: Relational, there: Relational) -> list[tuple[str, str]]:
    """The types of columns by convention, each with that of the snapshot."""
    pairs = []
    for (table, column), origin in of_code.origins.items():
        mine, yours = _type_of(of_code, table, column), _type_of(there, table, column)
        prop = model.entities[origin.entity].properties.get(origin.property)
        if prop is None or prop.facets.get("store") is not None or UNKNOWN in prop.facets.values():
            continue
        if not {"", UNREAD_TYPE} & {mine, yours}:
            pairs.append((mine, yours))
    return pairs


def _learn_tables(model: Model, snapshot: Model, former: Mapping[str, str], names: Names) -> None:
    for key, entity in model.entities.items():
        other = snapshot.entities.get(former.get(key, ""))
        if other is None or entity.owner is not None or other.table is None:
            continue
        names.tables[key] = (entity.table or entity.default_table or _short(key, entity.decl), other.table)
        if entity.schema is None and other.schema is not None and model.default_schema is None:
            entity.schema = other.schema


def _short(key: str, decl: TypeDecl | None) -> str:
    return decl.name if decl is not None else key.rpartition(".")[2]


def _column(model: Model, key: str, name: str) -> str:
    before = ""
    entity = model.entities[key]
    while entity.owner is not None and not entity.many:
        before = f"{entity.owner[1]}_{before}"
        entity = model.entities[entity.owner[0]]
    return before + name


def _type_of(made: Relational, table: str, column: str) -> str:
    found = made.schema.tables.get(made.schema.key(table))
    one = found.columns.get(made.schema.key(column)) if found is not None else None
    return one.type if one is not None else ""


def differences(there: Relational, here: Relational, code: Model, snapshot: Model) -> list[Difference]:
    """How the snapshot's database differs from the code's, but for what cannot be told."""
    found = [one for one in compare(there.schema, here.schema) if _is_told(one)]
    for key in {*there.extras, *here.extras}:
        have, want = there.extras.get(key, ""), here.extras.get(key, "")
        kind, table, name = key
        if have != want and UNKNOWN not in {have, want, name} and _has_table(there, here, table):
            found.append(
                Difference(
                    kind=kind,
                    table=table,
                    name=name,
                    have=have or ("there" if key in there.extras else ""),
                    want=want or ("there" if key in here.extras else ""),
                )
            )
    for kind, name in sorted(code.extras.keys() ^ snapshot.extras.keys()):
        have, want = ("there", "") if (kind, name) in snapshot.extras else ("", "there")
        if name != UNKNOWN:
            found.append(Difference(kind=kind, table="", name=name, have=have, want=want))
    return sorted(found, key=lambda one: (one.table, one.name, one.kind))


def _has_table(there: Relational, here: Relational, table: str) -> bool:
    return all(one.schema.key(table) in one.schema.tables for one in (there, here))


def _is_told(one: Difference) -> bool:
    if UNKNOWN in one.have or UNKNOWN in one.want or UNKNOWN in one.name:
        return False
    return not (one.kind == "type" and UNREAD_TYPE in {one.have, one.want})
