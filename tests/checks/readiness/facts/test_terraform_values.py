"""What variables come to, and what they switch off."""

from __future__ import annotations

import time

import pytest

from bot.checks.readiness.look import Look
from tests.checks.readiness.look import look

_MODULE = (
    'variable "undo" {\n  type = bool\n  default = true\n}\n'
    'resource "aws_ecs_service" "this" {\n  deployment_circuit_breaker {\n    rollback = var.undo\n  }\n}\n'
)
_ROOT = (
    'variable "on" {\n  description = "a { b }"\n  default = false\n}\n'
    'module "api" {\n  count  = var.on ? 1 : 0\n  source = "../modules/api"\n}\n'
)


def _tree(**more: str) -> Look:
    files = {"modules/api/main.tf": _MODULE, "app/main.tf": _ROOT}
    return look(files | {path.replace("__", "/") + ".tfvars": text for path, text in more.items()})


def _service(tree: Look) -> tuple[bool, str]:
    [block] = tree.terraform.of("aws_ecs_service")
    return tree.terraform_values.is_off(block), tree.terraform_values.written_out(block)


def test_a_module_s_variable_has_its_default_where_no_caller_gives_it() -> None:
    assert "rollback = true" in _service(_tree(terraform="on = true\n"))[1]


@pytest.mark.parametrize(
    ("given", "off"),
    [
        ({}, True),
        ({"envs__prod__a": "on = true\n"}, False),
        ({"envs__prod__a": "on = true\n", "envs__dev__a": "on = false\n"}, False),
        ({"envs__dev__a": "on = true\n"}, True),
        ({"terraform": "on = true\n"}, False),
        ({"envs__prod__a": "# on = true\n"}, True),
        ({"envs__prod__a": "on = true\r\n"}, False),
        # What stands in a map is no variable.
        ({"envs__prod__a": "replica = {\n  on = true\n}\n"}, True),
        ({"envs__prod__a": 'a = ["}", {\n  on = true\n}]\nb = "{"\n'}, True),
        ({"envs__prod__a": 'b = "{"\non = true\n'}, False),
        # Two regions that differ tell nothing.
        ({"envs__prod__a": "on = true\n", "envs__prod__b": "on = false\n"}, False),
    ],
)
def test_a_block_is_off_where_every_call_of_its_module_is(given: dict[str, str], off: bool) -> None:  # noqa: FBT001
    assert _service(_tree(**given))[0] is off


def test_what_a_caller_has_in_a_map_gives_no_variable() -> None:
    root = 'module "a" {\n  source = "../modules/api"\n  tags = {\n    undo = false\n  }\n}\n'
    tree = look({"modules/api/main.tf": _MODULE, "app/main.tf": root})

    assert "rollback = true" in _service(tree)[1]


def test_a_caller_s_value_goes_before_the_default_and_through_its_own_variables() -> None:
    root = 'variable "undo" {\n  default = false\n}\nmodule "a" {\n  source = "../modules/api"\n  undo = var.undo\n}\n'
    tree = look({"modules/api/main.tf": _MODULE, "app/main.tf": root})

    assert _service(tree) == (False, "\n  deployment_circuit_breaker {\n    rollback = false\n  }\n")


@pytest.mark.parametrize(
    "calls",
    [
        'module "a" {\n  source = "../modules/api"\n  undo = local.undo\n}\n',
        'module "a" {\n  source = "../modules/api"\n  undo = false\n}\nmodule "b" {\n  source = "../modules/api"\n}\n',
    ],
)
def test_expressions_and_callers_that_differ_tell_nothing(calls: str) -> None:
    tree = look({"modules/api/main.tf": _MODULE, "app/main.tf": calls})

    assert "rollback = var.undo" in _service(tree)[1]


@pytest.mark.parametrize(
    ("dynamic", "given", "there"),
    [
        ("var.https ? [1] : []", "false", False),
        ("var.https ? [1] : []", "true", True),
        ("var.https ? [] : [1]", "true", False),
        ("var.hosts", "true", True),
        ("[]", "true", False),
    ],
)
def test_a_block_that_is_made_no_time_says_nothing(dynamic: str, given: str, there: bool) -> None:  # noqa: FBT001
    text = f"""variable "https" {{
  default = {given}
}}
resource "lb" "a" {{
  dynamic "redirect" {{
    for_each = {dynamic}
    content {{
      to {{
        protocol = "HTTPS"
      }}
    }}
  }}
  port = 80
}}
"""
    tree = look({"main.tf": text})
    said = tree.terraform_values.written_out(tree.terraform.of("lb")[0])

    assert ("HTTPS" in said, said.count("\n"), said.endswith("  port = 80\n")) == (there, 10, True)


def test_modules_that_call_each_other_end() -> None:
    a = 'variable "x" {}\nmodule "b" {\n  source = "../b"\n  x = var.x\n  count = var.x ? 1 : 0\n}\n'
    tree = look(
        {"a/main.tf": a, "b/main.tf": a.replace("../b", "../a"), "b/r.tf": 'resource "r" "x" {\n  y = var.x\n}\n'}
    )
    [block] = tree.terraform.of("r")

    assert (tree.terraform_values.is_off(block), tree.terraform_values.written_out(block)) == (False, "\n  y = var.x\n")


def test_many_variables_of_many_calls_take_no_square_of_time() -> None:
    def seconds(number: int) -> float:
        names = [f"v{at}" for at in range(number)]
        root = "".join(f'module "m{at}" {{\n  source = "../m"\n  v{at} = true\n}}\n' for at in range(20))
        uses = "".join(f"  {name} = var.{name}\n" for name in names)
        module = "".join(f'variable "{name}" {{\n  default = 1\n}}\n' for name in names)
        tree = look({"a/main.tf": root, "m/main.tf": f'{module}resource "r" "x" {{\n{uses}}}\n'})
        started = time.process_time()
        _ = tree.terraform_values.written_out(tree.terraform.of("r")[0])
        return time.process_time() - started

    assert seconds(4_000) < 40 * seconds(500) + 2


_TWO = {
    "modules/api/main.tf": _MODULE,
    "app/main.tf": _ROOT,
    "site/main.tf": 'variable "on" {\n  default = false\n}\nvariable "domain" {}\n',
}


@pytest.mark.parametrize(
    ("values", "off"),
    [
        ({"app/prod.tfvars": "on = true\n"}, False),
        ({"site/prod.tfvars": "on = true\n"}, True),
        ({"site/prod.tfvars": "on = true\n", "app/terraform.tfvars": "on = true\n"}, False),
        ({"app/envs/prod/a.tfvars": "on = true\n"}, False),
        ({"site/envs/prod/a.tfvars": "on = true\n"}, True),
        # What may be of either tells nothing of both.
        ({"envs/prod.tfvars": "on = true\n"}, False),
        ({"envs/prod.tfvars": 'on = true\ndomain = "x"\n'}, True),
        ({"modules/api/prod.tfvars": "on = true\n", "site/main.tf": ""}, True),
        ({"app/dev.tfvars": "on = true\n"}, True),
    ],
)
def test_values_are_of_the_root_module_that_they_stand_beside(values: dict[str, str], off: bool) -> None:  # noqa: FBT001
    assert _service(look({**_TWO, **values}))[0] is off


@pytest.mark.parametrize(("levels", "written"), [(10, "rollback = false"), (400, "rollback = var.undo")])
def test_modules_that_call_each_other_very_deeply_tell_nothing(levels: int, written: str) -> None:
    def module(at: int) -> str:
        given = "false" if at == 0 else "var.undo"
        call = f'module "next" {{\n  source = "../m{at + 1}"\n  undo = {given}\n}}\n' if at < levels else _MODULE
        return ('variable "undo" {}\n' if at < levels else "") + call

    tree = look({f"m{at}/main.tf": module(at) for at in range(levels + 1)})
    [block] = tree.terraform.of("aws_ecs_service")

    assert written in tree.terraform_values.written_out(block)
    assert tree.terraform_values.is_off(block) is (levels > 300)


def _counted(count: str, **more: str) -> bool:
    text = (
        'variable "on" {\n  default = "false"\n}\nvariable "size" {\n  default = 2\n}\n'
        'locals {\n  on = var.on == "true" ? true : false\n  tags = {\n    off = 0\n  }\n'
        "  large = var.size != 1 && true\n}\n"
        f'resource "a" "b" {{\n  {count}\n  inner {{\n    count = 0\n  }}\n}}\n'
    )
    files = {"infra/main.tf": text, **{f"infra/main.tfvars.{ending}": values for ending, values in more.items()}}
    tree = look(files)
    [block] = tree.terraform.of("a")
    return tree.terraform_values.is_off(block)


@pytest.mark.parametrize(
    ("count", "off"),
    [
        ("count = local.on ? 1 : 0", True),
        ("count = local.on ? 0 : 1", False),
        ("count = !local.on ? 1 : 0", False),
        ('count = var.on == "false" ? 1 : 0', False),
        ("count = (local.on && local.large) ? 1 : 0", True),
        ("count = local.on || local.large ? 1 : 0", False),
        ("count = local.large && data.a.b ? 1 : 0", False),
        ("count = length(var.names)", False),
        ("count = local.off", False),
        ("for_each = local.on ? toset(var.names) : toset([])", True),
        ("for_each = local.on ? {} : { a = 1 }", False),
        ("for_each = local.large ? [] : var.names", True),
        # What stands in a block of its own is a number of something else.
        ("size = 1", False),
    ],
)
def test_a_condition_of_locals_switches_a_block_off(count: str, off: bool) -> None:  # noqa: FBT001
    assert _counted(count) is off


@pytest.mark.parametrize(
    ("values", "off"),
    [
        ('{"on": "true"}', False),
        ('{"on": true}', False),
        ('{"on": "${ON}"}', True),
        ('{"on": "${ON=true}"}', False),
        ('{"on": {"a": 1}}', True),
        ("[", True),
    ],
)
def test_values_may_be_json_and_left_to_the_environment(values: str, off: bool) -> None:  # noqa: FBT001
    assert _counted("count = local.on ? 1 : 0", json=values) is off


def test_locals_that_rest_on_each_other_tell_nothing() -> None:
    chain = "".join(f"  a{number} = local.a{number + 1}\n" for number in range(300))
    tree = look(
        {"main.tf": f'locals {{\n{chain}  a300 = local.a0\n}}\nresource "a" "b" {{\n  count = local.a0 ? 1 : 0\n}}\n'}
    )

    [block] = tree.terraform.of("a")

    assert tree.terraform_values.is_off(block) is False


def test_locals_that_name_each_other_very_deeply_tell_nothing() -> None:
    chain = "".join(f"  a{at} = !!!!!!!!!!local.a{at + 1}\n" for at in range(400))
    tree = look({"main.tf": f'locals {{\n{chain}}}\nresource "a" "b" {{\n  count = local.a0\n}}\n'})
    [block] = tree.terraform.of("a")

    assert not tree.terraform_values.is_off(block)
