from __future__ import annotations

import pytest

from bot.checks.migrations.face import Answer
from tests.checks.migrations.rails.project import FIRST, judge, migration, told

USERS = """CREATE TABLE public.users (
    id bigint NOT NULL,
    name character varying{}
);


CREATE SEQUENCE public.users_id_seq START WITH 1;


ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);


CREATE FUNCTION public.f() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN

  RETURN 1;
END;
$$;


ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
{}

SET search_path TO "$user", public;

INSERT INTO "schema_migrations" (version) VALUES
{};
"""
SECOND = FIRST.replace("20240101000000_create", "20240202000000_change")
KEYED = """

CREATE INDEX index_users_on_user_id ON public.users USING btree (user_id);


ALTER TABLE ONLY public.users
    ADD CONSTRAINT fk_rails_1 FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
"""
CASES = [
    ("add_column :users, :age, :integer, null: false", ",\n    age integer NOT NULL", ""),
    ("add_column :users, :at, :datetime", ",\n    at timestamp(6) without time zone", ""),
    ("add_column :users, :price, :decimal, precision: 8, scale: 2", ",\n    price numeric(8,2)", ""),
    ("add_column :users, :tags, :string, array: true, default: []", ",\n    tags character varying[] DEFAULT '{}'", ""),
    (
        "add_reference :users, :user, foreign_key: { on_delete: :cascade }",
        ",\n    user_id bigint",
        KEYED,
    ),
    (
        "create_table(:cats) { |t| t.uuid :key, null: false }",
        "",
        "\n\nCREATE TABLE public.cats (\n    id bigint NOT NULL,\n    key uuid NOT NULL\n);\n",
    ),
]


def dump(columns: str = "", more: str = "", *versions: str) -> str:
    return USERS.format(columns, more, ",\n".join(f"('{one}')" for one in ("20240101000000", *versions)))


def files(written: str, **more: str) -> dict[str, str]:
    first = migration("create_table(:users) { |t| t.string :name }", "CreateUsers")
    return {"db/structure.sql": written, FIRST: first, **more}


def change(body: str, written: str) -> Answer:
    return judge(files(dump()), files(written, **{SECOND: migration(body, "ChangeUsers")}))


@pytest.mark.parametrize(("body", "columns", "more"), CASES)
def test_a_dump_that_follows_its_migration_is_quiet(body: str, columns: str, more: str) -> None:
    assert told(change(body, dump(columns, more, "20240202000000"))) == []


@pytest.mark.parametrize(("body", "columns", "more"), CASES)
def test_a_dump_that_does_not_follow_is_found(body: str, columns: str, more: str) -> None:
    del columns, more
    found = told(change(body, dump()))

    assert found[0].startswith("rails-schema-lacks")
    assert "rails-schema-version 1" in found


@pytest.mark.parametrize(("body", "columns", "more"), CASES)
def test_a_dump_that_changes_without_a_migration_is_found(body: str, columns: str, more: str) -> None:
    del body
    found = told(judge(files(dump()), files(dump(columns, more))))

    assert found
    assert all(one.startswith("rails-missing-") for one in found)


def test_a_version_that_the_dump_does_not_list_is_found() -> None:
    assert told(change("User.update_all(name: 'x')", dump())) == ["rails-schema-version 1"]
    assert told(judge(files(dump()), files(dump("", "", "20240202000000")))) == ["rails-schema-version 1"]


def test_functions_and_layout_of_a_dump_are_quiet() -> None:
    head = dump().replace("RETURN 1", "RETURN 2").replace("\n\n\n", "\n\n\n\n")

    assert told(judge(files(dump()), files(head))) == []


def test_what_cannot_be_read_is_no_pass() -> None:
    [one] = told(change("do_something_to :users", dump(",\n    age integer", "", "20240202000000")))

    assert one.startswith("? ")
