"""Made-up entities, and changes of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

IMPORTS = "import java.math.*; import java.util.*; import javax.persistence.*;\n"
# What an attribute may be; `{n}` is its name.
ATTRIBUTES = (
    "private String {n};",
    "@Column(length = 40) private String {n};",
    "@Column(length = 4 * 20, nullable = false) private String {n};",
    "@Column(nullable = false) private String {n};",
    "@Column(nullable = false) private Long {n};",
    '@Column(name = "c_{n}") private Integer {n};',
    '@Column(name = Names.PREFIX + "{n}") private Integer {n};',
    "private int {n};",
    "private long {n};",
    "private boolean {n};",
    "private Boolean {n};",
    "private BigDecimal {n};",
    "private double {n};",
    "private Date {n};",
    "private java.sql.Date {n};",
    "@Temporal(TemporalType.DATE) private Date {n};",
    "@Temporal(TemporalType.TIMESTAMP) @Column(nullable = false) private Date {n};",
    "@Enumerated(EnumType.STRING) private Kind {n};",
    "@Enumerated(EnumType.STRING) @Column(length = 12) private Kind {n};",
    "private Kind {n};",
    "@Lob private String {n};",
    "private byte[] {n};",
    "@Column(unique = true) private String {n};",
    "@Basic(optional = false) private Integer {n};",
    "@Transient private String {n};",
    "private transient String {n};",
    "static String {n};",
    "@ManyToOne private Other {n};",
    "@ManyToOne(optional = false) private Other {n};",
    '@ManyToOne @JoinColumn(name = "fk_{n}", nullable = false) private Other {n};',
    "@OneToOne private Keyed {n};",
    "@ManyToMany private Set<Other> {n};",
    "@OneToMany private Set<Keyed> {n};",
    '@OneToMany @JoinColumn(name = "own_{n}") private Set<Other> {n};',
    ('@ManyToMany @JoinTable(name = "jt_{n}", joinColumns = @JoinColumn(name = "a"), '
    'inverseJoinColumns = @JoinColumn(name = "b")) private List<Keyed> {n};'),
    "@ElementCollection private Set<String> {n};",
    "@ElementCollection @OrderColumn private List<String> {n};",
    "@ElementCollection private Map<String, Integer> {n};",
    '@ElementCollection @CollectionTable(name = "ct_{n}") private Set<Part> {n};',
    ('@Embedded @AttributeOverrides({@AttributeOverride(name = "street", column = @Column(name = "s_{n}")), '
    '@AttributeOverride(name = "town", column = @Column(name = "t_{n}", length = 33))}) private Part {n};'),
)  # fmt: skip
_WORDS = ("alpha", "betaRay", "gamma", "deltaValue", "epsilon", "zeta", "etaCode", "theta", "iotaX", "kappa")
_STRATEGIES = ("SINGLE_TABLE", "JOINED", "TABLE_PER_CLASS")


@dataclass(frozen=True)
class Model:
    """Entities: `own` are the attributes of each class by their names."""

    own: Mapping[str, Mapping[str, str]]
    strategy: str
    table: str
    extra: bool = False
    comment: str = ""

    def files(self) -> dict[str, str]:
        """The texts of the classes, by their names."""
        heads = {
            "Base": "@MappedSuperclass public abstract class Base<K> { @Id private K key;",
            "Main": f"@Entity {self.table} @Inheritance(strategy = InheritanceType.{self.strategy}) "
            "public class Main { @Id @GeneratedValue private Long id;",
            "Child": "@Entity public class Child extends Main {",
            "Other": "@Entity public class Other extends Base<Long> {",
            "Keyed": "@Entity public class Keyed { @Id private String code;",
            "Part": "@Embeddable public class Part { private String street; @Column(length = 30) private String town;",
        }  # fmt: skip
        if self.extra:
            heads["Extra"] = "@Entity public class Extra { @Id private Integer id; private String note;"
        made = {
            "Kind": "public enum Kind { ONE, TWO }",
            "Names": 'public class Names { public static final String PREFIX = "p_"; }',
        }
        for name, head in heads.items():
            attributes = "\n    ".join(text.replace("{n}", key) for key, text in self.own.get(name, {}).items())
            made[name] = f"{IMPORTS}{self.comment}{head}\n    {attributes}\n}}\n"
        return made


def make(chance: random.Random) -> Model:
    """A model."""
    own = {}
    for name, most in (("Main", 5), ("Child", 2), ("Other", 2), ("Keyed", 2), ("Base", 1)):
        words = chance.sample(_WORDS, chance.randint(0, most))
        own[name] = {f"{word}{name}": _attribute(chance, name) for word in words}
    table = chance.choice(["", '@Table(name = "t_main")', '@Table(name = "MainTable")'])
    return Model(own, chance.choice(_STRATEGIES), table)


def _attribute(chance: random.Random, name: str) -> str:
    # A class that many inherit from, or that all tables point at, has plain columns only.
    plain = [one for one in ATTRIBUTES if "To" not in one and "Element" not in one]
    return chance.choice(plain if name in {"Base", "Other", "Keyed"} else list(ATTRIBUTES))


def _on(model: Model, chance: random.Random, change: Callable[[dict[str, str], str], None]) -> Model | None:
    name = chance.choice(list(model.own))
    attributes = dict(model.own[name])
    before = dict(attributes)
    change(attributes, name)
    return (
        replace(model, own={**model.own, name: attributes})
        if list(attributes.items()) != list(before.items())
        else None
    )


def _add(model: Model, chance: random.Random) -> Model | None:
    return _on(model, chance, lambda own, name: own.update({f"new{name}": _attribute(chance, name)}))


def _remove(model: Model, chance: random.Random) -> Model | None:
    def remove(own: dict[str, str], _: str) -> None:
        if own:
            del own[chance.choice(list(own))]

    return _on(model, chance, remove)


def _change(model: Model, chance: random.Random) -> Model | None:
    def change(own: dict[str, str], name: str) -> None:
        if own:
            own[chance.choice(list(own))] = _attribute(chance, name)

    return _on(model, chance, change)


def _rename(model: Model, chance: random.Random) -> Model | None:
    def rename(own: dict[str, str], _: str) -> None:
        if own:
            old = chance.choice(list(own))
            own[f"{old}Again"] = own.pop(old)

    return _on(model, chance, rename)


def _reorder(model: Model, chance: random.Random) -> Model | None:
    def turn(own: dict[str, str], _: str) -> None:
        turned = dict(reversed(own.items()))
        own.clear()
        own.update(turned)

    return _on(model, chance, turn)


def _entity(model: Model, _: random.Random) -> Model | None:
    return replace(model, extra=True)


def _table(model: Model, _: random.Random) -> Model | None:
    return replace(model, table='@Table(name = "moved")')


def _comment(model: Model, _: random.Random) -> Model | None:
    return replace(model, comment="/** @Column what is here */\n")


EDITS: Mapping[str, Callable[[Model, random.Random], Model | None]] = {
    "add": _add,
    "remove": _remove,
    "change": _change,
    "rename": _rename,
    "reorder": _reorder,
    "entity": _entity,
    "table": _table,
    "comment": _comment,
}
