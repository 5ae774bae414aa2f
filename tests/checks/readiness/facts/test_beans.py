from __future__ import annotations

import pytest

from bot.checks.readiness.facts.reach.standing import Standing
from tests.checks.readiness.look import look

_PATH = "src/main/java/A.java"
_SETTINGS = "src/main/resources/application.yml"


def _standing(annotation: str, **more: str) -> Standing:
    files = {_PATH: f"{annotation}\nclass A {{\n  void a() {{ guard(); }}\n}}\n"}
    if "settings" in more:
        files[_SETTINGS] = more["settings"]
    if "elsewhere" in more:
        files["app/src/main/resources/thing.yml"] = more["elsewhere"]
    if "deployed" in more:
        files["compose.yml"] = more["deployed"]
    seen = look(files)
    file = seen.source.file(_PATH)
    return seen.reach.standing(file, next(iter(file.calls)))


_IF = '@ConditionalOnProperty(prefix = "shop.limits", name = "enabled", havingValue = "true")'
_CHOSEN = '@ConditionalOnProperty(prefix = "security", name = "auth-type", havingValue = "basic")'
_IF_NAMED = '@ConditionalOnProperty("shop.limits.enabled")'


@pytest.mark.parametrize(
    ("annotation", "more"),
    [
        (_IF, {}),
        (_IF_NAMED, {"settings": "shop: {limits: {enabled: false}}\n"}),
        (_IF, {"settings": "shop.limits.enabled: ${LIMITS:false}\n"}),
        (_IF.replace(")", ", matchIfMissing = true)"), {"settings": "shop: {limits: {enabled: false}}\n"}),
        ('@ConditionalOnProperty(value = "shop.guarded", havingValue = "true")', {}),
        ('@Requires(property = "endpoints.all.basic-auth")', {"settings": "endpoints: {all: {enabled: true}}\n"}),
        ('@Requires(property = "shop.enabled", value = "true")', {}),
        (_CHOSEN, {"settings": "security: {authType: NONE}\n"}),
        (_CHOSEN, {"settings": "security.auth-type: ${AUTH_TYPE:none}\n"}),
        ('@IfBuildProperty(name = "shop.enabled", stringValue = "true")', {}),
    ],
)
def test_a_bean_that_no_committed_setting_switches_on_is_off(annotation: str, more: dict[str, str]) -> None:
    assert _standing(annotation, **more) is Standing.OFF


@pytest.mark.parametrize(
    ("annotation", "more"),
    [
        (_IF, {"settings": "shop: {limits: {enabled: true}}\n"}),
        (_IF, {"settings": "shop.limits.enabled: ${LIMITS}\n"}),
        (_IF, {"elsewhere": "shop:\n  limits:\n    enabled: ${LIMITS:true}\n"}),
        (_IF, {"deployed": "services: {a: {environment: {SHOP_LIMITS_ENABLED: true}}}\n"}),
        (_IF.replace(")", ", matchIfMissing = true)"), {}),
        ('@ConditionalOnProperty(prefix = "cache", value = "type", havingValue = "redis")', {}),
        (_CHOSEN, {"settings": "security: {authType: basic}\n"}),
        (_CHOSEN, {"settings": "security.auth-type: ${AUTH_TYPE}\n"}),
        (_CHOSEN.replace('"basic"', '"none"'), {"settings": "security: {authType: none}\n"}),
        (
            _CHOSEN,
            {
                "settings": "security: {authType: none}\n",
                "deployed": "services: {a: {environment: {SECURITY_AUTHTYPE: BASIC}}}\n",
            },
        ),
        ('@ConditionalOnProperty("shop.redis.url")', {}),
        ("@ConditionalOnProperty(name = Names.LIMITS)", {}),
        ('@Requires(property = "endpoints.all.basic-auth")', {"settings": "endpoints.all.basic-auth.username: a\n"}),
        ('@Requires(property = "shop.enabled", notEquals = "true")', {}),
        ('@Requires(property = "shop.enabled", defaultValue = "true", value = "true")', {}),
        ('@IfBuildProperty(name = "shop.enabled", stringValue = "true", enableIfMissing = true)', {}),
        ('@Profile({"!dev", "test"})', {}),
        ('@Profile("!" + Names.INTEGRATION_TEST)', {}),
        ('@Profile("dev | prod")', {}),
        ('@Profile("dev | cloud")', {}),
        ('@Profile("!(prod & x)")', {}),
        ('@Profile("!dev & !test")', {}),
        ("@Profile({Profiles.DEV, Profiles.CLOUD})", {}),
        ('@Profile("install")', {}),
        ('@UnlessBuildProfile("dev")', {}),
        ('@Requires(notEnv = "test")', {}),
    ],
)
def test_a_bean_that_may_be_there_counts(annotation: str, more: dict[str, str]) -> None:
    assert _standing(annotation, **more) is Standing.LIVE


@pytest.mark.parametrize(
    "annotation",
    [
        '@Profile("dev")',
        '@Profile({"dev", "integration-test"})',
        '@Profile("!prod")',
        '@Profile("dev | test")',
        '@Profile("dev & cloud")',
        '@Profile("!prod & !staging")',
        '@Profile(value = {Profiles.DEV, "test"})',
        "@Profile(JHipsterConstants.SPRING_PROFILE_DEVELOPMENT)",
        '@IfBuildProfile("test")',
        '@UnlessBuildProfile("prod")',
        "@Requires(env = Environment.TEST)",
        '@Requires(notEnv = "prod")',
    ],
)
def test_a_bean_of_other_profiles_than_production_is_of_development(annotation: str) -> None:
    assert _standing(annotation) is Standing.DEVELOPMENT


def test_a_condition_of_another_class_says_nothing() -> None:
    files = {_PATH: f"class A {{\n  void a() {{ guard(); }}\n}}\n{_IF}\nclass B {{ }}\n"}
    seen = look(files)
    file = seen.source.file(_PATH)

    assert seen.reach.standing(file, next(iter(file.calls))) is Standing.LIVE


@pytest.mark.parametrize(
    ("path", "text", "standing"),
    [
        ("k8s/shop.yaml", 'env:\n  - name: SHOP_LIMITS_ENABLED\n    value: "true"\n', Standing.LIVE),
        ("main.tf", 'env {\n  name  = "SHOP_LIMITS_ENABLED"\n  value = "true"\n}\n', Standing.LIVE),
        ("main.tf", 'env {\n  name  = "SHOP_LIMITS_ENABLED"\n  value = "false"\n}\n', Standing.OFF),
        ("compose.yml", "SHOP_LIMITS_ENABLED: true\n", Standing.LIVE),
        ("docker-compose.dev.yml", "SHOP_LIMITS_ENABLED: true\n", Standing.OFF),
        ("compose.override.yml", "SHOP_LIMITS_ENABLED: true\n", Standing.OFF),
        ("k8s/dev/shop.yaml", "SHOP_LIMITS_ENABLED: true\n", Standing.OFF),
        ("Dockerfile.test", "ENV SHOP_LIMITS_ENABLED=true\n", Standing.OFF),
        ("test.env", "SHOP_LIMITS_ENABLED=true\n", Standing.OFF),
    ],
)
def test_values_of_what_is_deployed_switch_on_and_those_of_development_do_not(
    path: str, text: str, standing: Standing
) -> None:
    seen = look({_PATH: f"{_IF}\nclass A {{\n  void a() {{ guard(); }}\n}}\n", path: text})
    file = seen.source.file(_PATH)

    assert seen.reach.standing(file, next(iter(file.calls))) is standing


_MAKER = "src/main/java/Config.java"
_PROVIDER = "src/main/java/Provider.java"


@pytest.mark.parametrize(
    ("files", "standing"),
    [
        ({_MAKER: f"{_IF}\nclass Config {{\n  A a() {{ return new A(); }}\n}}\n"}, Standing.OFF),
        ({_MAKER: "class Config {\n  A a() { return new A(); }\n}\n"}, Standing.LIVE),
        # What makes it is made by it alone; and another maker, or one that calls it as it is, keeps it.
        (
            {
                _PROVIDER: "class Provider {\n  A a() { return new A(); }\n}\n",
                _MAKER: f"{_IF}\nclass Config {{\n  Provider p() {{ return new Provider(); }}\n}}\n",
            },
            Standing.OFF,
        ),
        (
            {
                _PROVIDER: "@Component\nclass Provider {\n  A a() { return new A(); }\n}\n",
                _MAKER: f"{_IF}\nclass Config {{\n  A a() {{ return new A(); }}\n}}\n",
            },
            Standing.LIVE,
        ),
        (
            {
                _PROVIDER: "@Component\nclass Provider {\n  void b() { A.a(); }\n}\n",
                _MAKER: f"{_IF}\nclass Config {{\n  A a() {{ return new A(); }}\n}}\n",
            },
            Standing.LIVE,
        ),
        ({}, Standing.LIVE),
    ],
)
def test_a_class_that_only_a_bean_that_is_off_makes_is_off(files: dict[str, str], standing: Standing) -> None:
    seen = look({_PATH: "class A {\n  void a() { guard(); }\n}\n", **files})
    file = seen.source.file(_PATH)

    assert seen.reach.standing(file, next(iter(file.calls))) is standing
