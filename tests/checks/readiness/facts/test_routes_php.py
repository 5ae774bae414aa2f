"""Routes of PHP, framework by framework."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import look

_LARAVEL = """<?php
Route::prefix('x')->middleware('auth')->group(function () {
  Route::get('/a', [A::class, 'x']);
  Route::middleware('b')->post('b', 'B@y');
});
Route::group(['prefix' => 'p'], static function (): void { Route::put('c', 'C'); });
Route::match(['get', 'post'], '/d', f);
"""
_LUMEN = """<?php
$router->get('/a', 'A@x');
$router->group(['prefix' => 'p'], function () use ($router) {
  $router->post('b', 'B@y');
});
"""
_SLIM = """<?php
$app = AppFactory::create();
$app->get('/a', function ($q, $s) { return $s; });
$app->group('/g', function ($group) { $group->post('/b', X::class); });
$app->map(['GET', 'PUT'], '/c', f);
"""
_CODEIGNITER = "<?php\n$routes->get('a', 'A::x');\n$routes->post('b/(:num)', 'B::y/$1');\n"
_CODEIGNITER_3 = "<?php\n$route['default_controller'] = 'home';\n$route['a/(:num)']['post'] = 'a/save';\n"
_CAKE = """<?php
$routes->scope('/api', function (RouteBuilder $builder) {
 $builder->connect('/a', ['controller' => 'A']);
 $builder->resources('Articles');
});
"""
_WORDPRESS = """<?php
register_rest_route('x/v1', '/a/(?P<id>\\d+)', ['methods' => 'GET', 'callback' => 'f']);
register_rest_route( $this->ns, '/b', array( 'methods' => WP_REST_Server::CREATABLE, 'callback' => 'f' ) );
"""
_YAML = (
    "a:\n  path: /a/{id}\n  controller: App\\Controller\\A::x\n  methods: GET\nb:\n  resource: ../src\n  prefix: /b\n"
)
_ACTION = "<?php\nclass A {\n  public function x() {}\n}\n"
_RESOURCE = """<?php
use ApiPlatform\\Metadata\\ApiResource;
#[ApiResource(operations: [new GetCollection(), new Put()])]
class OrderEntry { }
"""
_YII = """<?php
return ['components' => ['urlManager' => ['rules' => [
  'GET,HEAD a/<id:\\d+>' => 'a/view',
]]]];
"""
_YII_ACTIONS = "<?php\nclass OrderController extends \\yii\\web\\Controller {\n  public function actionIndex() {}\n}\n"
_LAMINAS = """<?php
return ['router' => ['routes' => ['a' => ['type' => 'Segment', 'options' => ['route' => '/a[/:id]'],
  'child_routes' => ['b' => ['type' => 'Literal', 'options' => ['route' => '/b']]],
]]]];
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"routes/api.php": _LARAVEL},
            [("GET", "/x/a", 3), ("POST", "/x/b", 4), ("PUT", "/p/c", 6), ("GET", "/d", 7), ("POST", "/d", 7)],
        ),
        ({"routes/web.php": _LUMEN}, [("GET", "/a", 2), ("POST", "/p/b", 4)]),
        (
            {"index.php": _SLIM},
            [("GET", "/a", 3), ("POST", "/g/b", 4), ("GET", "/c", 5), ("PUT", "/c", 5)],
        ),
        ({"app/Config/Routes.php": _CODEIGNITER}, [("GET", "/a", 2), ("POST", "/b/:num", 3)]),
        ({"application/config/routes.php": _CODEIGNITER_3}, [("POST", "/a/:num", 3)]),
        ({"config/routes.php": _CAKE}, [("ANY", "/api/a", 3), ("ANY", "/api/Articles", 4)]),
        ({"index.php": "<?php\n$r->addRoute(['GET', 'PUT'], '/u', 'h');\n"}, [("GET", "/u", 2), ("PUT", "/u", 2)]),
        ({"p.php": _WORDPRESS}, [("GET", "/wp-json/x/v1/a/:id", 2), ("POST", "/wp-json/b", 3)]),
        ({"config/routes.yaml": _YAML, "src/Controller/A.php": _ACTION}, [("GET", "/a/:id", 3)]),
        ({"src/Entity/A.php": _RESOURCE}, [("GET", "/order_entries", 3), ("PUT", "/order_entries/:id", 3)]),
        ({"config/web.php": _YII}, [("GET", "/a/:id", 3), ("HEAD", "/a/:id", 3)]),
        ({"controllers/OrderController.php": _YII_ACTIONS}, [("ANY", "/order", 3)]),
        ({"module.config.php": _LAMINAS}, [("ANY", "/a/:id", 2), ("ANY", "/a/:id/b", 3)]),
    ],
)
def test_a_route_is_found(files: dict[str, str], expected: list[tuple[str, str, int]]) -> None:
    assert [(one.method, one.path, one.line) for one in look(files).routes.all] == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/A.php", "<?php\n$client->get('/a', ['x' => 1]);\n$this->client->post('/b', $body);\n"),
        ("src/A.php", "<?php\n$app->get('config', 1);\n$cache->get('/a', fn () => 1);\n"),
        ("src/A.php", "<?php\n$response = $http->get('/a', $query);\n"),
        ("src/AController.php", "<?php\nclass AController extends Controller {\n  function actionIndex() {}\n}\n"),
        ("config/x.php", "<?php\nreturn ['route' => '/a', 'options' => ['route' => '/b']];\n"),
        ("src/A.php", "<?php\nuse Mine\\ApiResource;\n#[ApiResource]\nclass A { }\n"),
    ],
)
def test_what_is_no_route_is_none(path: str, text: str) -> None:
    assert look({path: text}).routes.all == []
