"""Routes of Rust and of Ruby, framework by framework."""

from __future__ import annotations

import time

import pytest

from tests.checks.readiness.look import look

_AXUM = """fn main() {
  let app = Router::new()
    .route("/a/{id}", get(f))
    .route("/b", post(g).put(|| async { client.delete("/x") }))
    .nest("/x", Router::new().route("/y", routing::patch(z)));
}
"""
_AIDE = """fn main() {
  ApiRouter::new()
    .api_route("/a", get_with(f, told).post_with(g, told))
    .nest_api_service("/x", ApiRouter::new().api_route_with("/b", delete_with(h, told), tag));
}
"""
_ACTIX = """fn c(cfg: &mut ServiceConfig) {
  cfg.service(
    scope("/api")
      .wrap(x)
      .route("", get().to(f))
      .service(web::resource("/b").route(web::post().to(g)).route(web::get().to(h)))
      .service(scope("/c").route("/d", put().to(k))),
  );
}
"""
_POEM = """fn main() {
  let app = Route::new().at("/a/:x", get(f)).nest("/n", Route::new().at("/b", post(g)));
}
"""
_OAI = """#[OpenApi(prefix_path = "/v1")]
impl Api {
  #[oai(path = "/a/:id", method = "get")]
  async fn a(&self) {}
}
"""
_SALVO = """fn main() {
  let r = Router::with_path("a").get(f).push(Router::with_path("<id>").post(g).delete(h));
}
"""
_TIDE = """fn main() {
  app.at("/a").get(f).post(g);
  app.at("/b").put(h);
}
"""
_WARP = """fn main() {
  let a = warp::path("a").and(warp::path::param::<u32>()).and(warp::get()).map(f);
  let b = warp::path!("b" / u32).and(warp::post()).map(f);
}
"""
_UTOIPA = """#[utoipa::path(get, path = "/a/{id}")]
async fn a() {}
#[utoipa::path(get, path = "/b")]
async fn b() {}
fn m() { OpenApiRouter::new().routes(routes!(a)); }
"""
_GRAPE = """class API < Grape::API
  resource :users do
    get do
    end
    route_param :id do
      put do
      end
      post 'lock' do
      end
    end
  end
end
"""
_RODA = """class App < Roda
  route do |r|
    r.root do
    end
    r.on 'a', Integer do |id|
      r.get do
      end
      r.post 'b' do
      end
    end
  end
end
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "m.rs",
            _AXUM,
            [("GET", "/a/:id", 3), ("POST", "/b", 4), ("PUT", "/b", 4), ("PATCH", "/x/y", 5)],
        ),
        ("m.rs", _AIDE, [("GET", "/a", 3), ("POST", "/a", 3), ("DELETE", "/x/b", 4)]),
        (
            "m.rs",
            _ACTIX,
            [("GET", "/api", 5), ("GET", "/api/b", 6), ("POST", "/api/b", 6), ("PUT", "/api/c/d", 7)],
        ),
        ("m.rs", _POEM, [("GET", "/a/:x", 2), ("POST", "/n/b", 2)]),
        ("m.rs", _OAI, [("GET", "/v1/a/:id", 3)]),
        ("m.rs", _SALVO, [("DELETE", "/a/:id", 2), ("GET", "/a", 2), ("POST", "/a/:id", 2)]),
        ("m.rs", _TIDE, [("GET", "/a", 2), ("POST", "/a", 2), ("PUT", "/b", 3)]),
        ("m.rs", _WARP, [("GET", "/a/:param", 2), ("POST", "/b/:u32", 3)]),
        ("m.rs", _UTOIPA, [("GET", "/a/:id", 1)]),
        ("api.rb", _GRAPE, [("GET", "/users", 3), ("PUT", "/users/:id", 6), ("POST", "/users/:id/lock", 8)]),
        ("app.rb", _RODA, [("GET", "/", 3), ("GET", "/a/:integer", 6), ("POST", "/a/:integer/b", 8)]),
    ],
)
def test_a_route_is_found(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(one.method, one.path, one.line) for one in look({path: text}).routes.all] == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("m.rs", 'fn f() { client.get("/a"); cache.at("/b"); map.route("a", x); }\n'),
        ("m.rs", 'fn f() { let r = Router::with_path("a"); }\n'),
        ("m.rs", '#[utoipa::path(get, path = "/a")]\nasync fn a() {}\n'),
        ("app.rb", "class App\n  def x\n    r.get 'a'\n  end\nend\n"),
    ],
)
def test_what_is_no_route_is_none(path: str, text: str) -> None:
    assert look({path: text}).routes.all == []


def test_a_chain_of_many_routes_takes_no_time() -> None:
    text = "fn main() {\n  Router::new()" + '.route("/a", get(f))' * 3_000 + ";\n}\n"
    made = look({"m.rs": text})
    assert made.source.file("m.rs").elements
    started = time.process_time()

    assert [(one.method, one.path) for one in made.routes.all] == [("GET", "/a")]
    assert time.process_time() - started < 4


def test_routes_of_actix_by_attributes_and_below_a_prefix() -> None:
    code = (
        'use actix_web::{route, web};\n#[route(\n    "/fonts/{name}",\n    method = "GET",\n    method = "HEAD"\n)]'
        '\nasync fn fonts() -> String {}\nfn all(cfg: &mut C) {\n    cfg.service(web::resource(&under("/storage"))'
        ".route(web::delete().to(drop_all)));\n}\n"
    )

    routes = look({"Cargo.toml": '[dependencies]\nactix-web = "4"\n', "src/main.rs": code}).routes.all

    assert {(one.method, one.path) for one in routes} == {
        ("GET", "/fonts/:name"),
        ("HEAD", "/fonts/:name"),
        ("DELETE", "/storage"),
    }
