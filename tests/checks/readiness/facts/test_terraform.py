from __future__ import annotations

import pytest

from bot.checks.readiness.facts.terraform import Terraform
from tests.checks.readiness.look import look

TEXT = """\
# resource "aws_none" "x" {}
resource "aws_db_instance" "main" {
  name = "a { b"
  lifecycle {
    ignore_changes = []
  }
  backup_retention_period = 7
}

module "vpc" {
  source = "./vpc"
}
"""


def test_blocks_have_their_type_lines_and_text() -> None:
    terraform = Terraform(look({"infra/main.tf": TEXT}).files)

    assert [(one.word, one.type, one.name, one.line) for one in terraform.blocks] == [
        ("resource", "aws_db_instance", "main", 2),
        ("module", "vpc", "", 10),
    ]
    [database] = terraform.of("aws_db_.*")
    assert database.line_of(r"backup_retention_period\s*=\s*[1-9]") == 7
    assert database.line_of("multi_az") is None


@pytest.mark.parametrize("text", ['resource "a" "b" {' * 20_000, "{" * 200_000, '"' * 200_000])
def test_a_hostile_file_ends_soon(text: str) -> None:
    assert len(Terraform(look({"main.tf": text}).files).blocks) <= 1
