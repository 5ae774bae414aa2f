"""What sends and takes messages, and what only has such a name in a file that also knows a broker."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_GO_NEEDS = (
    "github.com/apache/pulsar-client-go v0.12.0",
    "go.temporal.io/sdk v1.25.0",
    "github.com/eclipse/paho.mqtt.golang v1.4.0",
    "github.com/gofiber/fiber/v2 v2.0.0",
)
_MOD = "module a\n\ngo 1.22\n\nrequire (\n" + "".join(f"\t{one}\n" for one in _GO_NEEDS) + ")\n"


def _go(module: str, body: str) -> dict[str, str]:
    imports = f'import (\n\t"github.com/gofiber/fiber/v2"\n\t"{module}"\n)\n'
    return {"go.mod": _MOD, "main.go": f"package main\n\n{imports}\nfunc main() {{\n{body}\n}}\n"}


def _python(imports: str, body: str) -> dict[str, str]:
    begin = f"{imports}\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
    return {
        "requirements.txt": "paho-mqtt\naiomqtt\npyzmq\nfastapi\nhttpx\n",
        "main.py": f'{begin}{body}\n\n@app.post("/a")\ndef a():\n    return 1\n',
    }


def _script(body: str) -> dict[str, str]:
    needs = '"zeromq": "6", "kafka-node": "5", "ws": "8", "express": "4"'
    return {"package.json": f'{{"scripts": {{"start": "node a.js"}}, "dependencies": {{{needs}}}}}', "a.js": body}


def _java(imports: str, body: str) -> dict[str, str]:
    needs = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId></dependency>"
        for group, name in (
            ("com.azure", "azure-messaging-servicebus"),
            ("jakarta.jms", "jakarta.jms-api"),
            ("org.springframework.boot", "spring-boot-starter-web"),
        )
    )
    top = f"package a;\nimport {imports};\nimport org.springframework.stereotype.Service;\n"
    return {
        "pom.xml": f"<project><dependencies>{needs}</dependencies></project>",
        "src/main/java/a/S.java": f"{top}@Service\npublic class S {{\n  void a(String x) {{\n    {body}\n  }}\n}}\n",
    }


def _sharp(body: str) -> dict[str, str]:
    needs = "".join(f'<PackageReference Include="{one}" Version="4"/>' for one in ("MQTTnet", "Dapr.Client"))
    begin = "var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\n"
    return {
        "a.csproj": f'<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup>{needs}</ItemGroup></Project>',
        "Program.cs": f"using MQTTnet;\nusing Dapr.Client;\n{begin}{body}\napp.Run();\n",
    }


def _rust(imports: str, body: str) -> dict[str, str]:
    needs = '[dependencies]\naxum = "0.7"\npulsar = "6"\nrumqttc = "0.24"\nrdkafka = "0.36"\nreqwest = "0.12"\n'
    return {
        "Cargo.toml": f'[package]\nname = "a"\nversion = "0.1.0"\n{needs}',
        "src/main.rs": f"use {imports};\n#[tokio::main]\nasync fn main() {{\n    {body}\n}}\n",
    }


_PULSAR, _TEMPORAL = "github.com/apache/pulsar-client-go/pulsar", "go.temporal.io/sdk/worker"
_MQTT = "github.com/eclipse/paho.mqtt.golang"
_ZMQ = 'sock = zmq.Context().socket(zmq.{})\nsock.connect("tcp://b")\n{}'
_PAHO = "client = mqtt.Client()\n{}client.loop_start()\n"
_BUS = "com.azure.messaging.servicebus.*"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (_go(_PULSAR, "\tc, _ := client.Subscribe(pulsar.ConsumerOptions{})\n\tc.Receive(ctx)"), State.PASS),
        (_go(_PULSAR, '\tr := gin.Default()\n\tr.Run(":80")'), State.FAIL),
        (_go(_TEMPORAL, "\tw.RegisterWorkflow(flow)\n\tw.Run(worker.InterruptCh())"), State.PASS),
        (_go(_TEMPORAL, '\te.Start(":80")'), State.FAIL),
        (_python("import paho.mqtt.client as mqtt", _PAHO.format("client.on_message = take\n")), State.PASS),
        (_python("import paho.mqtt.client as mqtt", _PAHO.format("")), State.FAIL),
        (_python("import zmq", _ZMQ.format("SUB", "sock.recv()")), State.PASS),
        (_python("import zmq", _ZMQ.format("REQ", "sock.send(b'')\nsock.recv()")), State.FAIL),
        (_script("import { Pull } from 'zeromq'\nconst sock = new Pull()\nawait sock.receive()\n"), State.PASS),
        (_script("import { Request } from 'zeromq'\nconst sock = new Request()\nawait sock.receive()\n"), State.FAIL),
        (_rust("rumqttc::AsyncClient", 'client.subscribe("t", q).await;'), State.PASS),
        (_rust("rumqttc::AsyncClient", "events.poll().await;\n    rx.recv().await;"), State.FAIL),
        (_rust("pulsar::Pulsar", "registry.register(x);"), State.FAIL),
        (_rust("tokio::sync::broadcast", "let c = rdkafka::P::new();\n    let rx = tx.subscribe();"), State.FAIL),
        (_rust("tokio::sync::broadcast", 'let c: rdkafka::C = make();\n    c.subscribe(&["t"]);'), State.PASS),
        (_java(_BUS, "receiver.receiveMessages().subscribe(m -> {});"), State.PASS),
        (_java(_BUS, "sender.sendMessage(new ServiceBusMessage(x)).subscribe(v -> {});"), State.FAIL),
    ],
)
def test_what_takes_messages(files: dict[str, str], state: State) -> None:
    assert ask_item("messaging.subscribers", files).state is state


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (_go(_MQTT, '\tclient.Publish("t", 0, false, "x")'), State.PASS),
        (_go(_MQTT, '\tapp.Get("/", func(c *fiber.Ctx) error { return c.Send(x) })'), State.FAIL),
        (_python("import aiomqtt", 'client = aiomqtt.Client("b")\nclient.publish("t", "x")'), State.PASS),
        (_python("import aiomqtt\nimport httpx", "client = httpx.Client()\nclient.send(request)"), State.FAIL),
        (_python("import aiomqtt", "websocket.send_json({})"), State.FAIL),
        (_python("import zmq", _ZMQ.format("PUSH", "sock.send_json({})")), State.PASS),
        (_script("import kafka from 'kafka-node'\nconst producer = make(kafka)\nproducer.send([a], f)\n"), State.PASS),
        (_script("import kafka from 'kafka-node'\nwss.on('connection', (client) => client.send('a'))\n"), State.FAIL),
        (_script("import kafka from 'kafka-node'\nconst batches = []\nbatches.push(kafka)\n"), State.FAIL),
        (_java("jakarta.jms.*", "producer.send(x);"), State.PASS),
        (_java("jakarta.jms.*", "httpClient.send(x, y);"), State.FAIL),
        (_java("jakarta.jms.*", "client.send(x, HttpResponse.BodyHandlers.ofString());"), State.FAIL),
        (_java("jakarta.jms.*", 'jdbcTemplate.execute("x");'), State.FAIL),
        (_sharp("await mqttClient.PublishAsync(message);"), State.PASS),
        (_sharp('await daprClient.PublishEventAsync("p", "t", x);'), State.PASS),
        (_sharp('await http.PostAsync("http://x", x);'), State.FAIL),
        (_sharp("await mediator.Send(x);"), State.FAIL),
        (_rust("rumqttc::AsyncClient", 'client.publish("t", q, false, "x").await;'), State.PASS),
        (_rust("pulsar::Pulsar", "producer.send(x).await;"), State.PASS),
        (_rust("pulsar::Pulsar", "tx.send(x).await;"), State.FAIL),
        (_rust("pulsar::Pulsar", 'reqwest::Client::new().get("http://x").send().await;'), State.FAIL),
    ],
)
def test_what_sends_messages(files: dict[str, str], state: State) -> None:
    assert ask_item("messaging.publishing", files).state is state
