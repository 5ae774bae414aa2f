"""Which workloads of a stack are the product's own, which of their containers serve, and what points at them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks.readiness.facts.kubernetes.objects import (
    LONG_RUNNING,
    Container,
    KubernetesObject,
    Means,
    Stack,
    are_together,
    is_selected,
)
from bot.checks.readiness.facts.located import Place, mappings, text_of
from bot.model import Evidence, Strength

# Images that are run as they are: databases, brokers, proxies, tools. By the last part of the name.
_OTHERS = re.compile(
    r"""(?:postgres(?:ql)?|pgvector|timescaledb(?:-ha)?|postgis|mysql|mariadb|percona.*|mongo(?:db)?|redis(?:-.*)?|valkey"""
    r"""|dragonfly|memcached|elasticsearch|opensearch|kibana|logstash|rabbitmq.*|kafka|cp-kafka|zookeeper|redpanda|nats"""
    r"""|nats-box|minio|mc|localstack|mailhog|mailpit|maildev|prometheus|alertmanager|grafana|loki|promtail|tempo|jaeger.*"""
    r"""|all-in-one|zipkin|otel.*|opentelemetry-.*|fluent-?bit|fluentd|vector|filebeat|node-exporter|.*_exporter"""
    r"""|.*-exporter|cadvisor|kube-state-metrics|busybox|alpine|ubuntu|debian|curl|kubectl|git|git-sync|traefik|haproxy"""
    r"""|envoy|istio-proxy|proxyv2|cloud-sql-proxy|cloudsql-docker/.*|oauth2-proxy|keycloak|vault|consul|etcd|clickhouse.*"""
    r"""|influxdb|cassandra|neo4j|dynamodb-local|qdrant|weaviate|meilisearch|typesense|pgbouncer|pgadmin4?|adminer|phpmyadmin|flower"""
    r"""|selenium.*|chrome|gotenberg|tika|azurite|zeebe|temporal.*|auto-setup|swagger-ui|dind|registry|configmap-reload"""
    r"""|k8s-sidecar|pause|(?:nginx|kong|haproxy|kubernetes|traefik)-ingress(?:-controller)?|defaultbackend(?:-amd64)?|nginx-ingress-controller|sqledge|mssql.*|server:20\d\d.*|oracle-.*|couchdb|cockroach|solr|sonarqube|unleash-server)"""
)
# Official images of servers and languages, such as `helm create` writes into a chart: others' where their name has no
# owner, since whoever builds on them publishes under a name of their own.
_OFFICIAL = re.compile(
    r"nginx(?:-unprivileged)?|httpd|caddy|node|python|ruby|golang|php|openjdk|eclipse-temurin|amazoncorretto|tomcat|jetty"
    r"|hello-world|whoami|http-echo"
)
_OFFICIAL_OWNERS = frozenset({"", "library", "docker.io", "nginxinc", "hashicorp", "traefik"})
# What images begin with, whatever they become, and what serves the files and the routes that an image puts into it.
_SYSTEMS = frozenset({"busybox", "alpine", "ubuntu", "debian", "traefik", "haproxy", "envoy"})
# Who publishes nothing but what is run as it is.
_PUBLISHERS = re.compile(
    r"(?:^|/)(?:confluentinc|bitnami|bitnamilegacy|debezium|eventuateio|strimzi|kubernetes-ingress-controller|ingress-nginx"
    r"|jetstack|kubernetesui|metrics-server|external-dns|haproxytech|cert-manager|external-secrets|kedacore|velero"
    r"|cilium|calico|tigera|linkerd|istio|coredns|longhornio|topolvm|kyverno|metallb|rook|openebs|prometheus-operator"
    r"|sig-storage|restatedev|temporalio|timberio|prom|eventstore|kurrentplatform|datalust|provectuslabs|obsidiandynamics"
    r"|tchiotludo|arangodb|apachepulsar|emqx|scylladb|victoriametrics|dpage)/"
)
_TAG = re.compile(r"(?::[^/:]*)?(?:@sha256:.*)?$")


@dataclass(frozen=True)
class App:
    """A workload of the product's own, in its stack.

    Attributes:
        owners: who publishes the product's images; empty where that is not known.
    """

    stack: Stack
    workload: KubernetesObject
    owners: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """Its kind and name."""
        return f"{self.workload.kind} {self.workload.name}"

    @property
    def own_containers(self) -> Sequence[Container]:
        """The containers that run the product; where all images are others', all of them."""
        every = list(self.workload.containers())
        return [one for one in every if _is_own(one.image, self.owners)] or every

    @property
    def serving(self) -> Sequence[Container]:
        """Those of its own containers that open a port; the first one where a service selects the pods all the same."""
        own = self.own_containers
        return [one for one in own if mappings(one.value.get("ports"))] or (own[:1] if self.services else [])

    @property
    def services(self) -> Sequence[KubernetesObject]:
        """The services of the stack that select its pods."""
        return [
            one
            for one in self.stack.of("Service")
            if are_together(one, self.workload) and is_selected(one.get("spec", "selector"), self.workload.labels)
        ]


def is_others(image: str) -> bool:
    """Whether an image is one that is run as it is."""
    name = _TAG.sub("", image).rpartition("/")[2]
    official = _OFFICIAL.fullmatch(name) and _split(image)[0] in _OFFICIAL_OWNERS
    published = official or bool(_PUBLISHERS.search(image))
    return bool(published or _OTHERS.fullmatch(name)) or "mssql/" in image or "cloudsql-docker/" in image


def is_server(image: str) -> bool:
    """Whether an image is a server of others, which goes on as one where only its settings are changed."""
    name = _TAG.sub("", image).rpartition("/")[2]
    return _OTHERS.fullmatch(name) is not None and name not in _SYSTEMS


def find_apps(stacks: Sequence[Stack]) -> Sequence[App]:
    """The workloads that run on and run at least one image of the product's own."""
    return [app for stack in stacks for app in _find_own(stack)]


def _find_own(stack: Stack) -> Iterator[App]:
    owners = _owners(stack)
    for one in stack.of(*LONG_RUNNING):
        if any(_is_own(container.image, owners) for container in one.containers()):
            yield App(stack, one, owners)


def _owners(stack: Stack) -> frozenset[str]:
    """Who publishes the images that have the chart's name, such as `acme`; nobody where none has it."""
    product = stack.folder.rpartition("/")[2].lower() if stack.means is Means.HELM else ""
    images = [_split(container.image) for one in stack.of(*LONG_RUNNING) for container in one.containers()]
    return frozenset(owner for owner, name in images if product and owner and product in {name, owner})


def _is_own(image: str, owners: frozenset[str]) -> bool:
    """Whether an image is none that is run as it is, and none of others where it is known whose the product's are."""
    owner = _split(image)[0]
    return not is_others(image) and (not owners or not owner or owner in owners)


def _split(image: str) -> tuple[str, str]:
    """Who publishes an image, without the registry, and its name."""
    *folders, name = _TAG.sub("", image).lower().split("/")
    return folders[-1] if folders else "", name


def show(stack: Stack, place: Place, text: str, strength: Strength) -> Iterator[Evidence]:
    """Yield evidence at a place, and at the value that decided it where a chart's values did."""
    yield Evidence(path=place.path, line=place.line, text=text, strength=strength)
    cause = stack.causes.get(place)
    if cause is not None:
        yield Evidence(path=cause.path, line=cause.line, text=f"the value that decides it: {text}", strength=strength)


def name_of(value: object) -> str:
    """The name that a reference has."""
    return text_of(value.get("name")) if isinstance(value, dict) else ""
