"""Templates of OpenShift, whose objects are applied with their parameters put in."""

from __future__ import annotations

from tests.checks.readiness.look import look


def test_the_objects_of_a_template_are_read_at_their_lines() -> None:
    text = (
        "apiVersion: template.openshift.io/v1\nkind: Template\nparameters: [{name: TAG}]\nobjects:\n"
        "- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web}\n"
        "- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n"
    )
    [stack] = look({"openshift.deploy.yml": text}).kubernetes.stacks

    assert [(one.kind, one.start.line) for one in stack.objects] == [("Deployment", 5), ("Service", 8)]


def test_a_template_of_another_kind_is_an_object_of_its_own() -> None:
    text = "apiVersion: acme/v1\nkind: Template\nmetadata: {name: web}\nspec: {}\n"
    [stack] = look({"k/a.yml": text}).kubernetes.stacks

    assert [one.kind for one in stack.objects] == ["Template"]
