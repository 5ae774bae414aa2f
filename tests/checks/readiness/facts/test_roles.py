from __future__ import annotations

import pytest

from bot.checks.readiness.facts.roles import Role, role_of
from bot.model import State
from tests.checks.readiness.look import ask_item, look


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile",
        "phpunit.xml.dist",
        "src/main/dist/Dockerfile",
        "server/src/main/dist/bin/start.sh",
        "src/dist/bin/start.sh",
        "service-apps/orders/main.py",
        "src/main/resources/db/changelog/changelog-master.xml",
        "src/app.py",
        "src/next/app.py",
        "_build/app.py",
        "app/health/route.ts",
        "src/main/java/com/example/demo/DemoApplication.java",
        "src/main/java/org/springframework/samples/petclinic/Owner.java",
        "src/latest/contest.py",
        "src/resampled/counterexample.py",
        "src/sampler/main.go",
        "sdk/storage/blob/client.py",
        "frontend/src/pages/sdks/List.tsx",
        "src/latest/tester.rs",
        "src/latest/contestutils.go",
        "charts/app/templates/deployment.yaml",
        "vitest.config.ts",
        "src/features/docs/page/editor.tsx",
        "spec/openapi.yaml",
        "spec/api.json",
        "api/specs/shop-swagger.yaml",
        ".github/workflows/test.yml",
        "requirements.txt",
        "nginx/default.conf.template",
        "app/generators/pdf.py",
        "web/templates/index.html",
    ],
)
def test_what_the_product_is_made_of_is_product(path: str) -> None:
    assert role_of(path) is Role.PRODUCT


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("docker-compose.integration.yml", Role.TEST),
        ("acceptance/login.go", Role.TEST),
        ("internal/acceptance/upstream/server.js", Role.TEST),
        ("compose.e2e.yaml", Role.TEST),
        ("settings.ini.dist", Role.EXAMPLE),
        ("web/src/dist/main.js", Role.GENERATED),
        ("src/dist/generated/start.sh", Role.GENERATED),
        ("one-click-apps/gitea/compose.yaml", Role.TEMPLATE),
        ("service-templates/gitea/compose.yaml", Role.TEMPLATE),
        (".examples/docker-compose/compose.yaml", Role.EXAMPLE),
        ("_demo/deploy.yaml", Role.EXAMPLE),
        ("demo_api/main.go", Role.EXAMPLE),
        ("packages/mall-demo/src/main.ts", Role.EXAMPLE),
        ("charts/store-demo/Chart.yaml", Role.PRODUCT),
        ("charts/demo/Chart.yaml", Role.EXAMPLE),
        ("packages/server/src/demo-project/main.ts", Role.PRODUCT),
        ("demo-data/load.go", Role.PRODUCT),
        (".docs/guide.yaml", Role.DOCS),
        ("unittests/scans/polaris/clean.yaml", Role.TEST),
        ("src/IntegrationTests/app.json", Role.TEST),
        ("web/.next/server.js", Role.GENERATED),
        ("changelog.md", Role.DOCS),
        ("changelog.yml", Role.DOCS),
        ("tests/test_app.py", Role.TEST),
        ("src/dao/testutils.go", Role.TEST),
        ("src/lib/test-helpers.ts", Role.TEST),
        ("src/app.test.ts", Role.TEST),
        ("pkg/server_test.go", Role.TEST),
        ("metrics/benches/baseline.rs", Role.TEST),
        ("quick/src/metastore/tests.rs", Role.TEST),
        ("src/test/java/com/example/AppTest.java", Role.TEST),
        ("src/main/java/com/example/AppTests.java", Role.TEST),
        ("src/Ordering.UnitTests/OrderTest.cs", Role.TEST),
        ("tests/Catalog.FunctionalTests/Program.cs", Role.TEST),
        ("spec/models/user_spec.rb", Role.TEST),
        ("spec/requests/openapi_spec.rb", Role.TEST),
        ("spec/cassettes/github_api.json", Role.TEST),
        ("spec/support/cert/ca.srl", Role.TEST),
        ("spec/cert/key.pem", Role.TEST),
        ("client/.snapshots/TestHandler-case=1.json", Role.GENERATED),
        ("apps/web/e2e/login.ts", Role.TEST),
        ("internal/testdata/deploy.yaml", Role.TEST),
        ("src/Button.stories.tsx", Role.TEST),
        ("README.md", Role.DOCS),
        ("docs/deploy.yaml", Role.DOCS),
        ("apps/docs/src/index.ts", Role.DOCS),
        ("docs/architecture.drawio", Role.DOCS),
        ("examples/app/main.go", Role.EXAMPLE),
        (".env.example", Role.EXAMPLE),
        ("sdks/python/hatch/worker.py", Role.CLIENT),
        ("sdks/python/tests/test_worker.py", Role.TEST),
        ("sdks/python/README.md", Role.DOCS),
        ("sdk/go/grpc/client.go", Role.CLIENT),
        ("packages/sdks/js/index.ts", Role.CLIENT),
        (".examples/compose.yaml", Role.EXAMPLE),
        ("admin-samples/admin-sample-web/src/main/java/a/Security.java", Role.EXAMPLE),
        ("src/Acme.Samples/Program.cs", Role.EXAMPLE),
        ("sample-app/server.js", Role.EXAMPLE),
        ("packages/plugin_example/index.ts", Role.EXAMPLE),
        ("vendor/github.com/x/y.go", Role.VENDORED),
        ("web/node_modules/a/index.js", Role.VENDORED),
        ("src/Web/wwwroot/lib/angular/angular.js", Role.VENDORED),
        ("gateway/src/main/resources/static/js/lib/jquery.js", Role.VENDORED),
        ("public/libs/tinymce/tinymce.js", Role.VENDORED),
        ("src/Web/wwwroot/js/site.js", Role.PRODUCT),
        ("src/lib/public/a.ts", Role.PRODUCT),
        ("app/assets/javascripts/lib/a.js", Role.PRODUCT),
        ("web/package-lock.json", Role.GENERATED),
        ("api/v1/api.pb.go", Role.GENERATED),
        ("{{cookiecutter.slug}}/app.py", Role.TEMPLATE),
        ("packages/create-app/templates/default/server.ts", Role.TEMPLATE),
        ("sdk/generator/typescript/template/package.json", Role.TEMPLATE),
        ("lib/generators/install/templates/initializer.rb", Role.TEMPLATE),
        ("schematics/page/files/src/app.ts", Role.TEMPLATE),
    ],
)
def test_what_only_looks_like_the_product_has_its_own_role(path: str, role: Role) -> None:
    assert role_of(path) is role


@pytest.mark.parametrize(
    ("beside", "role"),
    [("src/server.py", Role.CLIENT), ("README.md", Role.PRODUCT), ("tests/test_client.py", Role.PRODUCT)],
)
def test_libraries_for_users_are_the_product_where_no_service_is_beside_them(beside: str, role: Role) -> None:
    files = look({"sdks/python/shop/client.py": "", beside: ""}).files

    assert files.role("sdks/python/shop/client.py") is role


@pytest.mark.parametrize(
    ("beside", "role"),
    [
        ({}, Role.CLIENT),
        ({"java/src/Main.java": ""}, Role.CLIENT),
        ({"go/Dockerfile": ""}, Role.PRODUCT),
        ({"go/main.go": ""}, Role.PRODUCT),
        ({"go/cmd/api/main.go": ""}, Role.PRODUCT),
        ({"go/examples/ask/main.go": ""}, Role.CLIENT),
        ({"node/Procfile": ""}, Role.PRODUCT),
        ({"node/serverless.yml": ""}, Role.PRODUCT),
    ],
)
def test_a_program_that_something_starts_is_no_library_for_its_language(beside: dict[str, str], role: Role) -> None:
    libraries = {"python/shop.py": "", "go/shop.go": "", "node/shop.js": "", "java/Shop.java": ""}
    files = look({**libraries, "server/app.py": "", **beside}).files

    assert files.role("python/shop.py") is role


def test_a_tree_of_libraries_has_code_to_test() -> None:
    assert ask_item("testing.unit-tests", {"sdk/python/client.py": "def ask():\n    return 1\n"}).state is State.FAIL
