"""What looks at who asks, or at an address, says nothing of what is sent: it validates no input."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_GIN = """\
package main
import "github.com/gin-gonic/gin"
func main() {{
  r := gin.Default()
  r.POST("/users", create)
  r.Run()
}}
func create(c *gin.Context) {{
  var u User
  c.BindJSON(&u)
  {}
  save(u)
}}
"""
_SPRING = """\
import jakarta.validation.Valid;
import org.springframework.web.bind.annotation.*;
@RestController
class Orders {{
  @PostMapping("/orders") Order put(@RequestBody Order order) {{ {0} return order; }}
  @PostMapping("/items") Item add(@RequestBody Item order) {{ {0} return order; }}
  @PostMapping("/carts") Cart make(@Valid @RequestBody Cart cart) {{ return cart; }}
}}
"""
_SLIM = {
    "composer.json": '{"require": {"slim/slim": "4"}}',
    "public/index.php": "<?php\n$app = AppFactory::create();\n$app->post('/x', XAction::class);\n$app->run();\n",
}
_GRPC = """\
package main
import "google.golang.org/grpc"
func main() {{
  s := grpc.NewServer(grpc.UnaryInterceptor({}))
  s.Serve(l)
}}
"""


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("if !validateAPIKey(c) { return }", State.FAIL),
        ("if !validateOrigin(c) { return }", State.FAIL),
        ("if !validateAccessToken(c) { return }", State.FAIL),
        ("if !apiKey.IsValid() { return }", State.FAIL),
        ("if err := webhook.Validate(c); err != nil { return }", State.FAIL),
        ("if err := validateOrder(u); err != nil { return }", State.PASS),
        ("if err := u.Validate(); err != nil { return }", State.PASS),
    ],
)
def test_of_go(line: str, state: State) -> None:
    files = {"go.mod": "module x\n\ngo 1.22\nrequire github.com/gin-gonic/gin v1.9.0\n", "main.go": _GIN.format(line)}

    assert ask_item("security.input-validation", files).state is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("tokenValidator.check(token);", State.FAIL),
        ("jwtService.validate(token);", State.FAIL),
        ("this.sessionService.validate(id);", State.FAIL),
        ("orderValidator.check(order);", State.PASS),
        ("this.validator.validate(order);", State.PASS),
        ("factory.getValidator().validate(order);", State.PASS),
    ],
)
def test_of_spring(line: str, state: State) -> None:
    files = {
        "pom.xml": "<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>"
        "spring-boot-starter-validation</artifactId></dependency><dependency><groupId>org.springframework.boot</groupId>"
        "<artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>",
        "src/main/java/Orders.java": _SPRING.format(line),
    }

    assert ask_item("security.input-validation", files).state is state


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("ValidateCsrfTokenMiddleware", State.FAIL),
        ("JwtValidationMiddleware", State.FAIL),
        ("RequestValidationMiddleware", State.PASS),
        ("ValidateBodyMiddleware", State.PASS),
    ],
)
def test_of_a_pipeline_of_php(name: str, state: State) -> None:
    pipeline = f"<?php\nreturn function ($app) {{\n    $app->pipe({name}::class);\n}};\n"

    assert ask_item("security.input-validation", {**_SLIM, "config/pipeline.php": pipeline}).state is state


@pytest.mark.parametrize(
    ("name", "state"), [("tokenValidationInterceptor", State.FAIL), ("newValidationInterceptor()", State.PASS)]
)
def test_of_an_interceptor(name: str, state: State) -> None:
    files = {"go.mod": "module x\n\ngo 1.22\nrequire google.golang.org/grpc v1.60.0\n", "main.go": _GRPC.format(name)}

    assert ask_item("security.input-validation", files).state is state
