"""Charts are rendered as Helm does: `shop.yaml` and `shop-prod.yaml` are what Helm made of the chart `shop`."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from bot.checks.readiness.facts.helm.chart import find_chart_folders, load_chart, load_values
from bot.checks.readiness.facts.helm.release import Release, render_chart
from bot.checks.readiness.facts.located import Place
from tests.checks.readiness.look import look

HERE = Path(__file__).parent
SHOP = {f"deploy/{path.relative_to(HERE)}": path.read_text() for path in (HERE / "shop").rglob("*") if path.is_file()}
CHART = {"chart/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n", "chart/values.yaml": "{}\n"}


def render(files: dict[str, str], folder: str = "chart", values: str | None = None) -> Release:
    tree = look(files).files
    overrides = [load_values(tree, values, [])] if values else []
    return render_chart(load_chart(tree, folder), overrides)


def one_template(text: str, values: str = "{}\n") -> Release:
    return render({**CHART, "chart/values.yaml": values, "chart/templates/it.yaml": text})


def objects(text: str) -> dict[tuple[str, str], list[object]]:
    found: dict[tuple[str, str], list[object]] = defaultdict(list)
    for document in yaml.safe_load_all(text):
        if document:
            found[document["kind"], document["metadata"]["name"]].append(document)
    return dict(found)


@pytest.mark.parametrize(
    ("values", "expected"), [(None, "shop.yaml"), ("deploy/shop/values-prod.yaml", "shop-prod.yaml")]
)
def test_a_chart_renders_to_what_helm_makes_of_it(values: str | None, expected: str) -> None:
    release = render(SHOP, "deploy/shop", values)

    assert release.unknowns == []
    assert objects("\n---\n".join(one.text for one in release.rendered)) == objects((HERE / expected).read_text())


def test_each_line_names_its_template_line_and_the_value_that_decided_it() -> None:
    [deployment] = [one for one in render(SHOP, "deploy/shop").rendered if one.path.endswith("deployment.yaml")]
    at = deployment.text.split("\n").index("  replicas: 2")
    probe = next(at for at, line in enumerate(deployment.text.split("\n")) if line.strip() == "path: /ready")

    assert (deployment.sources[at], deployment.values[at]) == (9, Place("deploy/shop/values.yaml", 1))
    assert (deployment.sources[probe], deployment.values[probe]) == (25, Place("deploy/shop/values.yaml", 25))


def test_production_values_are_named_where_they_decide() -> None:
    release = render(SHOP, "deploy/shop", "deploy/shop/values-prod.yaml")
    [hpa] = [one for one in release.rendered if one.path.endswith("hpa.yaml")]
    at = hpa.text.split("\n").index("  minReplicas: 5")

    assert hpa.values[at] == Place("deploy/shop/values-prod.yaml", 1)


def test_a_chart_below_another_is_a_part_of_it() -> None:
    assert find_chart_folders(look(SHOP).files) == ["deploy/shop"]


def test_a_chart_that_is_not_in_the_repository_is_named_where_it_is_needed() -> None:
    files = {
        **SHOP,
        "deploy/shop/values.yaml": SHOP["deploy/shop/values.yaml"].replace(
            "enabled: false\nglobal", "enabled: true\nglobal"
        ),
    }
    [absent] = render(files, "deploy/shop").absent

    assert (absent.path, absent.line) == ("deploy/shop/Chart.yaml", 9)
    assert "search" in absent.reason


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ('a: {{ include "lib.name" . }}', 'the template "lib.name" is not in the repository'),
        ("a: {{ frobnicate 1 }}", "the function `frobnicate` is not known"),
        ("a: {{ .Values.a.b.c }}", "`.b` of nothing"),
        ("a: {{ $x }}", "the variable $x is not declared"),
        ("a: {{ if }}", "a pipeline with an empty command"),
        ("a: {{ if .Values.a }}", "a block without its `end`"),
        ("a: {{ end }}", "`end` without its beginning"),
        ('a: {{ "x', "an action that cannot be read"),
        ("a: {{/* x", "a comment that does not end"),
        ("a: {{ div 1 0 }}", "a division by zero"),
        ('a: {{ index (list 1) "9" }}', "an index out of range"),
        ("a: {{ break }}", "`break` outside of a range"),
        ("a: {{ range 5.5 }}{{ end }}", "`range` over what is no list"),
    ],
)
def test_what_cannot_be_evaluated_is_unknown_with_its_line(template: str, reason: str) -> None:
    release = one_template(f"kind: X\n{template}\n")

    assert [(one.path, one.line) for one in release.unknowns] == [("chart/templates/it.yaml", 2)]
    assert reason in release.unknowns[0].reason
    assert release.rendered == []


def test_one_broken_template_leaves_the_others_theirs() -> None:
    files = {**CHART, "chart/templates/a.yaml": "a: {{ nope }}\n", "chart/templates/b.yaml": "b: 1\n"}
    release = render(files)

    assert [one.path for one in release.rendered] == ["chart/templates/b.yaml"]
    assert [one.path for one in release.unknowns] == ["chart/templates/a.yaml"]


def test_a_value_that_the_installer_gives_does_not_hide_the_rest() -> None:
    release = one_template('a: {{ required "give it" .Values.url }}\nb: 1\n{{ fail "no" }}')

    assert release.unknowns == []
    assert "given-at-installation" in release.rendered[0].text


@pytest.mark.parametrize(
    "template",
    [
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        "{{ range until 9000 }}{{ range until 9000 }}{{ range until 9000 }}x{{ end }}{{ end }}{{ end }}",
        '{{ repeat 999999999 "x" }}',
        '{{ $x := repeat 900000 "x" }}{{ range until 100 }}{{ $x }}{{ end }}',
        "{{ until 99999999 }}",
        '{{ printf "%999999999d" 1 }}',
        '{{ indent 999999999 "x" }}',
        f'{{{{ regexMatch "(a+)+$" "{"a" * 60}b" }}}}',
        f'{{{{ regexMatch "a*a*a*a*a*b" "{"a" * 5000}" }}}}',
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ if 1 }}" * 5000 + "{{ end }}" * 5000,
        "{{ if 1 }}{{ else if 1 }}" + "{{ else if 1 }}" * 3000 + "{{ end }}",
        '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}',
        '{{ $l := list "x" }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}',
        '{{ tpl (printf "%s" .Values.t) . }}',
        '{{ $x := "ab" }}{{ range until 60 }}{{ $x = printf "%s%s" $x $x }}{{ end }}',
    ],
)
def test_a_hostile_template_ends_soon_as_unknown(template: str) -> None:
    release = one_template(template, "t: '{{ tpl .Values.t . }}'\n")

    assert len(release.unknowns) == 1


def test_a_bomb_of_aliases_in_the_values_ends_soon() -> None:
    values = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))

    release = one_template("a: {{ toYaml .Values }}\n", values)

    assert release.unknowns


def test_a_part_that_is_called_global_ends() -> None:
    part = {"Chart.yaml": "apiVersion: v2\nname: part\nversion: 1.0.0\n", "values.yaml": "global: {a: {b: 1}}\n"}
    files = {
        **CHART,
        "chart/Chart.yaml": CHART["chart/Chart.yaml"] + "dependencies: [{name: global}, {name: one}, {name: two}]\n",
        "chart/values.yaml": "global: {a: {c: 2}}\none: {global: {global: {}}}\n",
        **{
            f"chart/charts/{name}/{path}": text.replace("name: part", f"name: {name}")
            for name in ("global", "one", "two")
            for path, text in part.items()
        },
        "chart/charts/two/templates/it.yaml": "a: {{ .Values.global.a | toJson }}\n",
    }

    [rendered] = render(files).rendered

    assert rendered.text.strip() == 'a: {"b":1,"c":2}'


def test_what_is_imported_into_itself_ends() -> None:
    files = {
        **CHART,
        "chart/Chart.yaml": f"{CHART['chart/Chart.yaml']}dependencies:\n- name: one\n  import-values:\n"
        "  - {child: data, parent: one.data.x}\n- name: two\n",
        "chart/charts/one/Chart.yaml": "apiVersion: v2\nname: one\nversion: 1.0.0\n",
        "chart/charts/one/values.yaml": "data: {x: {y: 1}, z: 2}\n",
        "chart/charts/two/Chart.yaml": "apiVersion: v2\nname: two\nversion: 1.0.0\n",
        "chart/charts/one/templates/it.yaml": "z: {{ .Values.data.x.z }}\n",
    }

    [rendered] = render(files).rendered

    assert rendered.text.strip() == "z: 2"
