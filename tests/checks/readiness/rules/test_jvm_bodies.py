"""Bodies of handlers of the JVM's frameworks, and whether they are validated."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_JAX = """\
import jakarta.validation.Valid;
import jakarta.ws.rs.*;
@Path("/orders")
public class Orders {{
  @PUT
  public Response put({0}Order order) {{ return save(order); }}
  @POST
  @Path("/{{id}}/items")
  public Response add(@PathParam("id") String id, {1}Map<String, Item> items, @Context UriInfo at) {{
    {2}
    return ok(items);
  }}
  @POST
  @Path("/{{id}}/close")
  public Response close(@PathParam("id") String id, @Context SecurityContext by) {{ return ok(id); }}
  @POST
  @Path("/import")
  public Response load(InputStream body) {{ return ok(body); }}
}}
"""
_SPRING = """\
import org.springframework.web.bind.annotation.*;
@RestController
class Orders {{
  @PostMapping("/orders") Order put(@RequestBody Order order) {{ {0} return order; }}
}}
"""


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (_JAX.format("@Valid ", "@Valid ", ""), State.PASS, "2 of 2"),
        (_JAX.format("@Valid ", "", "failOnValidationError(validator.validate(items));"), State.PASS, "2 of 2"),
        (_JAX.format("@Valid ", "", "validateOwner(items);"), State.PASS, "1 of 2"),
        (_JAX.format("", "", "").replace("@PUT", "@PUT // @Valid"), State.FAIL, "no schema"),
        (_SPRING.format("").replace("@RequestBody", "@Valid @RequestBody"), State.PASS, "1 of 1"),
        (_SPRING.format("validator.validate(order, errors);"), State.PASS, "1 of 1"),
    ],
)
def test_a_body_is_what_nothing_else_is_said_of(code: str, state: State, reason: str) -> None:
    judged = ask_item("security.input-validation", {"src/main/java/Orders.java": code})

    assert judged.state is state, judged
    assert reason in judged.reason or state is State.FAIL, judged.reason


def test_one_validated_body_of_many_is_no_pass() -> None:
    more = "".join(f'  @POST @Path("/{at}") public void a{at}(Item item) {{ save(item); }}\n' for at in range(6))
    code = _JAX.format("@Valid ", "", "").rstrip().removesuffix("}") + more + "}\n"

    judged = ask_item("security.input-validation", {"src/main/java/Orders.java": code})

    assert judged.state is State.FAIL
    assert judged.reason.startswith("1 of 8 handlers")


def test_a_body_of_plain_texts_is_no_model() -> None:
    more = '  @PutMapping("/orders") void put(@RequestBody List<String> names) { }\n'
    code = _SPRING.format("").replace("@RequestBody", "@Valid @RequestBody").rstrip().removesuffix("}") + more + "}\n"

    judged = ask_item("security.input-validation", {"src/main/java/Orders.java": code})

    assert judged.reason.startswith("1 of 1 handlers")
