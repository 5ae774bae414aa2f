"""Guards of a program's own: told by what they do, and by where they are mounted."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item, places

_ITEM = "security.auth-middleware"
_EXPRESS = "import express from 'express'\n"
_KEYED = """\
export function keyed(req, res, next) {
  if (req.headers['x-api-key'] !== process.env.KEY) return res.status(401).end()
  next()
}
"""
_OF_CLASS = """\
export class Keys {
  handler(req, res, next) {
    if (req.headers['x-api-key'] !== process.env.KEY) return res.status(401).end()
    next()
  }
}
"""
_CONTROLLER = """import { controller, httpGet } from 'inversify-express-utils'
import { keyed } from './keyed'
@controller('/items')
export class Items {
  @httpGet('/', keyed)
  list() {}
}
"""
_DEPENDENCY = """\
from fastapi import HTTPException, Security
def check_key(key: str = Security(header)):
    if key != settings.api_key:
        raise HTTPException(403, "bad key")
"""
_GO = """\
package main
func keyed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != want {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}
"""
_CSHARP = """\
class KeyMiddleware {
  public async Task InvokeAsync(HttpContext context) {
    if (context.Request.Headers["X-Api-Key"] != key) { context.Response.StatusCode = 401; return; }
    await _next(context);
  }
}
"""
_APP = "var app = WebApplication.CreateBuilder(a).Build();\n"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (
            {"server.ts": f"{_EXPRESS}import {{ keyed }} from './keyed'\nexpress().use(keyed)\n", "keyed.ts": _KEYED},
            "server.ts:3",
        ),
        (
            {
                "server.ts": f"{_EXPRESS}import {{ Keys }} from './keys'\nexpress().use(new Keys().handler)\n",
                "keys.ts": _OF_CLASS,
            },
            "server.ts:3",
        ),
        (
            {
                "server.ts": f"{_EXPRESS}import './items'\nexpress().listen(1)\n",
                "items.ts": _CONTROLLER,
                "keyed.ts": _KEYED,
            },
            "items.ts:5",
        ),
        (
            {"app/main.py": "app = FastAPI(dependencies=[Depends(check_key)])\n", "app/keys.py": _DEPENDENCY},
            "app/main.py:1",
        ),
        ({"main.go": f'{_GO}func main() {{\n\thttp.ListenAndServe(":80", keyed(mux))\n}}\n'}, "main.go:12"),
        ({"Program.cs": f"{_APP}app.UseMiddleware<KeyMiddleware>();\n", "Key.cs": _CSHARP}, "Program.cs:2"),
        (
            {
                "app.py": "app = Flask(__name__)\n@app.before_request\ndef check():\n"
                "    if 'user_id' not in session:\n        abort(401)\n"
            },
            "app.py:3",
        ),
        (
            {
                "Gemfile": "gem 'sinatra'\n",
                "app.rb": "before do\n  halt 401 unless session[:user_id]\nend\nget '/x' do\nend\n",
            },
            "app.rb:1",
        ),
        (
            {
                "A.java": '@RestController class A { @GetMapping("/x") String x() { } }',
                "KeyFilter.java": "@Component\nclass KeyFilter extends OncePerRequestFilter {\n"
                ' void doFilterInternal(A a, B b, C c) { if (!k.equals(a.getHeader("X-Api-Key")))'
                " { b.sendError(401); return; }\n"
                " c.doFilter(a, b); }\n}\n",
            },
            "KeyFilter.java:1",
        ),
        (
            {
                "src/main.rs": "async fn auth(r: Request, next: Next) -> Result<Response, StatusCode> {\n"
                " check(r.headers().get(AUTHORIZATION)).ok_or(StatusCode::UNAUTHORIZED)?;\n Ok(next.run(r).await)\n}\n"
                "fn main() {\n let app = Router::new().layer(middleware::from_fn(auth));\n axum::serve(l, app);\n}\n"
            },
            "src/main.rs:6",
        ),
    ],
)
def test_a_guard_is_known_by_what_it_does(files: dict[str, str], place: str) -> None:
    judged = ask_item(_ITEM, files)

    assert (judged.state, places(judged)[0]) == (State.PASS, place), judged


@pytest.mark.parametrize(
    "files",
    [
        # Defined, and mounted nowhere.
        {"server.ts": f"{_EXPRESS}{_KEYED}express().get('/x', f)\n"},
        # What something else calls by the name of a method, and waits for.
        {
            "server.ts": f"{_EXPRESS}import {{ Keys }} from './keys'\nnew Keys().handler\nexpress().get('/x', f)\n"
            "express().post('/y', (q, r) => all.map((handler) => handler.take(q)))\n"
            "await Promise.all(all.map((handler) => handler.take(1)))\n",
            "keys.ts": _OF_CLASS,
        },
        {"server.ts": f"{_EXPRESS}{_KEYED}express().get('/x', f)\nawait Promise.all([keyed])\n"},
        {"app/main.py": "app = FastAPI()\n", "app/keys.py": _DEPENDENCY},
        {"main.go": f'{_GO}func main() {{\n\thttp.ListenAndServe(":80", mux)\n}}\n'},
        {"Program.cs": _APP, "Key.cs": _CSHARP},
        # A sign-in refuses who knows no password, and hands nothing on.
        {
            "server.ts": f"{_EXPRESS}const login = async (req, res, next) => {{\n  try {{\n"
            "    if (!(await check(req.body))) return res.status(401).json({})\n    res.json({ token: make() })\n"
            "  } catch (error) { next(error) }\n}\nexpress().post('/login', login)\n"
        },
        # It asks for a token against forged requests, which everybody gets.
        {
            "server.ts": f"{_EXPRESS}function csrf(req, res, next) {{\n"
            "  if (req.headers['x-csrf-token'] !== req.cookies.csrf) return res.status(403).end()\n  next()\n}\n"
            "express().use(csrf)\n"
        },
        # What takes errors hands on first, and answers 401 for one that comes back.
        {
            "server.ts": f"{_EXPRESS}const wrong = (err, req, res, next) => {{\n"
            "  if (err.name === 'BadToken') return res.status(401).json({ error: 'invalid token' })\n  next()\n}\n"
            "const app = express()\napp.get('/x', f)\napp.use(wrong)\n".replace("next()", "res.status(500).end()")
        },
        {
            "Program.cs": f"{_APP}app.UseMiddleware<Wrong>();\n",
            "Wrong.cs": "class Wrong {\n  public async Task InvokeAsync(HttpContext context) {\n"
            "    try { await _next(context); }\n"
            '    catch (BadToken) { context.Response.StatusCode = 401; await context.Say("invalid token"); }\n  }\n}\n',
        },
        {
            "app/main.py": 'app = FastAPI()\n@app.middleware("http")\nasync def wrong(request, call_next):\n    try:\n'
            "        return await call_next(request)\n    except BadToken:\n"
            "        return JSONResponse({}, status_code=401)\n"
        },
        # In development alone.
        {"server.ts": f"{_EXPRESS}{_KEYED}if (process.env.NODE_ENV !== 'production') express().use(keyed)\n"},
    ],
)
def test_what_guards_nothing_is_none(files: dict[str, str]) -> None:
    assert ask_item(_ITEM, files).state is State.FAIL


@pytest.mark.parametrize(
    ("guarding", "not_guarding"),
    [
        ("app.addHook('onRequest', async (q) => { await q.jwtVerify() })", "app.register(jwt)"),
        ("app.use(jwt({ secret }))", "app.register(jwt, { secret })"),
        ("app.get('/x', passport.authenticate('jwt'), f)", "app.get('/google', passport.authenticate('google'))"),
        ("app.post('/x', authenticate, f)", "app.post('/login', authenticate)"),
        ("app.post('/x', authenticate, this.auth.leave)", "app.post('/x', check(Dto), this.auth.signUp)"),
        ("app.post('/x', auth.required, f)", "app.post('/x', auth.login)"),
    ],
)
def test_what_signs_in_guards_nothing(guarding: str, not_guarding: str) -> None:
    states = [
        ask_item(_ITEM, {"server.ts": f"{_EXPRESS}const app = express()\n{line}\n"}).state
        for line in (guarding, not_guarding)
    ]

    assert states == [State.PASS, State.FAIL]


@pytest.mark.parametrize(
    ("path", "guarding", "not_guarding", "beside"),
    [
        (
            "middleware.ts",
            "import { clerkMiddleware } from 'c'\nexport default clerkMiddleware(async (a) => { await a.protect() })\n",
            "import { clerkMiddleware } from 'c'\nexport default clerkMiddleware()\n",
            {"app/api/x/route.ts": "export async function POST() {}\n"},
        ),
        (
            "main.go",
            "package main\nfunc main() {\n\tr.Use(jwtauth.Authenticator(tokenAuth))\n}\n",
            "package main\nfunc main() {\n\tr.Use(jwtauth.Verifier(tokenAuth))\n}\n",
            {"serve.go": 'package main\nfunc init() {\n\thttp.ListenAndServe(":80", r)\n}\n'},
        ),
        (
            "A.java",
            '@RestController @PreAuthorize("isAuthenticated()") class A { @GetMapping("/x") String x() { } }',
            '@RestController @PreAuthorize("permitAll()") class A { @GetMapping("/x") String x() { } }',
            {},
        ),
        (
            "src/main/resources/application.properties",
            "quarkus.http.auth.permission.all.policy=authenticated\n",
            "quarkus.http.auth.permission.all.policy=permit\n",
            {"A.java": '@Path("/x") class A { @GET String x() { } }'},
        ),
    ],
)
def test_who_is_let_in_anyway_meets_no_guard(
    path: str, guarding: str, not_guarding: str, beside: dict[str, str]
) -> None:
    states = [ask_item(_ITEM, {path: text, **beside}).state for text in (guarding, not_guarding)]

    assert states == [State.PASS, State.FAIL]


_ROUTED = "import io.micronaut.http.annotation.*;"
_MICRONAUT = """\
@Filter("/**")
public class KeyFilter implements HttpServerFilter {
  @Inject private KeyConfiguration keys;
  public Publisher<Answer> doFilter(HttpRequest<?> request, ServerFilterChain chain) {
    if (!keys.isEnabled()) { return chain.proceed(request); }
    if (!keys.has(request.getHeaders().getAuthorization())) { return just(HttpResponse.unauthorized()); }
    return chain.proceed(request);
  }
}
"""


@pytest.mark.parametrize(("settings", "state"), [
    ("shop: {keys: {enabled: false}}\n", State.FAIL),
    ("shop: {keys: {enabled: true}}\n", State.PASS),
    ("shop: {other: {enabled: false}}\n", State.PASS),
])  # fmt: skip
def test_a_guard_that_its_own_setting_switches_off_lets_everybody_in(settings: str, state: State) -> None:
    files = {
        "src/main/java/A.java": f'{_ROUTED} @Controller("/x") class A {{ @Get("/y") String x() {{ }} }}',
        "src/main/java/KeyFilter.java": _MICRONAUT,
        "src/main/java/KeyConfiguration.java": '@ConfigurationProperties("shop.keys")\nclass KeyConfiguration { }\n',
        "src/main/resources/application.yml": settings,
    }

    assert ask_item(_ITEM, files).state is state


def test_a_guard_that_asks_for_a_property_which_nothing_sets_is_not_mounted() -> None:
    unless = '@Requires(property = "shop.guarded")\n'
    files = {
        "src/main/java/A.java": f'{_ROUTED} @Controller("/x") class A {{ @Get("/y") String x() {{ }} }}',
        "src/main/java/KeyFilter.java": f"{unless}{_MICRONAUT}",
    }

    assert ask_item(_ITEM, files).state is State.FAIL
    files["src/main/resources/application.yml"] = "shop: {guarded: true}\n"
    assert ask_item(_ITEM, files).state is State.PASS


@pytest.mark.parametrize("mount", ["context.register(KeyFilter.class);", "config.register(new KeyFilter());", ""])
def test_a_filter_of_jakarta_counts_where_something_registers_it(mount: str) -> None:
    files = {
        "src/main/java/A.java": 'import jakarta.ws.rs.*;\n@Path("/x") class A { @GET String x() { return ""; } }',
        "src/main/java/KeyFeature.java": "import jakarta.ws.rs.ext.*;\n@Provider\npublic class KeyFeature implements "
        f"DynamicFeature {{\n  public void configure(ResourceInfo info, FeatureContext context) {{ {mount} }}\n}}\n",
        "src/main/java/KeyFilter.java": "import jakarta.ws.rs.container.*;\npublic class KeyFilter implements "
        "ContainerRequestFilter {\n  public void filter(ContainerRequestContext request) {\n"
        '    if (!keys.has(request.getHeaderString("X-Api-Key"))) {\n'
        "      throw new NotAuthorizedException(Response.status(Status.UNAUTHORIZED).build());\n    }\n  }\n}\n",
    }

    assert ask_item(_ITEM, files).state is (State.PASS if mount else State.FAIL)


@pytest.mark.parametrize(
    ("above", "settings", "state"),
    [
        ('@ConditionalOnProperty(name = "shop.guarded", havingValue = "true")', "shop.guarded=false\n", State.FAIL),
        ('@ConditionalOnProperty(name = "shop.guarded", havingValue = "true")', "shop.guarded=true\n", State.PASS),
        ('@Profile("dev")', "", State.FAIL),
        ("", "", State.PASS),
    ],
)
def test_roles_of_methods_are_asked_for_where_spring_is_told_so(above: str, settings: str, state: State) -> None:
    files = {
        "src/main/java/A.java": "import org.springframework.web.bind.annotation.*;\n@RestController\nclass A {\n"
        '  @PreAuthorize("hasRole(\'OWNER\')") @GetMapping("/x")\n  String x() { return ""; }\n}\n',
        "src/main/java/Guarded.java": f"@Configuration\n@EnableMethodSecurity(prePostEnabled = true)\n{above}\n"
        "public class Guarded { }\n",
        "src/main/resources/application.properties": settings,
    }

    assert ask_item(_ITEM, files).state is state
