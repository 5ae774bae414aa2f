"""Input that nothing checks, text of SQL that a call reads from a request, and saves that hold nothing together."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_GO = """\
package main
import (
\t"database/sql"
\t"fmt"
\t"net/http"
\t"strconv"
\t_ "github.com/lib/pq"
)
func main() {
\tdb, _ := sql.Open("postgres", "x")
\thttp.HandleFunc("/u", func(w http.ResponseWriter, r *http.Request) {
\t\t%s
\t\tdb.Query("select * from u where id = $1", 1)
\t})
\thttp.ListenAndServe(":80", nil)
}
"""
_NEST = {
    "package.json": '{"dependencies": {"@nestjs/core": "10", "@nestjs/common": "10", "class-validator": "0.14"}}',
    "src/app.module.ts": "import { Module } from '@nestjs/common';\nimport { Orders } from './orders.controller';\n"
    "@Module({ controllers: [Orders] })\nexport class AppModule {}\n",
    "src/dto.ts": "import { IsString } from 'class-validator';\nexport class CreateOrderDto { @IsString() name; }\n",
}
_CONTROLLER = """\
import { Body, Controller, Post%s } from '@nestjs/common';
import { CreateOrderDto } from './dto';
@Controller('orders')
export class Orders {
  @Post() create(@Body(%s) body: CreateOrderDto) { return body; }
}
"""
_MAIN = """\
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { checked } from './checked';
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  %s
  await app.listen(3000);
}
bootstrap();
"""
_FLASK = """\
import psycopg2
from flask import Flask, request
app = Flask(__name__)
cur = psycopg2.connect('x').cursor()
@app.get('/u')
def u():
    %s
    cur.execute('select * from v where id = ?', (1,))
"""
_NET = """\
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDbContext<Db>(o => o.UseNpgsql("x"));
var app = builder.Build();
app.MapPost("/orders", async (Order o, Db db) =>
{
%s
    return Results.Ok(o);
});
app.Run();
"""


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("""db.Query(fmt.Sprintf("select * from u where name = '%s'", r.URL.Query().Get("n")))""", State.FAIL),
        ("""db.Query(fmt.Sprintf("select * from u where name = '%s'", r.FormValue("n")))""", State.FAIL),
        ("""db.Query("select * from u where name = '" + r.PathValue("n") + "'")""", State.FAIL),
        ("""db.Query(fmt.Sprintf("select * from u where id = %d", strconv.Atoi(r.FormValue("n"))))""", State.PASS),
        ("""db.Query(fmt.Sprintf("select * from u where x = %s", quoted(r.FormValue("n"))))""", State.PASS),
    ],
)
def test_what_a_call_reads_of_a_request_is_a_value(line: str, state: State) -> None:
    files = {"go.mod": "module x\nrequire github.com/lib/pq v1\n", "main.go": _GO % line}
    assert ask_item("security.sql-injection", files).state is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("""cur.execute("select * from u where name = '%s'" % request.args.get('n'))""", State.FAIL),
        ("""cur.execute(f"select * from u where name = '{request.args.get('n')}'")""", State.FAIL),
        ("""cur.execute(f"select * from u where id = {int(request.args.get('n'))}")""", State.PASS),
    ],
)
def test_flask_s_arguments_are_values(line: str, state: State) -> None:
    files = {"requirements.txt": "flask\npsycopg2\n", "app.py": _FLASK % line}
    assert ask_item("security.sql-injection", files).state is state


@pytest.mark.parametrize(
    ("main", "imported", "piped", "state"),
    [
        ("", "", "", State.FAIL),
        ("app.useGlobalPipes(checked);", "", "", State.PASS),
        ("if (process.env.CHECKED === 'true') app.useGlobalPipes(checked);", "", "", State.FAIL),
        ("", ", ValidationPipe", "new ValidationPipe()", State.PASS),
    ],
)
def test_a_model_of_nest_is_checked_by_a_pipe(main: str, imported: str, piped: str, state: State) -> None:
    files = {"src/main.ts": _MAIN % main, "src/orders.controller.ts": _CONTROLLER % (imported, piped)}
    assert ask_item("security.input-validation", _NEST | files).state is state


@pytest.mark.parametrize(
    ("body", "state"),
    [("order: dict", State.FAIL), ("order: OrderCreate", State.PASS), ("order: dict[str, Any]", State.FAIL)],
)
def test_a_body_of_fastapi_needs_a_model(body: str, state: State) -> None:
    code = f"from fastapi import FastAPI\napp = FastAPI()\n@app.post('/o')\ndef o({body}):\n    return order\n"
    assert ask_item("security.input-validation", {"requirements.txt": "fastapi\n", "main.py": code}).state is state


_ADD, _SAVE = "    db.Orders.Add(o);\n", "    await db.SaveChangesAsync();\n"
_BEGIN = "    using var t = await db.Database.BeginTransactionAsync();\n"


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (f"{_ADD}    db.Lines.AddRange(o.Lines);\n{_SAVE}", State.PASS),
        (f"{_ADD}    db.Lines.Add(o.Line);\n{_SAVE}", State.PASS),
        (f"    order.Cancel();\n{_SAVE}", State.PASS),
        (f"{_ADD}{_SAVE}", State.NOT_APPLICABLE),
        (f"{_ADD}{_SAVE}    db.Lines.Add(x);\n{_SAVE}", State.FAIL),
        (f"{_BEGIN}{_ADD}{_SAVE}    db.Lines.Add(x);\n{_SAVE}", State.PASS),
    ],
)
def test_one_save_holds_together_what_it_saves(body: str, state: State) -> None:
    files = {
        "A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><PackageReference Include="Microsoft.EntityFrameworkCore" />'
        '<PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" /></Project>',
        "Program.cs": _NET % body,
        "Db.cs": "public class Db : DbContext { public DbSet<Order> Orders => Set<Order>(); }\n",
    }
    assert ask_item("database.transactions", files).state is state


_SYMFONY = """<?php
namespace App\\%s;
use Doctrine\\ORM\\EntityManagerInterface;
use Symfony\\Component\\Routing\\Attribute\\Route;
class Orders
{
    #[Route('/orders', methods: ['POST'])]
    public function add(EntityManagerInterface $em): Response
    {
        %s
    }
}
"""


@pytest.mark.parametrize(
    ("folder", "body", "state"),
    [
        ("Controller", "$em->persist($order); $em->persist($line); $em->flush();", State.PASS),
        ("Controller", "foreach ($lines as $one) { $em->remove($one); } $em->flush();", State.PASS),
        ("Controller", "$em->persist($order); $em->flush();", State.FAIL),
        ("Controller", "$em->persist($order); $em->flush(); $em->persist($line); $em->flush();", State.FAIL),
        ("Controller", "$cache->persist($order); $cache->persist($line); $cache->flush();", State.FAIL),
        ("DataFixtures", "$em->persist($order); $em->persist($line); $em->flush();", State.FAIL),
    ],
)
def test_one_flush_of_doctrine_holds_together_what_it_writes(folder: str, body: str, state: State) -> None:
    needed = '{"require": {"symfony/framework-bundle": "^7", "doctrine/orm": "^3"}}'
    files = {"composer.json": needed, f"src/{folder}/Orders.php": _SYMFONY % (folder, body)}
    assert ask_item("database.transactions", files).state is state
