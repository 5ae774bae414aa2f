from __future__ import annotations

import time

import pytest

from bot.checks.readiness.facts.suites import Suite, SuiteFile, Suites
from tests.checks.readiness.look import look


def found(path: str, text: str) -> list[SuiteFile]:
    return list(Suites(look({path: text}).files).of(*Suite))


LARAVEL = "<?php\nclass ATest extends TestCase {\n  public function test_a() { %s; }\n}\n"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("tests/test_a.py", "import a\n\ndef test_it():\n    pass\n", 3),
        ("src/a.test.ts", "import { it } from 'vitest'\nit('works', () => {})\n", 2),
        ("test/a.test.ts", "import tap from 'tap'\ntap.test('works', async (t) => {})\n", 2),
        ("web/__tests__/a.js", "describe('a', () => {\n  test.each([1])('b', () => {})\n})\n", 2),
        ("a_test.go", "package a\n\nfunc TestA(t *testing.T) {}\n", 3),
        ("spec/a_spec.rb", 'describe "a" do\n  it "b" do\n  end\nend\n', 2),
        ("api/src/test/java/com/example/demo/ATest.java", "class ATest {\n  @Test\n  void a() {}\n}\n", 2),
        ("src/test/java/a/ATest.java", "class ATest {\n  @Test\n  void a() {}\n}\n", 2),
        ("tests/A.UnitTests/ATests.cs", "class A {\n    [Fact]\n    void B() {}\n}\n", 2),
        ("tests/ATest.php", "<?php\nclass ATest {\n  public function testA() {}\n}\n", 3),
        ("tests/ATest.php", "<?php\nclass ATest {\n  /** @test */\n  public function a() {}\n}\n", 3),
        (
            "tests/ATest.php",
            "<?php\nclass ATest {\n  /**\n   * It works.\n   * @test\n   */\n  public function a() {}\n}\n",
            3,
        ),
        ("src/lib.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n  #[test]\n  fn a() {}\n}\n", 4),
        ("test/a_test.exs", 'defmodule A do\n  test "a" do\n  end\nend\n', 2),
    ],
)
def test_a_file_that_a_runner_would_collect_is_found_with_its_first_test(path: str, text: str, line: int) -> None:
    assert found(path, text) == [SuiteFile(path, line, Suite.UNIT)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/test_a.py", "# def test_it():\nx = 1\n"),
        ("src/resource/test/controller.spec.template.ts", "it('a', () => {})\n"),
        ("tests/helpers.py", "def test_it():\n    pass\n"),
        ("src/a.py", "def test_it():\n    pass\n"),
        ("tests/test_a.py", "import pytest\npytestmark = pytest.mark.skip('later')\n\ndef test_a(): ...\n"),
        ("src/a.test.ts", "describe.skip('a', () => {\n  it('b', () => {})\n})\n"),
        ("examples/tests/test_a.py", "def test_it():\n    pass\n"),
        ("samples/api/src/test/java/a/ATest.java", "class ATest {\n  @Test\n  void a() {}\n}\n"),
        ("src/test/java/ATest.java", "@Disabled\nclass ATest {\n  @Test\n  void a() {}\n}\n"),
        ("vitest.config.ts", "export default { test: {} }\n"),
    ],
    ids=[
        "comment",
        "template",
        "helper",
        "no test file",
        "skipped",
        "skipped in JS",
        "example",
        "sample",
        "disabled",
        "setting",
    ],
)
def test_what_no_runner_would_run_is_no_test(path: str, text: str) -> None:
    assert found(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "suite"),
    [
        ("e2e/a.spec.ts", "test('a', () => {})\n", Suite.E2E),
        ("tests/a.spec.ts", "import { test } from '@playwright/test'\ntest('a', () => {})\n", Suite.E2E),
        ("cypress/e2e/a.cy.js", "it('a', () => { cy.visit('/') })\n", Suite.E2E),
        ("spec/system/a_spec.rb", 'it "a" do\nend\n', Suite.E2E),
        ("spec/features/a_spec.rb", 'it "a" do\nend\n', Suite.E2E),
        ("ui-tests/a.test.ts", "it('a', () => {})\n", Suite.E2E),
        ("cypress/integration/a.test.ts", "it('a', () => {})\n", Suite.E2E),
        ("js/main-ui-tests.test.js", "it('a', () => {})\n", Suite.UNIT),
        ("tests/cypress/test_rest.py", "def test_a(): ...\n", Suite.UNIT),
        ("crates/a/tests/features/main.rs", "#[test]\nfn a() { assert!(b()) }\n", Suite.UNIT),
        ("test/src/test/groovy/x/test/system/ATest.groovy", "class A {\n  @Test\n  void a() {}\n}\n", Suite.UNIT),
        ("src/test/java/x/system/ATests.java", "class A {\n  @Test\n  void a() {}\n}\n", Suite.UNIT),
        ("tests/test_api.py", "def test_a(client: TestClient): ...\n", Suite.INTEGRATION),
        ("tests/test_b.py", "def test_a(): ...\nwith patch('app.UserDb') as db:\n  app.test_client()\n", Suite.UNIT),
        ("tests/test_c.py", "def test_a(): ...\nwith patch('app.now'):\n  app.test_client()\n", Suite.INTEGRATION),
        ("tests/integration/test_a.py", "def test_a(): ...\n", Suite.INTEGRATION),
        ("tests/it/test_a.py", "def test_a(): ...\n", Suite.INTEGRATION),
        ("src/a.it.test.ts", "it('a', () => { expect(1) })\n", Suite.INTEGRATION),
        ("src/find-it/find-it.component.spec.ts", "it('a', () => { expect(1) })\n", Suite.UNIT),
        ("tests/test_submit_it.py", "def test_a(): ...\n", Suite.UNIT),
        ("tests/test_integration_a.py", "def test_a(): ...\n", Suite.INTEGRATION),
        ("a/b_integration_test.go", "func TestA(t *testing.T) { t.Fail() }\n", Suite.INTEGRATION),
        ("tests/api/cart.rs", "#[tokio::test]\nasync fn a() { cart().await; }\n", Suite.INTEGRATION),
        ("src/lib.rs", "#[tokio::test]\nasync fn a() { let app = spawn_app().await; }\n", Suite.INTEGRATION),
        ("src/api/cart.rs", "#[test]\nfn a() { assert!(sum() == 1) }\n", Suite.UNIT),
        ("db/a_test.go", "func TestA(t *testing.T) { db := newTestDB(t) }\n", Suite.INTEGRATION),
        ("db/a_test.go", "func TestA(t *testing.T) { db, _ := dbtest.New(t) }\n", Suite.INTEGRATION),
        ("db/a_test.go", "func TestA(t *testing.T) { testDBName() }\n", Suite.UNIT),
        ("a_test.go", "func TestA(t *testing.T) { newRouter(db).ServeHTTP(rec, req) }\n", Suite.INTEGRATION),
        ("a_test.go", "func TestA(t *testing.T) { http.HandlerFunc(A).ServeHTTP(rec, req) }\n", Suite.UNIT),
        ("test/ATest.cs", "[Fact]\npublic void A() { host.UseTestServer(); }\n", Suite.INTEGRATION),
        ("src/a.test.ts", "test('a', async () => { app = await setupAppWithAuth(db) })\n", Suite.INTEGRATION),
        ("src/a.test.ts", "test('a', () => { rename({ appName: 'testApp' }) })\n", Suite.UNIT),
        (
            "spec/a.spec.js",
            "it('a', () => request({\n  method: 'POST',\n  url: 'http://localhost:8378/1/x' }))\n",
            Suite.INTEGRATION,
        ),
        ("tests/test_d.py", "def test_a():\n  requests.get('http://localhost:8000/x')\n", Suite.INTEGRATION),
        ("spec/a.spec.js", "it('a', () => { nock(u); fetch('http://localhost:1/x') })\n", Suite.UNIT),
        ("spec/a.spec.js", "it('a', () => { fetch('http://localhost/x') })\n", Suite.UNIT),
        ("spec/b.spec.js", "it('a', async () => { await MongoClient.connect(uri) })\n", Suite.INTEGRATION),
        ("src/integrations/a.test.ts", "it('a', () => { expect(1) })\n", Suite.UNIT),
        ("src/integration-metrics.test.ts", "it('a', () => { expect(1) })\n", Suite.UNIT),
        ("src/requests/a.test.ts", "it('a', () => { expect(1) })\n", Suite.UNIT),
        ("src/a.test.ts", "import request from 'supertest'\nit('a', () => {})\n", Suite.INTEGRATION),
        ("src/test/java/ATest.java", "@SpringBootTest\nclass ATest {\n  @Test\n  void a() {}\n}\n", Suite.INTEGRATION),
        (
            "tests/Feature/ATest.php",
            "<?php\nclass ATest {\n  #[Test]\n  public function a() {}\n}\n",
            Suite.INTEGRATION,
        ),
        ("tests/Unit/ATest.php", "<?php\nclass ATest {\n  #[Test]\n  public function a() {}\n}\n", Suite.UNIT),
        ("tests/ATest.php", LARAVEL % "$this->getJson('/api/a')", Suite.INTEGRATION),
        ("tests/ATest.php", LARAVEL % "$this->asEditor()->get('/a')", Suite.INTEGRATION),
        ("tests/ATest.php", LARAVEL % "$this->get('login')->assertSee('Forgot')", Suite.INTEGRATION),
        ("tests/ATest.php", LARAVEL % "$this->assertDatabaseHas('a', [])", Suite.INTEGRATION),
        ("tests/ATest.php", LARAVEL % "$this->cache->get('a')", Suite.UNIT),
        ("test/features_test.go", "func TestA(t *testing.T) {}\n", Suite.UNIT),
        ("service/component_test.go", "func TestA(t *testing.T) {}\n", Suite.INTEGRATION),
        ("app/user.component.spec.ts", "it('a', () => {})\n", Suite.UNIT),
        ("a_test.go", "func TestA(t *testing.T) {\n\tc, _ := firestore.NewClient(ctx, p)\n}\n", Suite.INTEGRATION),
        ("b_test.go", "func TestA(t *testing.T) {\n\ts := httptest.NewServer(app.Routes())\n}\n", Suite.INTEGRATION),
        # A stand-in for another program's server.
        ("d_test.go", "func TestA(t *testing.T) {\n\tr, e := api.New(c).Router().Test(q)\n}\n", Suite.UNIT),
        (
            "e_test.go",
            "func TestA(t *testing.T) {\n\trouter := New(c)\n\tr, e := router.Test(req)\n}\n",
            Suite.INTEGRATION,
        ),
        ("f_test.go", "func TestA(t *testing.T) {\n\tapp := fiber.New()\n\tr, e := app.Test(req)\n}\n", Suite.UNIT),
        (
            "g_test.go",
            "func TestA(t *testing.T) {\n\tengine := setup()\n\tengine.ServeHTTP(w, q)\n}\n",
            Suite.INTEGRATION,
        ),
        ("c_test.go", "func TestA(t *testing.T) {\n\ts := httptest.NewServer(http.HandlerFunc(f))\n}\n", Suite.UNIT),
    ],
)
def test_a_file_s_kind_is_told_by_its_path_and_by_what_it_uses(path: str, text: str, suite: Suite) -> None:
    assert [one.suite for one in found(path, text)] == [suite]


@pytest.mark.parametrize(
    ("path", "text", "suite"),
    [
        ("web/tests/placeholder-component.test.tsx", "it('shows', () => {})\n", Suite.UNIT),
        (
            "src/test/java/A/OwnerTests.java",
            "@WebMvcTest\nclass A {\n  @Test void a() { mockMvc.perform(); }\n}\n",
            Suite.UNIT,
        ),
        ("spec/controllers/a_spec.rb", "RSpec.describe A do\n  it 'a' do\n  end\nend\n", Suite.INTEGRATION),
    ],
)
def test_a_component_or_a_slice_with_doubles_is_a_unit(path: str, text: str, suite: Suite) -> None:
    assert [one.suite for one in Suites(look({path: text}).files).of(*Suite)] == [suite]


@pytest.mark.parametrize(
    ("path", "beside", "suite"),
    [
        ("api/integration_test.go", "api/integration.go", Suite.UNIT),
        ("api/integration_test.go", "api/main.go", Suite.INTEGRATION),
        ("Tests/IntegrationTests/Meetings/MeetingTests.cs", "a.cs", Suite.INTEGRATION),
        ("src/Shop.Integration.Tests/MeetingTests.cs", "a.cs", Suite.INTEGRATION),
        ("src/Integration/MeetingTests.cs", "a.cs", Suite.UNIT),
        ("test/integration/a_test.go", "test/integration/a.go", Suite.INTEGRATION),
    ],
)
def test_the_name_of_what_is_tested_tells_nothing_and_that_of_a_folder_of_tests_does(
    path: str, beside: str, suite: Suite
) -> None:
    text = (
        "class A {\n  [Fact]\n  public void B() {}\n}\n" if path.endswith(".cs") else "func TestA(t *testing.T) {\n}\n"
    )
    files = {path: text, beside: "package a\n"}

    assert [one.suite for one in Suites(look(files).files).of(*Suite)] == [suite]


def test_tests_of_each_language_are_seen_though_one_has_many() -> None:
    scripts = {f"assets/a{number}.spec.ts": "it('a', () => {})\n" for number in range(200)}
    found = Suites(look({**scripts, "tests/ATest.php": "class ATest {\n  function test_a() {}\n}\n"}).files).of(
        Suite.UNIT
    )

    assert "tests/ATest.php" in {one.path for one in found}


def test_a_test_of_a_browser_is_found_among_many_that_are_named_as_integration_tests() -> None:
    test = "class {0} {{\n  @Test\n  void a() {{}}\n}}\n"
    files = {f"server/src/test/java/a/A{at}IT.java": test.format(f"A{at}IT") for at in range(60)}
    browser = "import org.openqa.selenium.WebDriver;\n" + test.format("LoginIT")
    suites = Suites(look({**files, "web/src/test/java/a/LoginIT.java": browser}).files)

    assert [one.path for one in suites.of(Suite.E2E)] == ["web/src/test/java/a/LoginIT.java"]


def test_comments_of_php_that_never_end_are_read_in_seconds() -> None:
    files = {f"tests/A{at}Test.php": "<?php\n" + "/** " * 14_000 for at in range(20)}
    started = time.process_time()

    assert list(Suites(look(files).files).of(*Suite)) == []
    assert time.process_time() - started < 8


_CLIENT = "from fastapi.testclient import TestClient\nimport pytest\n\n\n@pytest.fixture\ndef {name}:\n    {body}\n"


@pytest.mark.parametrize(
    ("files", "integrates"),
    [
        # A fixture that starts the app, or that is given one.
        (
            {
                "tests/conftest.py": _CLIENT.format(name="client()", body="yield TestClient(app)"),
                "tests/test_a.py": "def test_a(client):\n    assert client.get('/a').status_code == 200\n",
            },
            True,
        ),
        (
            {
                "tests/conftest.py": _CLIENT.format(name="client()", body="yield TestClient(app)")
                + "\n\n@pytest.fixture\ndef signed_in(client):\n    return sign_in(client)\n",
                "tests/test_a.py": "def test_a(signed_in):\n    assert signed_in.get('/a').status_code == 200\n",
            },
            True,
        ),
        # Fixtures of another folder, doubles, and a fixture that nobody asks for.
        (
            {
                "tests/api/conftest.py": _CLIENT.format(name="client()", body="yield TestClient(app)"),
                "tests/unit/test_a.py": "def test_a(client):\n    assert client.get('/a').status_code == 200\n",
            },
            False,
        ),
        (
            {
                "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef client():\n    return Mock()\n",
                "tests/test_a.py": "def test_a(client):\n    assert client.get('/a').status_code == 200\n",
            },
            False,
        ),
        (
            {
                "tests/conftest.py": _CLIENT.format(name="client()", body="yield TestClient(app)"),
                "tests/test_a.py": "def test_a():\n    client = Client()\n    assert client.a == 1\n",
            },
            False,
        ),
        # What stands in for servers.
        (
            {
                "test/helpers/mocks.ts": (
                    "import { setupServer } from 'msw/node'\nexport const server = setupServer()\n"
                    "export function startMocks() {\n  server.listen()\n}\n"
                ),
                "test/a.test.ts": "test('a', () => { startMocks() })\n",
            },
            False,
        ),
        (
            {
                "test/helpers/start.ts": "export function startProduct() {\n  server.listen()\n}\n",
                "test/a.test.ts": "test('a', () => { startProduct() })\n",
            },
            True,
        ),
        # Tests below a constant are no part of it.
        (
            {
                "test/api.e2e-spec.ts": (
                    "import request from 'supertest'\nconst chance = new Chance()\n\n"
                    "describe('api', () => {\n  it('a', () => request(app).get('/'))\n})\n"
                ),
                "src/a.spec.ts": "const chance = new Chance()\nit('a', () => { expect(chance.name()).toBe(1) })\n",
            },
            False,
        ),
        # A base class, and a factory of .NET's own.
        (
            {
                "src/test/java/a/AbstractApiTest.java": "@SpringBootTest\nabstract class AbstractApiTest {\n}\n",
                "src/test/java/a/ATest.java": "class ATest extends AbstractApiTest {\n  @Test\n  void a() { }\n}\n",
            },
            True,
        ),
        (
            {
                "tests/ApiFactory.cs": "public class ApiFactory : WebApplicationFactory<Program>\n{\n}\n",
                "tests/ATests.cs": "public class ATests(ApiFactory f)\n{\n    [Fact]\n    public void A() { }\n}\n",
            },
            True,
        ),
        (
            {
                "tests/ApiFactory.cs": "public class ApiFactory : WebApplicationFactory<Program>\n{\n}\n",
                "tests/ATests.cs": "public class ATests\n{\n    [Fact]\n    public void A() { }\n}\n",
            },
            False,
        ),
        # What stands in a project of tests, whatever its name says.
        (
            {
                "A.Api.Tests/AApplication.cs": "class AApplication : WebApplicationFactory<Program>\n{\n}\n",
                "A.Api.Tests/ATests.cs": "class ATests\n{\n    [Fact]\n    void A() { new AApplication(); }\n}\n",
            },
            True,
        ),
        (
            {
                "A.Api.Tests/AApplication.cs": (
                    "class AApplication\n{\n  void A() { o.UseInMemoryDatabase(n); db.EnsureCreated(); }\n}\n"
                ),
                "A.Api.Tests/ATests.cs": "class ATests\n{\n    [Fact]\n    void A() { new AApplication(); }\n}\n",
            },
            False,
        ),
    ],
)
def test_a_test_reaches_the_app_by_a_helper(files: dict[str, str], *, integrates: bool) -> None:
    assert bool(look(files).suites.of(Suite.INTEGRATION)) is integrates


def test_helpers_of_great_number_cost_little() -> None:
    blocks = "".join(f"@pytest.fixture\ndef f{one}(f{one + 1}): TestClient\n\n\n" for one in range(4_000))
    files = {f"tests/{at}/conftest.py": blocks for at in range(30)}
    files |= {f"tests/{at}/test_a.py": "def test_a(g):\n    pass\n" + "word " * 10_000 for at in range(30)}

    begun = time.process_time()
    assert not look(files).suites.of(Suite.INTEGRATION)
    assert time.process_time() - begun < 4


def test_tests_in_a_folder_of_tests_are_found_among_many_files_of_the_product() -> None:
    code = {f"src/a{at}.rs": "pub fn a() {}\n" for at in range(400)}
    test = "#[tokio::test]\nasync fn a() { let app = TestApp::init().await; }\n"

    suites = look({**code, "src/tests/cart.rs": test}).suites

    assert [one.path for one in suites.of(Suite.INTEGRATION)] == ["src/tests/cart.rs"]
