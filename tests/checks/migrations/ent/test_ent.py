from __future__ import annotations

import pytest

from bot.checks.migrations.ent import ORM
from bot.checks.migrations.face import Question
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.ent.project import (
    FIRST,
    GENERATED,
    POST,
    USER,
    files,
    judge,
    told,
    with_column,
    with_field,
)

PG = FIRST["postgres"]
NICK = 'field.String("nick").Optional(),'
NICK_COLUMN = '{Name: "nick", Type: field.TypeString, Nullable: true},'
NICK_SQL = 'ALTER TABLE "users" ADD COLUMN "nick" character varying NULL;\n'
MISSING_NICK = "ent-missing-column ent/schema/user.go:24"
BASE = files(PG)


def _whole(builder: str, column: str, sql: str) -> dict[str, str]:
    return files(PG, sql, user=with_field(builder), generated=with_column(column))


def test_a_field_with_its_generated_column_and_its_sql_is_quiet() -> None:
    assert told(judge(BASE, _whole(NICK, NICK_COLUMN, NICK_SQL))) == []


def test_a_field_without_regeneration_is_missing() -> None:
    assert told(judge(BASE, files(PG, user=with_field(NICK)))) == [MISSING_NICK]


def test_a_regeneration_without_sql_is_missing() -> None:
    head = files(PG, user=with_field(NICK), generated=with_column(NICK_COLUMN))

    assert told(judge(BASE, head)) == [MISSING_NICK]


@pytest.mark.parametrize(
    "sql",
    [
        "-- nothing\n",
        'ALTER TABLE "users" ADD COLUMN "nickname" character varying NULL;\n',
        'ALTER TABLE "posts" ADD COLUMN "nick" character varying NULL;\n',
        "UPDATE users SET age = 1;\n",
    ],
)
def test_sql_that_does_something_else_is_missing(sql: str) -> None:
    head = files(PG, sql, user=with_field(NICK), generated=with_column(NICK_COLUMN))

    assert MISSING_NICK in told(judge(BASE, head))


def test_sql_that_makes_it_nullable_differently_is_missing() -> None:
    head = _whole(NICK, NICK_COLUMN, NICK_SQL.replace("NULL", "NOT NULL DEFAULT ''"))

    assert "ent-missing-nullable ent/schema/user.go:24" in told(judge(BASE, head))


@pytest.mark.parametrize(
    ("builder", "column", "sql"),
    [
        (
            'field.Bool("on").Default(true),',
            '{Name: "on", Type: field.TypeBool, Default: true},',
            '"on" boolean NOT NULL DEFAULT true',
        ),
        ('field.Time("at"),', '{Name: "at", Type: field.TypeTime},', '"at" timestamptz NOT NULL'),
        (
            'field.Enum("state").Values("on", "off").Default("on"),',
            '{Name: "state", Type: field.TypeEnum, Enums: []string{"on", "off"}, Default: "on"},',
            "\"state\" character varying NOT NULL DEFAULT 'on'",
        ),
        (
            'field.Float("price").SchemaType(map[string]string{dialect.Postgres: "numeric(10,2)"}),',
            '{Name: "price", Type: field.TypeFloat64, SchemaType: map[string]string{"postgres": "numeric(10,2)"}},',
            '"price" numeric(10,2) NOT NULL',
        ),
        (
            'field.Time("made").Annotations(entsql.DefaultExpr("now()")),',
            '{Name: "made", Type: field.TypeTime, Default: schema.Expr("now()")},',
            '"made" timestamptz NOT NULL DEFAULT (now())',
        ),
        (
            'field.Time("seen").Annotations(&entsql.Annotation{Default: "CURRENT_TIMESTAMP"}),',
            '{Name: "seen", Type: field.TypeTime, Default: "CURRENT_TIMESTAMP"},',
            '"seen" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP',
        ),
        (
            'field.JSON("data", map[string]any{}).StorageKey("blob"),',
            '{Name: "blob", Type: field.TypeJSON},',
            '"blob" jsonb NOT NULL',
        ),
        (
            'field.String("code").DefaultFunc(newCode).MaxLen(9),',
            '{Name: "code", Type: field.TypeString, Size: 9},',
            '"code" character varying NOT NULL',
        ),
    ],
)
def test_each_kind_of_field_is_held_against_its_sql(builder: str, column: str, sql: str) -> None:
    statement = f'ALTER TABLE "users" ADD COLUMN {sql};\n'
    code = with_field(builder) + "\nfunc newCode() string { return random() }\n"

    assert told(judge(BASE, files(PG, statement, user=code, generated=with_column(column)))) == []
    [missing] = told(judge(BASE, files(PG, user=code, generated=with_column(column))))
    assert missing.startswith("ent-missing-column")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("// User is somebody.", "// User is anybody."),
        ('field.Int("age").Default(0),', 'field.Int("age").Default(0).Positive().Comment("years").Immutable(),'),
        ('field.String("email").Unique(),', 'field.String("email").Unique().NotEmpty().Sensitive(),'),
        (
            '\t\tfield.String("email").Unique(),\n\t\tfield.Int("age").Default(0),\n',
            '\t\tfield.Int("age").Default(years),\n\t\tfield.String("email").Unique(),\n',
        ),
        ("// Indexes of", "func (User) Hooks() []ent.Hook { return nil }\n\n// Indexes of"),
        ('field.Int("age").Default(0),', "ageField(),"),
        ('field.String("email").Unique(),', 'field.String("email").\n\t\t\tUnique().\n\t\t\tMaxLen(200),'),
    ],
)
def test_what_changes_no_table_is_quiet(old: str, new: str) -> None:
    more = 'const years = 0\n\nfunc ageField() ent.Field {\n\treturn field.Int("age").Default(years)\n}\n'
    assert old in USER

    assert told(judge(BASE, files(PG, user=f"{USER.replace(old, new)}\n{more}"))) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('field.String("email").Unique(),', 'field.String("email"),', "ent-extra-index"),
        ('field.Int("age").Default(0),', 'field.Int("age").Default(1),', "ent-missing-default"),
        ('field.Int("age").Default(0),', 'field.Int32("age").Default(0),', "ent-missing-type"),
        ('field.Int("age").Default(0),', 'field.Int("age").Default(0).Optional(),', "ent-missing-nullable"),
        ('index.Fields("age"),', 'index.Fields("age").Unique(),', "ent-missing-index"),
        ('index.Fields("age"),', 'index.Fields("age", "email"),', "ent-missing-index"),
        ("Post.Type),", "Post.Type).Annotations(entsql.OnDelete(entsql.Cascade)),", "ent-missing-foreign-key"),
        ("Post.Type),", 'Post.Type).StorageKey(edge.Column("owner_id")),', "ent-missing-column"),
        ("Post.Type),", 'Post.Type),\n\t\tedge.To("liked", Post.Type),', "ent-missing-column"),
        ("Post.Type),", 'Post.Type),\n\t\tedge.To("friends", User.Type),', "ent-missing-table"),
    ],
)
def test_an_edit_without_a_migration_is_missing(old: str, new: str, rule: str) -> None:
    found = told(judge(BASE, files(PG, user=USER.replace(old, new))))

    assert rule in {one.split()[0] for one in found}
    assert not [one for one in found if one.startswith("?")]


def test_a_new_type_is_a_new_table() -> None:
    pet = POST.replace("Post", "Category").replace(', User.Type).Ref("posts")', ', User.Type).Ref("pets")')
    user = USER.replace("Post.Type),", 'Post.Type),\n\t\tedge.To("pets", Category.Type),')
    answer = judge(BASE, files(PG, user=user, **{"ent/schema/category.go": pet}))

    assert told(answer) == ["ent-missing-table ent/schema/category.go:10"]


def test_a_mixin_of_the_repository_brings_its_fields_with_what_it_is_given() -> None:
    mixin = """package mixins

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
)

type Stamp struct {
	mixin.Schema
	Prefix string
	Never  bool
}

func (m Stamp) Fields() []ent.Field {
	fields := []ent.Field{}
	for _, name := range []string{"made", "seen"} {
		fields = append(fields, field.Time(m.Prefix + name))
	}
	if m.Never {
		return nil
	}
	return fields
}
"""
    code = USER.replace('"entgo.io/ent"\n', '"entgo.io/ent"\n\t"example.com/shop/internal/mixins"\n')
    code += '\nfunc (User) Mixin() []ent.Mixin { return []ent.Mixin{mixins.Stamp{Prefix: "row_"}} }\n'
    answer = judge(BASE, files(PG, user=code, **{"internal/mixins/stamp.go": mixin}))

    assert [one.split()[0] for one in told(answer)] == ["ent-missing-column", "ent-missing-column"]


def test_a_mixin_with_a_type_parameter_brings_what_its_type_brings() -> None:
    mixin = """package mixins

import (
	"fmt"
	"slices"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/samber/lo"
)

type All[T ent.Mixin] struct{}

func (a All[T]) Fields() []ent.Field {
	var base T

	return slices.Concat(base.Fields(), lo.Flatten(lo.Map(base.Mixin(), func(one ent.Mixin, _ int) []ent.Field {
		return one.Fields()
	})))
}

type Part struct {
	mixin.Schema
	Name string
}

func (p Part) Fields() []ent.Field {
	return []ent.Field{field.Time(fmt.Sprintf("%s_at", p.Name))}
}

type base struct {
	mixin.Schema
}

func (base) Fields() []ent.Field { return []ent.Field{field.Bool("gone")} }

func (base) Mixin() []ent.Mixin { return []ent.Mixin{Part{Name: "made"}} }

type Made = All[base]
"""
    code = USER.replace('"entgo.io/ent"\n', '"entgo.io/ent"\n\t"example.com/shop/internal/mixins"\n')
    code += "\nfunc (User) Mixin() []ent.Mixin { return []ent.Mixin{mixins.Made{}} }\n"
    answer = judge(BASE, files(PG, user=code, **{"internal/mixins/made.go": mixin}))

    assert [one.message.split(" is ")[0] for one in answer.findings[Question.MISSING]] == [
        "column users.gone",
        "column users.made_at",
    ]


def test_what_a_package_outside_brings_is_not_checked() -> None:
    code = USER.replace('"entgo.io/ent"\n', '"entgo.io/ent"\n\t"example.org/kit"\n')
    code += "\nfunc (User) Mixin() []ent.Mixin { return []ent.Mixin{kit.Audit{}} }\n"
    base = files(PG)

    [unknown] = told(judge(base, files(PG, user=code)))
    assert unknown == "? users: Audit: a mixin of a package that is not in the repository, and the change touches it"
    before = files(PG, user=code)
    assert told(judge(before, {**before, "main.go": "package main\n"})) == []


def test_what_is_not_read_and_was_generated_anew_is_held_against_its_sql() -> None:
    code = with_field('kit.Field("nick"),')

    assert told(judge(BASE, files(PG, NICK_SQL, user=code, generated=with_column(NICK_COLUMN)))) == []
    [missing] = told(judge(BASE, files(PG, user=code, generated=with_column(NICK_COLUMN))))
    assert missing.startswith("ent-missing-column")


def test_what_differed_before_is_no_fault_of_the_change() -> None:
    base = files(PG, user=with_field(NICK))
    head = {**base, "ent/schema/post.go": POST.replace("// Post is", "// A post is")}

    assert told(judge(base, head)) == []


def test_code_that_comes_after_its_migration_is_quiet() -> None:
    base = files(PG, NICK_SQL)

    assert told(judge(base, files(PG, NICK_SQL, user=with_field(NICK), generated=with_column(NICK_COLUMN)))) == []


def test_tables_that_only_the_sql_knows_are_left_alone() -> None:
    sql = 'CREATE TABLE "jobs" ("id" bigint NOT NULL);\nCREATE INDEX "extra" ON "users" ("email");\n'

    assert told(judge(BASE, files(PG, sql))) == []


def test_a_statement_that_is_not_understood_leaves_it_open() -> None:
    sql = "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN nick varchar', 'users'); END $$;\n"
    [unknown] = told(judge(BASE, files(PG, sql, user=with_field(NICK), generated=with_column(NICK_COLUMN))))

    assert unknown.startswith("? column users.nick is new")


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("mysql", "ALTER TABLE `users` ADD COLUMN `nick` varchar(255) NULL;\n"),
        ("sqlite", "ALTER TABLE `users` ADD COLUMN `nick` text NULL;\n"),
    ],
)
def test_other_dialects_are_told_by_their_sql(dialect: str, sql: str) -> None:
    base = files(FIRST[dialect])
    generated = with_column(NICK_COLUMN)

    assert told(judge(base, files(FIRST[dialect], sql, user=with_field(NICK), generated=generated))) == []
    assert told(judge(base, files(FIRST[dialect], user=with_field(NICK), generated=generated))) == [MISSING_NICK]


def test_checks_must_be_named_by_the_sql() -> None:
    code = USER.replace(
        "// Indexes of",
        "func (User) Annotations() []schema.Annotation {\n\treturn []schema.Annotation{"
        'entsql.Checks(map[string]string{"grown": "age > 17"})}\n}\n\n// Indexes of',
    )
    sql = 'ALTER TABLE "users" ADD CONSTRAINT "grown" CHECK (age > 17);\n'

    assert told(judge(BASE, files(PG, user=code))) == ["ent-missing-check ent/schema/user.go:15"]
    assert told(judge(BASE, files(PG, sql, user=code))) == []


def _without_generated(files: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in files.items() if path != "ent/migrate/schema.go"}


def test_code_that_is_kept_without_what_ent_generates_is_held_against_its_sql() -> None:
    base = _without_generated(BASE)

    assert told(judge(base, _without_generated(files(PG, user=with_field(NICK))))) == [MISSING_NICK]
    assert told(judge(base, _without_generated(files(PG, NICK_SQL, user=with_field(NICK))))) == []
    assert told(judge(base, {**base, "main.go": "package main\n"})) == []
    [unknown] = told(judge(base, _without_generated(files(PG, user=with_field('kit.Field("nick"),')))))
    assert unknown.startswith("? users: a call of Field")


def test_types_in_a_folder_that_is_not_known_are_not_checked() -> None:
    base = {path.replace("ent/schema/", "model/"): text for path, text in BASE.items()}
    base["ent/migrate/schema.go"] = GENERATED
    head = {**base, "model/user.go": with_field(NICK)}

    [unknown] = told(judge(base, head))
    assert unknown.startswith("? a type of ent's")


def test_a_schema_that_is_made_at_run_time_has_no_migrations() -> None:
    answer = judge(files(), files(user=with_field(NICK)))

    assert told(answer) == []
    assert answer.absent_reason == (
        "ent/migrate/schema.go: no folder of SQL migrations; ent makes the schema as it starts"
    )


@pytest.mark.parametrize("broken", ["package schema\nfunc (", "package schema\n" + "[" * 5000])
def test_code_that_cannot_be_parsed_is_not_checked(broken: str) -> None:
    found = told(judge(BASE, files(PG, user=broken)))

    assert found
    assert all(one.startswith("? ") for one in found)


def test_generated_tables_that_are_broken_are_not_checked() -> None:
    [unknown] = told(judge(BASE, files(PG, generated=GENERATED.replace("Tables = ", "Tables = ("))))

    assert unknown.startswith("? the generated tables: line")


def test_code_that_goes_round_ends() -> None:
    code = with_field("loop(0),") + "\nfunc loop(n int) ent.Field { return loop(n + 1) }\n"
    [unknown] = told(judge(BASE, files(PG, user=code)))

    assert unknown.startswith("? users: code that goes too deep")


def test_other_go_is_not_ents() -> None:
    assert ORM.is_present(make_change({}, {"db/migrate/schema.go": "package migrate\n"})) is None
    assert ORM.is_present(make_change({}, BASE)) is not None
