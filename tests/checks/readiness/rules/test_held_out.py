"""Kinds of faults that repositories showed which nobody had looked at: other names, and what is off."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_DOCKERFILE = 'FROM golang\nRUN go build -o /app .\nHEALTHCHECK CMD curl -f localhost:8080/ping\nCMD ["/app"]\n'


def _go(module: str, line: str) -> Mapping[str, str]:
    imports = f'import (\n\t"net/http"\n\n\t"github.com/go-chi/chi/v5"\n\tx "{module}"\n)\n'
    main = f'func main() {{\n\tr := chi.NewRouter()\n\tr.Get("/orders", list)\n\t{line}\n'
    main += '\thttp.ListenAndServe(":8080", r)\n}\n'
    return {
        "go.mod": f"module m\n\nrequire github.com/go-chi/chi/v5 v5.0.0\nrequire {module} v1.0.0\n",
        "Dockerfile": _DOCKERFILE,
        "main.go": f"package main\n\n{imports}\n{main}",
    }


def _net(before: str) -> Mapping[str, str]:
    program = f'var builder = WebApplication.CreateBuilder(args);\n{before}\napp.MapGet("/x", f);\napp.Run();\n'
    return {"A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>', "Program.cs": program}


def _spring(settings: str) -> Mapping[str, str]:
    bridge = "<dependency><groupId>io.micrometer</groupId>"
    bridge += "<artifactId>micrometer-tracing-bridge-otel</artifactId></dependency>"
    return {
        "pom.xml": f"<project><dependencies>{bridge}</dependencies></project>",
        "A.java": '@RestController class A { @GetMapping("/x") String x() { return ""; } }\n',
        "src/main/resources/application.properties": settings,
    }


def _alchemy(column: str) -> Mapping[str, str]:
    return {
        "requirements.txt": "fastapi\nsqlalchemy\nasyncpg\n",
        "main.py": "from fastapi import FastAPI\nfrom models import U\napp = FastAPI()\n"
        "@app.get('/x')\ndef x():\n    return U\n",
        "models.py": "from sqlalchemy import Column, String, UniqueConstraint\n"
        "from sqlalchemy.orm import DeclarativeBase\n"
        f"class Base(DeclarativeBase):\n    pass\nclass U(Base):\n    __tablename__ = 'u'\n{column}\n",
    }


_BOLT, _REST, _AUTH = "go.etcd.io/bbolt", "github.com/go-pkgz/rest", "github.com/go-pkgz/auth"
_IN_PLACE = 'app.UseCors(p => p.WithOrigins("https://a.example"));'
_POLICY = 'builder.Services.AddCors(o => o.AddPolicy("a", p => p.WithOrigins("https://a.example")));\n'


@pytest.mark.parametrize(
    ("item", "files", "expected"),
    [
        ("database.transactions", _go(_BOLT, "db.Update(func(tx *x.Tx) error { return put(tx) })"), State.PASS),
        ("database.transactions", _go(_BOLT, "db.View(func(tx *x.Tx) error { return get(tx) })"), State.FAIL),
        ("database.connection-pooling", _go(_BOLT, "x.Open(path, 0600, nil)"), State.NOT_APPLICABLE),
        ("infrastructure.health-endpoints", _go(_REST, "r.Use(x.AppInfo(a, b, c), x.Ping)"), State.PASS),
        ("infrastructure.health-endpoints", _go(_REST, "r.Use(x.AppInfo(a, b, c))"), State.FAIL),
        ("security.jwt-jwks", _go(_AUTH, "x.NewService(x.Opts{SecretReader: reader})"), State.FAIL),
        ("security.cors", _net('var app = builder.Build();\napp.UseCors("a");'), State.FAIL),
        ("security.cors", _net(f'{_POLICY}var app = builder.Build();\napp.UseCors("a");'), State.PASS),
        (
            "security.cors",
            _net(f"var app = builder.Build();\n{_IN_PLACE}"),
            State.PASS,
        ),
        ("api.request-id", _spring(""), State.PASS),
        ("api.request-id", _spring("management.tracing.enabled=false\n"), State.FAIL),
        ("performance.db-indexes", _alchemy("    email = Column(String, unique=True)"), State.PASS),
        ("performance.db-indexes", _alchemy("    __table_args__ = (UniqueConstraint('email'),)"), State.PASS),
        ("performance.db-indexes", _alchemy("    email = Column(String, unique=False)"), State.FAIL),
    ],
)
def test_kinds_that_were_missed(item: str, files: Mapping[str, str], expected: State) -> None:
    assert ask_item(item, files).state is expected


_PLATFORM = {
    "composer.json": '{"require": {"symfony/framework-bundle": "7", "api-platform/core": "4", "doctrine/orm": "3"}}',
    "src/Entity/Book.php": "<?php\nnamespace App\\Entity;\nuse ApiPlatform\\Metadata\\ApiResource;\n"
    "use Doctrine\\ORM\\Mapping as ORM;\n#[ApiResource]\n#[ORM\\Entity]\nclass Book { public string $title; }\n",
    "src/Controller/A.php": "<?php\nclass A { #[Route('/x')] public function x() {} }\n",
    "migrations/Version1.php": "<?php\nclass Version1 extends AbstractMigration {\n"
    "  public function up(Schema $s): void {\n"
    "    $this->addSql('CREATE INDEX a ON book (title)');\n  }\n}\n",
}


@pytest.mark.parametrize(
    ("item", "gone"),
    [
        ("api.openapi", "#[ApiResource]\n"),
        ("api.error-handling", "#[ApiResource]\n"),
        ("performance.db-indexes", "CREATE INDEX"),
    ],
)
def test_what_api_platform_does_by_itself(item: str, gone: str) -> None:
    without = {path: text.replace(gone, "") for path, text in _PLATFORM.items()}

    assert ask_item(item, _PLATFORM).state is State.PASS
    assert ask_item(item, without).state is State.FAIL
