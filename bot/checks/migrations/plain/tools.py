"""The tools that run folders of SQL files, and what each does with an order that is broken.

Sources: https://documentation.red-gate.com/flyway, https://github.com/golang-migrate/migrate, https://pressly.github.io/goose,
https://github.com/amacneil/dbmate, https://docs.rs/sqlx/latest/sqlx/macro.migrate.html,
https://atlasgo.io/versioned/apply, https://diesel.rs/guides/getting-started,
https://supabase.com/docs/guides/deployment.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import Certainty


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One tool.

    Attributes:
        late: what becomes of a migration whose version is below one that was run already, in words.
        late_certainty: how sure it is that this is a fault; a note where the tool runs it all the same.
        exact: whether any edit of a merged file is refused, not only one of its statements.
        markers: the comments that begin what is run, and what undoes it; empty where the whole file is run.
    """

    name: str
    title: str
    late: str
    late_certainty: Certainty
    exact: bool = False
    markers: tuple[str, str] | None = None


FLYWAY = Tool(
    name="flyway",
    title="Flyway",
    late="Flyway refuses to migrate, unless outOfOrder is set",
    late_certainty=Certainty.LIKELY,
    exact=True,
)
GOLANG_MIGRATE = Tool(
    name="golang-migrate",
    title="golang-migrate",
    late="golang-migrate never runs it where a later one was run",
    late_certainty=Certainty.LIKELY,
)
GOOSE = Tool(
    name="goose",
    title="goose",
    late="goose refuses to go up, unless -allow-missing is given",
    late_certainty=Certainty.LIKELY,
    markers=("+goose up", "+goose down"),
)
DBMATE = Tool(
    name="dbmate",
    title="dbmate",
    late="new databases run it earlier than old ones",
    late_certainty=Certainty.NOTE,
    markers=("migrate:up", "migrate:down"),
)
SQLX = Tool(
    name="sqlx",
    title="sqlx",
    late="new databases run it earlier than old ones",
    late_certainty=Certainty.NOTE,
    exact=True,
)
SUPABASE = Tool(
    name="supabase",
    title="Supabase",
    late="Supabase refuses to push, unless --include-all is given",
    late_certainty=Certainty.LIKELY,
)
ATLAS = Tool(
    name="atlas",
    title="Atlas",
    late="Atlas refuses to apply it where a later one was applied, unless --exec-order is given",
    late_certainty=Certainty.LIKELY,
)
DIESEL = Tool(
    name="diesel",
    title="Diesel",
    late="new databases run it earlier than old ones",
    late_certainty=Certainty.NOTE,
)
NUMBERED = Tool(
    name="numbered",
    title="a tool that is not known",
    late="new databases may run it earlier than old ones",
    late_certainty=Certainty.NOTE,
)
