"""What Laravel is told by its settings, and by what its image starts with."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item, places

_APP = {
    "composer.json": '{\n"require": {"laravel/framework": "^11",\n"predis/predis": "^2"}}',
    "routes/web.php": "<?php\nRoute::get('/a', [A::class, 'b']);\n",
    "app/Models/A.php": "<?php\nclass A extends Model {\n}\n",
    "database/migrations/2024_01_01_000000_a.php": "<?php\nSchema::create('a', fn () => 1);\n",
    "database/seeders/DatabaseSeeder.php": "<?php\nclass DatabaseSeeder extends Seeder {\n}\n",
}
_CACHE = "<?php\nreturn [\n  'default' => {},\n  'stores' => ['redis' => [\n    'driver' => 'redis',\n  ]],\n];\n"
_RUN = "services:\n  app:\n    image: shop\n    environment:\n      {}\n"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"config/cache.php": _CACHE.format("env('CACHE_STORE', 'redis')")}, State.PASS),
        ({"config/cache.php": _CACHE.format("env('CACHE_STORE', env('CACHE_DRIVER', 'redis'))")}, State.PASS),
        ({"config/cache.php": _CACHE.format("env('CACHE_STORE', 'database')")}, State.FAIL),
        # A queue is a broker.
        ({"config/queue.php": _CACHE.format("env('QUEUE_CONNECTION', 'redis')")}, State.FAIL),
        (
            {
                "config/cache.php": _CACHE.format("env('CACHE_STORE', 'file')"),
                "compose.yml": _RUN.format("CACHE_STORE: redis"),
            },
            State.PASS,
        ),
        (
            {
                "config/cache.php": _CACHE.format("env('CACHE_STORE', 'file')"),
                "compose.yml": _RUN.format("QUEUE_CONNECTION: redis"),
            },
            State.FAIL,
        ),
    ],
)
def test_the_cache_is_kept_where_settings_say(files: dict[str, str], state: State) -> None:
    assert ask_item("cache.redis", {**_APP, **files}).state is state


_START = "#!/bin/sh\nphp artisan migrate --seed --force\nexec php-fpm\n"


@pytest.mark.parametrize("item", ["deploy.migrations-applied", "deploy.database-seeded"])
def test_what_an_image_starts_with_counts_in_a_hidden_folder(item: str) -> None:
    path = ".github/docker/entrypoint.sh"
    image = f'FROM php\nCOPY . ./\nENTRYPOINT ["/bin/sh", "{path}"]\n'

    started = ask_item(item, {**_APP, path: _START, "Dockerfile": image})
    beside = ask_item(item, {**_APP, path: _START, "Dockerfile": 'FROM php\nCOPY . ./\nCMD ["php-fpm"]\n'})

    assert (started.state, places(started)) == (State.PASS, [f"{path}:2"])
    assert beside.state is not State.PASS


_SCRAMBLE = {
    "composer.json": '{"require": {\n"laravel/framework": "^11",\n"dedoc/scramble": "^0.12"}}\n',
    "routes/api.php": "<?php\nRoute::get('/items', [ItemController::class, 'index']);\n",
}
_ACCESS = (
    "<?php\nuse Dedoc\\Scramble\\Http\\Middleware\\RestrictedDocsAccess;\n"
    "return [\n  'middleware' => [\n    'web',\n    {}RestrictedDocsAccess::class,\n  ],\n];\n"
)
_GATE = (
    "<?php\nclass AppServiceProvider {{\n  public function boot() {{\n"
    "    {}Gate::define('viewApiDocs', fn () => 1);\n  }}\n}}\n"
)


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({}, State.FAIL),
        ({"config/scramble.php": _ACCESS.format("")}, State.FAIL),
        ({"config/scramble.php": _ACCESS.format("// ")}, State.PASS),
        ({"app/Providers/AppServiceProvider.php": _GATE.format("")}, State.PASS),
        ({"app/Providers/AppServiceProvider.php": _GATE.format("// ")}, State.FAIL),
    ],
)
def test_scramble_shows_its_page_where_a_gate_opens_it(files: dict[str, str], state: State) -> None:
    assert ask_item("docs.swagger-ui", {**_SCRAMBLE, **files}).state is state
