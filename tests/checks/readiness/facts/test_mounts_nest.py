"""A controller of NestJS answers where a module lists it."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_FILES = {
    "package.json": '{"name": "shop", "dependencies": {"@nestjs/core": "^11", "prom-client": "^15"}}',
    "src/main.ts": "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\n"
    "async function start() {\n  const app = await NestFactory.create(AppModule);\n  await app.listen(3000);\n}\n"
    "void start();\n",
    "src/orders.controller.ts": "import { Controller, Get } from '@nestjs/common';\n@Controller('orders')\n"
    "export class OrdersController {\n  @Get()\n  list() { return []; }\n}\n",
    "src/metrics.controller.ts": "import { Controller, Get } from '@nestjs/common';\n"
    "import { Registry } from 'prom-client';\n@Controller('metrics')\nexport class MetricsController {\n"
    "  constructor(private readonly registry: Registry) {}\n"
    "  @Get()\n  async all() { return this.registry.metrics(); }\n}\n",
}


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("[OrdersController, MetricsController]", State.PASS),
        ("[...controllers]", State.PASS),
        ("[OrdersController]", State.FAIL),
    ],
)
def test_metrics_are_served_by_a_controller_that_is_listed(listed: str, expected: State) -> None:
    module = (
        "import { Module } from '@nestjs/common';\nimport { MetricsController } from './metrics.controller';\n"
        "import { OrdersController } from './orders.controller';\n"
        f"@Module({{ controllers: {listed} }})\nexport class AppModule {{}}\n"
    )

    assert ask_item("monitoring.metrics-endpoint", {**_FILES, "src/app.module.ts": module}).state is expected
