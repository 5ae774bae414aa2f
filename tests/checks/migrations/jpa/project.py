"""Small projects with JPA, as files in memory."""

from __future__ import annotations

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.jpa import ORM
from tests.checks.migrations.django.memory import make_change

MODELS = "app/src/main/java/org/shop/model"
FLYWAY = "app/src/main/resources/db/migration"
CHANGELOG = "app/src/main/resources/db/changelog"
BOOT = {"app/pom.xml": "<project><artifactId>spring-boot-starter-data-jpa</artifactId></project>"}
HEAD = """\
package org.shop.model;

import jakarta.persistence.*;
import jakarta.validation.constraints.*;
import java.math.BigDecimal;
import java.time.*;
import java.util.*;
import org.hibernate.annotations.*;

"""
ORDER_SQL = """\
CREATE TABLE shop_order (
  id bigint NOT NULL PRIMARY KEY,
  customer_name varchar(50) NOT NULL,
  total numeric(12, 2),
  status varchar(20),
  created_at timestamp,
  amount integer NOT NULL
);
"""
ORDER_FIELDS = """\
    @Id @GeneratedValue private Long id;

    @Column(nullable = false, length = 50)
    private String customerName;

    private BigDecimal total;

    @Enumerated(EnumType.STRING) @Column(length = 20)
    private Status status;

    private LocalDateTime createdAt;

    private int amount;
"""
STATUS = "public enum Status { OPEN, PAID }\n"


def entity(body: str = ORDER_FIELDS, *, name: str = "Order", mark: str = '@Entity @Table(name = "shop_order")') -> str:
    """An entity's file."""
    return f"{HEAD}{mark}\npublic class {name} {{\n{body}}}\n"


def project(**files: str) -> dict[str, str]:
    """The project: an order, its enumeration, and the migration that makes its table; more files by their names."""
    made = {
        **BOOT,
        f"{MODELS}/Order.java": entity(),
        f"{MODELS}/Status.java": f"package org.shop.model;\n{STATUS}",
        f"{FLYWAY}/V1__order.sql": ORDER_SQL,
    }
    made.update({f"{MODELS}/{name}.java": text for name, text in files.items()})
    return made


def ask(base: dict[str, str], head: dict[str, str]) -> Answer:
    """What is answered."""
    return ORM.judge(make_change(base, head), ())


def failing(answer: Answer) -> list[str]:
    """What is said to be missing."""
    return [one.message for one in answer.findings.get(Question.MISSING, ()) if one.fails]


def notes(answer: Answer) -> list[str]:
    """What is said as advice."""
    return [one.message for one in answer.findings.get(Question.MISSING, ()) if not one.fails]


def unread(answer: Answer) -> list[str]:
    """What could not be told."""
    return [one.reason for one in answer.unknowns.get(Question.MISSING, ())]
