"""What calls are known by their names: those that change no schema, those that run SQL, and those that ask."""

from __future__ import annotations

import re

HARMLESS = frozenset({
    "adapter_name", "announce", "attr_accessor", "attr_reader", "begin_db_transaction", "binding", "byebug",
    "clear_cache!", "columns", "commit_db_transaction", "create_schema", "current_database",
    "disable_ddl_transaction!", "disable_lock_timeout!", "disable_statement_timeout",
    "enable_lock_retries!", "enqueue_job", "extend", "foreign_keys", "gem", "include", "indexes", "lambda", "logger",
    "p", "pp", "primary_key", "print", "private", "proc", "protected", "public", "puts", "require",
    "require_relative", "reset_column_information", "reset_pk_sequence!", "say", "say_with_time", "schema_cache",
    "set_lock_timeout", "set_pk_sequence!", "set_statement_timeout", "sleep", "stop", "suppress_messages", "tables",
    "transaction", "up_only", "verbose", "version", "warn",
})  # fmt: skip
"""Without a receiver, or of the connection: they change no table."""
RUNS_SQL = frozenset({"exec_query", "exec_sql", "execute"})
RUNS_ROWS = frozenset({
    "delete", "exec_delete", "exec_insert", "exec_update", "insert", "query", "query_value", "query_values",
    "select_all", "select_one", "select_rows", "select_value", "select_values", "update",
})  # fmt: skip
"""What is meant for rows, and runs any SQL."""
ASKS = frozenset({
    "column_exists?", "table_exists?", "index_exists?", "index_name_exists?", "foreign_key_exists?", "view_exists?",
    "data_source_exists?", "check_constraint_exists?", "extension_enabled?", "reverting?",
})  # fmt: skip
RUNS_CODE = frozenset({
    "class_eval", "eval", "instance_eval", "invoke", "load", "load_schema", "module_eval", "spawn", "system",
})  # fmt: skip
"""Of any receiver: what is run is a text, a file, a task or a program."""
SENDS = frozenset({"__send__", "public_send", "send"})
CONNECTION = re.compile(r"(?:\w|:)*(?:connection|schema_statements)")
OF_ROWS = frozenset({"update_column", "update_columns"})
"""Of a model, not of a migration."""
DEFINES = re.compile(
    r"\b(?:(?:add|remove|rename|change|create|drop|update|replace|enable|disable|validate)_"
    r"(?:\w+_)*(?:columns?|tables?|index|reference|belongs_to|timestamps|foreign_key|enum|null|default|view|constraint|"
    r"extension|concurrently|value)|execute)\b"
)
"""What of the text of a piece of code may change a schema."""
DEFINES_IN_SQL = re.compile(r"\b(?:ALTER|CREATE|DROP|RENAME)\s+(?:TABLE|TYPE|INDEX|UNIQUE)\b", re.IGNORECASE)
