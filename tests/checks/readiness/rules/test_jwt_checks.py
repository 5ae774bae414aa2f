"""Checks of tokens that check less than they have to, whichever keys there are."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_NEST = {
    "package.json": '{"name": "shop", "dependencies": {"@nestjs/core": "^11", "passport-jwt": "^4", "jwks-rsa": "^3"}}',
    "src/main.ts": "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\n"
    "async function start() {\n  const app = await NestFactory.create(AppModule);\n  await app.listen(3000);\n}\n"
    "void start();\n",
    "src/app.module.ts": "import { JwtStrategy } from './jwt.strategy';\nexport class AppModule {}\n",
}
_STRATEGY = """\
import { passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      %s
    });
  }
}
"""
_KEYS = "secretOrKeyProvider: passportJwtSecret({ jwksUri: 'https://id.example/jwks' }),"
_GOOGLE = """\
import { OAuth2Client } from 'google-auth-library';
@Injectable()
export class AppModule {
  async read(idToken) {
    return this.google.verifyIdToken({ idToken: idToken%s });
  }
}
"""
_PYTHON = """\
import jwt
from fastapi import FastAPI
app = FastAPI()
keys = jwt.PyJWKClient("https://id.example/jwks")
@app.get("/me")
def me(token: str):
    return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, %s)
"""


_OF_MANY = """\
import jwt
from fastapi import FastAPI
app = FastAPI()
keys = jwt.PyJWKClient("https://id.example/jwks")
@app.get("/me")
def me(token: str):
    claims = jwt.decode(token, key(token), algorithms=["RS256"], options={%s})
    return find(claims)
def find(token: str):
    claims = jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=["RS256"], options={%s})
    %s
"""


def _nest(options: str) -> dict[str, str]:
    return {**_NEST, "src/jwt.strategy.ts": _STRATEGY % options}


def _google(audience: str) -> dict[str, str]:
    return {**_NEST, "src/app.module.ts": _GOOGLE % audience}


def _python(options: str) -> dict[str, str]:
    return {"requirements.txt": "fastapi\npyjwt\n", "main.py": _PYTHON % options}


@pytest.mark.parametrize(
    "files",
    [
        _nest(_KEYS),
        _nest(f"{_KEYS} ignoreExpiration: false,"),
        _google(", audience: [id]"),
        _python('audience="shop", algorithms=["RS256"]'),
        # Read first to learn whose keys it needs; a key that is empty is none.
        {
            path: text.replace(
                "jwt.decode(", 'jwt.decode(t, "", options={"verify_signature": False})\n    jwt.decode(', 1
            )
            for path, text in _python('audience="shop", algorithms=["RS256"]').items()
        },
    ],
)
def test_tokens_that_are_checked_with_the_keys_of_their_issuer_pass(files: dict[str, str]) -> None:
    assert ask_item("security.jwt-jwks", files).state is State.PASS


_OURS = 'if claims.get("aud") not in ours():\n        raise Refused'


@pytest.mark.parametrize(
    ("options", "behind", "state"),
    [
        ('"verify_aud": False', _OURS, State.PASS),
        ('"verify_aud": False', 'log(claims["aud"])\n    return claims', State.FAIL),
        ('"verify_aud": False', 'log(claims["aud"])\n    if not claims.get("sub"):\n        raise Refused', State.FAIL),
        ('"verify_aud": False', 'aud = claims["aud"]\n    if aud not in ours():\n        raise Refused', State.PASS),
        ('"verify_aud": False', 'if not claims.get("sub"):\n        raise Refused', State.FAIL),
        ('"verify_aud": False, "verify_iss": False', _OURS, State.FAIL),
    ],
)
def test_an_audience_may_be_read_by_the_function_itself(options: str, behind: str, state: State) -> None:
    files = {"requirements.txt": "fastapi\npyjwt\n", "main.py": _OF_MANY % ("", options, behind)}

    assert ask_item("security.jwt-jwks", files).state is state


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (_nest(f"{_KEYS} ignoreExpiration: true,"), "tokens are taken after they expire"),
        (_nest("secretOrKey: process.env.SECRET,"), "tokens are checked with one shared secret"),
        (_google(""), "the audience of tokens is not checked"),
        (_python('algorithms=["none", "RS256"]'), "tokens without a signature are taken"),
        (_python('algorithms=["RS256"], options={"verify_aud": False}'), "the audience or the issuer of tokens"),
        (
            _python('options={"verify_signature": False}, algorithms=["RS256"]'),
            "tokens are read without checking their signature",
        ),
    ],
)
def test_tokens_that_are_checked_less_than_they_have_to_be_fail(files: dict[str, str], why: str) -> None:
    judged = ask_item("security.jwt-jwks", files)

    assert judged.state is State.FAIL
    assert judged.reason.startswith(why)


_GO = """\
package main

import (
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
)

func main() {
	provider, _ := oidc.NewProvider(ctx, issuer)
	verifier := provider.Verifier(&oidc.Config{%s})
	http.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		token, err := verifier.Verify(r.Context(), r.Header.Get("Authorization"))
		if err != nil %s{
			http.Error(w, "unauthorized", http.StatusUnauthorized)
		}
	})
	http.ListenAndServe(":8080", nil)
}
"""
_RUST = """\
use axum::{routing::get, Router};
use jsonwebtoken::{decode, jwk::JwkSet, Algorithm, DecodingKey, Validation};

fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    %s
    validation
}

fn me(keys: JwkSet, token: &str) -> Claims {
    let key = DecodingKey::from_jwk(keys.find("a").unwrap()).unwrap();
    decode::<Claims>(token, %s, &validation()).unwrap().claims
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/me", get(me));
    axum::serve(listener, app).await.unwrap();
}
"""


def _go(options: str, also: str = "") -> dict[str, str]:
    return {"go.mod": "module shop\nrequire github.com/coreos/go-oidc/v3 v3\n", "main.go": _GO % (options, also)}


def _rust(line: str, key: str = "&key") -> dict[str, str]:
    cargo = '[package]\nname = "shop"\n[dependencies]\naxum = "1"\njsonwebtoken = "10"\n'
    return {"Cargo.toml": cargo, "src/main.rs": _RUST % (line, key)}


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (_go("ClientID: id"), State.PASS),
        (_go("ClientID: id, InsecureSkipSignatureCheck: true"), State.FAIL),
        (_go("ClientID: id, SkipIssuerCheck: true"), State.FAIL),
        (_go("ClientID: id, SkipIssuerCheck: c.many"), State.PASS),
        # One application of many tenants, and one of many clients: they look by hand.
        (_go("ClientID: id, SkipIssuerCheck: true", "|| token.Issuer != tenant "), State.PASS),
        (_go("SkipClientIDCheck: true", "|| !ours(token.Audience) "), State.PASS),
        # A token that is read first, to learn what it is.
        (
            _go(
                "ClientID: id, InsecureSkipSignatureCheck: true",
                "|| !oidc.NewVerifier(a, b, &oidc.Config{ClientID: id}) ",
            ),
            State.PASS,
        ),
        (_rust("validation.set_audience(&[ours]);"), State.PASS),
        (_rust("validation.validate_aud = false;"), State.FAIL),
        (_rust("validation.insecure_disable_signature_validation();"), State.FAIL),
        # Read first, to learn whose keys it needs.
        (
            _rust("validation.insecure_disable_signature_validation();", '&DecodingKey::from_secret(b"")'),
            State.PASS,
        ),
    ],
)
def test_what_verifiers_of_go_and_rust_are_told_to_skip_is_not_checked(files: dict[str, str], state: State) -> None:
    assert ask_item("security.jwt-jwks", files).state is state


_EXPRESS = """\
import express from 'express'
%s
const app = express()
app.use((req, res, next) => { %s; next() })
app.get('/x', f)
app.listen(1)
"""
_FLASK = """\
from flask import Flask
%s
app = Flask(__name__)
@app.before_request
def ask():
    %s
"""


@pytest.mark.parametrize(
    ("imported", "call", "state"),
    [
        ("import { verify } from 'jsonwebtoken'", "verify(t, SECRET)", State.FAIL),
        ("import { sign, verify as checkToken } from 'jsonwebtoken'", "checkToken(t, SECRET)", State.FAIL),
        ("const { verify } = require('jsonwebtoken')", "verify(t, SECRET)", State.FAIL),
        ("import tokens from 'jsonwebtoken'", "tokens.verify(t, SECRET)", State.FAIL),
        ("import { verify, sign } from 'hono/jwt'", "verify(t, SECRET)", State.FAIL),
        ("import { jwtVerify as verifyToken } from 'jose'", "verifyToken(t, SECRET)", State.FAIL),
        ("import { SignJWT as verifyToken } from 'jose'", "verifyToken(t, SECRET)", State.NOT_APPLICABLE),
        ("import { verify, sign } from 'jsonwebtoken'", "sign(t, SECRET)", State.NOT_APPLICABLE),
        ("import { verify } from './captcha'\nimport jwt from 'jsonwebtoken'", "verify(t, S)", State.NOT_APPLICABLE),
    ],
)
def test_a_check_of_a_token_is_known_by_what_it_is_imported_from(imported: str, call: str, state: State) -> None:
    files = {"package.json": '{"dependencies": {"express": "4"}}', "server.ts": _EXPRESS % (imported, call)}

    assert ask_item("security.jwt-jwks", files).state is state


@pytest.mark.parametrize(
    ("imported", "call", "state"),
    [
        ("from jwt import decode", "decode(t, KEY, algorithms=['HS256'])", State.FAIL),
        ("from jose.jwt import decode as d_decode", "d_decode(t, KEY, algorithms=['HS256'])", State.FAIL),
        (
            "from itsdangerous import TimedJSONWebSignatureSerializer as Serializer",
            "Serializer(KEY).loads(t)",
            State.FAIL,
        ),
        (
            "from itsdangerous import TimedJSONWebSignatureSerializer as Serializer",
            "Serializer(KEY).dumps(t)",
            State.NOT_APPLICABLE,
        ),
        (
            "from itsdangerous import URLSafeTimedSerializer as Serializer",
            "Serializer(K).loads(t)",
            State.NOT_APPLICABLE,
        ),
        ("from jwt import encode", "encode(t, KEY, algorithms=['HS256'])", State.NOT_APPLICABLE),
    ],
)
def test_a_check_of_a_token_in_python_is_known_by_its_import(imported: str, call: str, state: State) -> None:
    files = {"requirements.txt": "flask\n", "app.py": _FLASK % (imported, call)}

    assert ask_item("security.jwt-jwks", files).state is state


_RUST = """\
use axum::Router;
use openidconnect::core::{CoreClient, CoreProviderMetadata};

async fn main() {
    axum::serve(listener, Router::new().route("/x", get(sign_in))).await;
}

async fn sign_in(code: String) {
    let client = %s;
    let claims = id_token.claims(&client.id_token_verifier(), &nonce);
}
"""


@pytest.mark.parametrize(
    ("client", "state"),
    [
        ("CoreClient::from_provider_metadata(CoreProviderMetadata::discover_async(url).await?, id, None)", State.PASS),
        ("CoreClient::new(id, issuer, keys)", State.NOT_APPLICABLE),
    ],
)
def test_a_sign_in_of_rust_checks_tokens_with_what_a_provider_publishes(client: str, state: State) -> None:
    cargo = '[package]\nname = "shop"\n[dependencies]\naxum = "0.8"\nopenidconnect = "4"\n'

    assert ask_item("security.jwt-jwks", {"Cargo.toml": cargo, "src/main.rs": _RUST % client}).state is state


@pytest.mark.parametrize(
    ("classes", "told", "state"),
    [
        ("rest_framework_simplejwt.authentication.JWTAuthentication", "'ALGORITHM': 'HS256'", State.FAIL),
        ("dj_rest_auth.jwt_auth.JWTCookieAuthentication", "", State.FAIL),
        (
            "rest_framework_simplejwt.authentication.JWTAuthentication",
            "'ALGORITHM': 'RS256', 'JWK_URL': os.environ['KEYS']",
            State.PASS,
        ),
        ("rest_framework_simplejwt.authentication.JWTAuthentication", "'JWK_URL': None", State.FAIL),
        # No token of that kind.
        ("rest_framework.authentication.TokenAuthentication", "", State.NOT_APPLICABLE),
    ],
)
def test_who_sends_a_request_to_django_is_asked_with_a_key_of_the_settings(
    classes: str, told: str, state: State
) -> None:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'app.settings')\n",
        "app/__init__.py": "",
        "app/urls.py": "from django.urls import path\nfrom app import views\n\nurlpatterns = [path('a/', views.a)]\n",
        "app/settings.py": (
            "import os\n\nROOT_URLCONF = 'app.urls'\nINSTALLED_APPS = ['rest_framework']\n"
            f"REST_FRAMEWORK = {{\n    'DEFAULT_AUTHENTICATION_CLASSES': (\n        '{classes}',\n    ),\n}}\n"
            f"SIMPLE_JWT = {{{told}}}\n"
        ),
        "requirements.txt": "Django==4.2\ndjangorestframework==3.14\ndjangorestframework-simplejwt==5.3\n",
    }
    assert ask_item("security.jwt-jwks", files).state is state
