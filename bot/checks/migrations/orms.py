"""The ORMs that are known: one line each. A package's `__init__` is cheap; it loads its parts when it is asked."""

from __future__ import annotations

from bot.checks.migrations import (
    alembic,
    django,
    drizzle,
    efcore,
    ent,
    jpa,
    knex,
    laravel,
    liquibase,
    mikroorm,
    plain,
    prisma,
    rails,
    sequelize,
    typeorm,
)
from bot.checks.migrations.face import Orm

ORMS: tuple[Orm, ...] = (
    django.ORM,
    alembic.ORM,
    prisma.ORM,
    drizzle.ORM,
    efcore.ORM,
    ent.ORM,
    jpa.ORM,
    liquibase.ORM,
    sequelize.ORM,
    knex.ORM,
    typeorm.ORM,
    mikroorm.ORM,
    rails.ORM,
    laravel.ORM,
    plain.ORM,
)
