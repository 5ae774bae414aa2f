"""SQL that is not understood, about a table whose name is to be filled in: what may take it away, and what may not."""

from __future__ import annotations

TAKES_AWAY = [
    "DO $$ BEGIN EXECUTE 'ALTER TABLE \"%s\" DROP COLUMN name'; END $$",
    'DO $$ BEGIN IF true THEN ALTER TABLE "%s" DROP COLUMN name; END IF; END $$',
    'ALTER TABLE "%s" SET SCHEMA old',
    'BEGIN; DROP TABLE "%s"; ROLLBACK',
    'CREATE FUNCTION f() RETURNS void AS $$ BEGIN DROP TABLE "%s"; END $$ LANGUAGE plpgsql; SELECT f()',
    "CALL drop_it()",
]
TAKES_NOTHING = [
    'DO $$ BEGIN IF true THEN UPDATE "%s" SET name = 1; END IF; END $$',
    "DO $$ BEGIN IF true THEN ALTER TABLE other DROP COLUMN name; END IF; END $$",
    "DO $$ BEGIN CREATE TYPE kind AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$",
    'CREATE POLICY own ON "%s" USING (name = current_user)',
    "SELECT setval('user_id_seq', 1)",
]
# What a merged migration makes, and what a new one then runs.
TAKES_LATER = (
    'CREATE FUNCTION take() RETURNS void AS $$ BEGIN ALTER TABLE "%s" DROP COLUMN name; END $$ LANGUAGE plpgsql'
)
KEEPS_LATER = (
    'CREATE FUNCTION take() RETURNS int AS $$ BEGIN RETURN (SELECT count(*) FROM "%s"); END $$ LANGUAGE plpgsql'
)
