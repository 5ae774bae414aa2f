"""Names of tables and columns, as the strategies of Hibernate and Spring make them.

Sources: Hibernate's `CamelCaseToUnderscoresNamingStrategy` and `PhysicalNamingStrategyStandardImpl`; Spring Boot's
documentation, "Data Access", naming strategies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Physical(StrEnum):
    """What becomes of a logical name."""

    SNAKE = "camel case to underscores"
    AS_WRITTEN = "as it is written"
    EITHER = "one of both"


@lru_cache(maxsize=20_000)
def snake(name: str, *, digits: bool = False) -> str:
    """`orderLine` to `order_line`; newer releases of Hibernate also part what follows a digit."""
    out: list[str] = []
    for at, letter in enumerate(name.replace(".", "_")):
        before = name[at - 1] if at else ""
        after = name[at + 1] if at + 1 < len(name) else ""
        lower_before = before.islower() or (digits and before.isdigit())
        lower_after = after.islower() or (digits and after.isdigit())
        out.append(f"_{letter}" if letter.isupper() and lower_before and lower_after else letter)
    return "".join(out).lower()


@dataclass(frozen=True)
class Naming:
    """The strategies of a project.

    Attributes:
        spring: whether join tables without a name are called as Spring calls them.
    """

    physical: Physical
    spring: bool

    def names(self, logical: str) -> tuple[str, ...]:
        """What a column may be called in the database: the likeliest first, all in lower case."""
        bare = logical.strip('`"[]').lower()
        unquoted = logical.strip('`"[]')
        found = [snake(unquoted), snake(unquoted, digits=True)] if self.physical is not Physical.AS_WRITTEN else []
        if self.physical is not Physical.SNAKE or unquoted != logical:
            found.append(bare)
        return tuple(dict.fromkeys(found))

    def join_tables(self, owner_table: str, attribute: str, target_table: str) -> tuple[str, ...]:
        """What a join table without a name may be called."""
        by_attribute = f"{owner_table}_{attribute}"
        by_target = f"{owner_table}_{target_table}"
        order = (by_attribute, by_target) if self.spring else (by_target, by_attribute)
        # Both are known to be used: Spring's strategy can be taken out, and Hibernate's put in.
        return tuple(dict.fromkeys(name for one in order for name in self.names(one)))


@lru_cache(maxsize=20_000)
def _names(physical: Physical, logical: str) -> tuple[str, ...]:
    unquoted = logical.strip('`"[]')
    found = [snake(unquoted), snake(unquoted, digits=True)] if physical is not Physical.AS_WRITTEN else []
    if physical is not Physical.SNAKE or unquoted != logical:
        found.append(unquoted.lower())
    return tuple(dict.fromkeys(found))
