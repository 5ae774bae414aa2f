"""Ids of requests that a program makes in packages of its own, and what a log of requests is not told."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import ask_item

_GO = {"go.mod": "module a\n"}
_SERVER = 'func main() {\n\thttp.HandleFunc("/a", f)\n\thttp.ListenAndServe(":80", nil)\n}\n'


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("func all() []M {\n\treturn []M{requestid.Middleware(), log.Middleware()}\n}\n", "pass"),
        ("func opts() []O {\n\treturn []O{requestid.NewUnaryInterceptor()}\n}\n", "pass"),
        ("func f(w W, r *R) {\n\tctx := reqctx.WithRequestID(r.Context())\n\tg(ctx)\n}\n", "pass"),
        ("func f(ctx C) {\n\tctx = client.WithRequestID(ctx, id)\n\tg(ctx)\n}\n", "fail"),
        ("func f(r *R) {\n\tid := requestid.FromContext(r.Context())\n\tg(id)\n}\n", "fail"),
    ],
)
def test_a_package_of_its_own_gives_requests_an_id(code: str, state: str) -> None:
    main = f"package main\n\n{code}{_SERVER}".replace(
        "main() {\n", "main() {\n\tall()\n\topts()\n\tf()\n" if state == "pass" else "main() {\n\tf()\n"
    )

    assert ask_item("api.request-id", {**_GO, "main.go": main}).state == state


@pytest.mark.parametrize(
    ("call", "state"),
    [
        ("ctx.set('Shop-Core-Request-Id', requestId)", "pass"),
        ("ctx.set('Shop-Change-Request-Id', change)", "fail"),
        ("outgoing.set('Shop-Request-Id', requestId)", "fail"),
    ],
)
def test_a_header_of_the_product_s_own_name_is_set_on_the_answer(call: str, state: str) -> None:
    code = f"import Koa from 'koa'\nconst app = new Koa()\napp.use(async (ctx, next) => {{ await next(); {call} }})\n"

    assert ask_item("api.request-id", {"server.ts": f"{code}app.listen(80)\n"}).state == state


_EXPRESS = (
    "import express from 'express'\nimport morgan from 'morgan'\nconst app = express()\napp.use(morgan('tiny'))\n"
)


@pytest.mark.parametrize(
    ("path", "said", "state"),
    [
        ("auth.ts", "{ has: Boolean(req.headers.authorization) }", "pass"),
        ("auth.ts", "{ has: !!req.headers.authorization }", "pass"),
        ("auth.ts", "{ has: req.headers.authorization }", "fail"),
        ("bin/seed.ts", "{ has: apiKey }", "pass"),
    ],
)
def test_whether_there_is_a_token_is_no_token(path: str, said: str, state: str) -> None:
    files = {
        "server.ts": f"{_EXPRESS}import {{ check }} from './{path.removesuffix('.ts')}'\napp.get('/a', check)\n",
        path: f"export const check = (req) => {{\n  logger.warn({said}, 'refused')\n}}\n",
    }

    assert ask_item("monitoring.request-logging", files).state == state


@pytest.mark.parametrize(("command", "state"), [('["fastapi", "run"]', "pass"), ('["fastapi", "dev"]', "fail")])
def test_fastapi_s_own_server_logs_requests(command: str, state: str) -> None:
    files = {
        "main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/a')\ndef a():\n    return 1\n",
        "Dockerfile": f"FROM python\nCMD {command}\n",
    }

    assert ask_item("monitoring.request-logging", files).state == state


_GRPC = "package main\n\nfunc main() {\n\ts := grpc.NewServer()\n\thealthpb.RegisterHealthServer(s, health.New())\n}\n"


@pytest.mark.parametrize(("command", "state"), [("/bin/grpc_health_probe -addr=:81", "pass"), ("/bin/true", "fail")])
def test_a_probe_of_grpc_asks_the_service_of_health(command: str, state: str) -> None:
    files = {
        "go.mod": "module a\nrequire google.golang.org/grpc v1.60.0\n",
        "main.go": _GRPC.replace("main\n\n", 'main\n\nimport "google.golang.org/grpc"\n\n'),
        "Dockerfile": f"FROM scratch\nHEALTHCHECK CMD {command}\n",
    }

    assert ask_item("infrastructure.health-endpoints", files).state == state


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("def f(x):\n    r = requests.post(URL, json=x)\n    log.error(f'refused: {r.json()}')\n", "pass"),
        ("def f(x):\n    with self.session.get(URL) as r:\n        log.error('refused', r.headers)\n", "pass"),
        ("def f(r):\n    log.error('refused', r.headers)\n", "fail"),
        ("def f(r):\n    r = wrap(r)\n    log.error('refused', r.headers)\n", "fail"),
        ("def f(x):\n    r = requests.post(URL)\n    log.error('refused', request.headers)\n", "fail"),
    ],
)
def test_what_was_answered_to_the_program_is_no_request(code: str, state: str) -> None:
    main = (
        "import logging\nfrom fastapi import FastAPI\napp = FastAPI()\napp.add_middleware(LoggingMiddleware)\n"
        f"log = logging.getLogger()\nlog.info('no api_key')\n\n{code}\n@app.get('/x')\ndef g():\n    f(1)\n"
    )
    assert ask_item("monitoring.request-logging", {"main.py": main}).state == state
