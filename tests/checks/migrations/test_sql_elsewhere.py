"""Where names without a schema lead after `SET search_path`, and what leads them back."""

from __future__ import annotations

import pytest

from bot.checks.migrations.sql.apply import apply
from bot.checks.migrations.sql.elsewhere import find_paths
from bot.checks.migrations.sql.schema import Schema

_DROP = "ALTER TABLE a DROP COLUMN b;"


def _columns(sql: str) -> tuple[list[str], bool]:
    """The columns of a table after the SQL, and whether all of it was understood."""
    schema = Schema(dialect="postgres")
    opaque = [*apply(schema, "CREATE TABLE a (b int, c int);"), *apply(schema, sql)]
    return sorted(schema.tables["a"].columns), not opaque


@pytest.mark.parametrize("between", ["RESET statement_timeout;", "DISCARD TEMP;", "RESET role;"])
def test_what_resets_another_setting_leaves_names_where_they_lead(between: str) -> None:
    assert _columns(f"SET search_path TO old; {between} {_DROP}") == (["b", "c"], False)


@pytest.mark.parametrize("between", ["RESET search_path;", "RESET ALL;", "DISCARD ALL;"])
def test_what_resets_the_path_leads_names_back(between: str) -> None:
    assert _columns(f"SET search_path TO old; {between} {_DROP}")[0] == ["c"]


def test_a_path_on_the_next_line_is_seen() -> None:
    assert list(find_paths("SET search_path TO\n  old, public;\n")) == [(1, "old")]
