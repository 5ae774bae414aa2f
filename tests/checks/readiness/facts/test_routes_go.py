"""Routes of Go, framework by framework."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import look

_GIN = """package main
import "github.com/gin-gonic/gin"
func main() {
	r := gin.Default()
	r.GET("/a", f)
	g := r.Group("/g")
	g.POST("", h)
	v := g.Group("v1")
	v.GET(":id", h)
	r.Handle("PUT", "/b", h)
	r.Group("/x").DELETE("/y", h)
}
func other(g *gin.RouterGroup) {
	g.GET("/c", h)
}
"""
_CHI = """package main
func main() {
	r.Route("/a", func(r chi.Router) {
		r.Get("/{id}", h)
		r.Route("/b", func(r chi.Router) {
			r.Post("/", h)
		})
	})
	r.MethodFunc(http.MethodPut, "/c", h)
}
"""
_MACARON = """package main
func main() {
	m.Group("/x", func() {
		m.Post("/y", bind(x{}), h)
		m.Combo("/z").Get(a).
			Post(b)
	})
}
"""
_MUX = """package main
func main() {
	r.HandleFunc("/a", f).Methods("GET", "OPTIONS")
	r.HandleFunc("/b", f).Methods(http.MethodGet, http.MethodPost)
	s := r.PathPrefix("/p").Subrouter()
	s.Path("/c").Methods("PUT").HandlerFunc(f)
	http.HandleFunc("/d", f)
}
"""
_BEEGO = """package routers
import "github.com/beego/beego/v2/server/web"
func init() {
	web.Router("/a", &A{}, "get:X;post,put:Y")
	ns := web.NewNamespace("/v1", web.NSNamespace("/b", web.NSRouter("/c", &B{})))
	web.CtrlPost("/d", A.Save)
}
// @router /e/:id [delete]
func (a *A) Remove() {
}
"""
_ZERO = """package handler
func Register(server *rest.Server) {
	server.AddRoutes([]rest.Route{
		{
			Method:  http.MethodPost,
			Path:    "/a/:id",
			Handler: x(s),
		},
		{
			Method:  http.MethodGet,
			Path:    "/b",
			Handler: y(s),
		},
	})
}
"""
_TABLE = """package h
var routes = Routes{
	Route{"Index", "GET", "/", Index},
	{"Todo", "POST", "/todos", Todo},
}
var others = []Route{
	{"/c", http.MethodPut, put},
}
"""
_RESTFUL = """package main
import restful "github.com/emicklei/go-restful/v3"
func register(ws *restful.WebService) {
	ws.Path("/u").Consumes("x")
	ws.Route(ws.GET("/{id}").To(f))
	ws.Route(ws.POST("").
		To(f))
}
"""
_HUMA = """package main
func register(api huma.API) {
	huma.Register(api, huma.Operation{Method: http.MethodGet, Path: "/a/{x}"}, f)
	huma.Post(api, "/b", f)
}
"""
_OWN = """package main
func main() {
	add(rt, "documents/{id}", []string{"PUT", "OPTIONS"}, nil, document.Save)
	rt.Public("/meta", meta.Show)
	log.Print("a/b", meta.Version)
	t.Run("show", meta.Show)
}
"""
_HANDLERS = """package x
func (h *H) Save(w http.ResponseWriter, r *http.Request) {
}
func Show(w http.ResponseWriter, _ *http.Request) {
}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            _GIN,
            [
                ("GET", "/a", 5),
                ("POST", "/g", 7),
                ("GET", "/g/v1/:id", 9),
                ("PUT", "/b", 10),
                ("DELETE", "/x/y", 11),
                ("GET", "/c", 14),
            ],
        ),
        (_CHI, [("GET", "/a/:id", 4), ("POST", "/a/b", 6), ("PUT", "/c", 9)]),
        (_MACARON, [("POST", "/x/y", 4), ("GET", "/x/z", 5), ("POST", "/x/z", 6)]),
        (
            _MUX,
            [("GET", "/a", 3), ("GET", "/b", 4), ("POST", "/b", 4), ("PUT", "/p/c", 6), ("ANY", "/d", 7)],
        ),
        (
            _BEEGO,
            [
                ("GET", "/a", 4),
                ("POST", "/a", 4),
                ("PUT", "/a", 4),
                ("ANY", "/v1/b/c", 5),
                ("POST", "/d", 6),
                ("DELETE", "/e/:id", 9),
            ],
        ),
        (_ZERO, [("POST", "/a/:id", 5), ("GET", "/b", 10)]),
        (_TABLE, [("GET", "/", 3), ("POST", "/todos", 4), ("PUT", "/c", 7)]),
        (_RESTFUL, [("GET", "/u/:id", 5), ("POST", "/u", 6)]),
        (_HUMA, [("GET", "/a/:x", 3), ("POST", "/b", 4)]),
    ],
)
def test_a_route_is_found(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(one.method, one.path, one.line) for one in look({"m.go": text}).routes.all] == expected


def test_a_function_of_the_project_registers_what_handles() -> None:
    found = look({"m.go": _OWN, "x/h.go": _HANDLERS}).routes.all

    assert [(one.method, one.path, one.line) for one in found] == [("PUT", "/documents/:id", 3), ("ANY", "/meta", 4)]


@pytest.mark.parametrize(
    "body",
    [
        'client.Get("/a", nil)',
        'c.httpClient.Post("/a", body)',
        'store.Put("/a", "b")',
        'cache.Get("/a", &found)',
        'req, err := http.NewRequest(http.MethodGet, "/a", body)',
        'header.Add("a", "b")',
        'x := []Request{{Method: "GET", Path: "/a"}}',
        'y := Call{"GET", "/a", nil}',
        'params.Add("GET", b)',
        'ws.GET("/a")',
        'add(rt, "a/b", unknown.Save)',
    ],
)
def test_what_is_no_route_is_none(body: str) -> None:
    assert look({"m.go": f"package m\nfunc f() {{\n\t{body}\n}}\n"}).routes.all == []


_SERVED = {
    "api/server.gen.go": "package api\ntype ServerInterface interface {\n}\n%s\n}\n"
    "func (sh *strictHandler) ShowUser(ctx echo.Context, id string) error {\n}\n",
    "users/show.go": """package users
// ShowUser(ctx echo.Context)
func (s *Service) ShowUser(ctx echo.Context, request api.ShowUserRequestObject) (api.ShowUserResponseObject, error) {
	return find(request.Id)
}
func (s *Service) MakeUser(w http.ResponseWriter, r *http.Request) {
}
func MakeUser(name string) User {
	return User{}
}
""",
}


@pytest.mark.parametrize(
    ("mounted", "expected"),
    [
        ('\trouter.GET(baseURL+"/users/:id", wrapper.ShowUser)', ("GET", "/users/:id", 3)),
        ('\t\tr.Post(options.BaseURL+"/users", wrapper.MakeUser)', ("POST", "/users", 6)),
        ('\tm.HandleFunc("PUT "+options.BaseURL+"/users/{id}", wrapper.MakeUser)', ("PUT", "/users/:id", 6)),
        ('\tr.HandleFunc(options.BaseURL+"/users", wrapper.MakeUser).Methods("DELETE")', ("DELETE", "/users", 6)),
        ('\tr.HandleFunc(options.BaseURL+"/users", wrapper.MakeUser)', ("ANY", "/users", 6)),
    ],
)
def test_a_route_that_a_generated_server_mounts_stands_at_the_function_that_answers(
    mounted: str, expected: tuple[str, str, int]
) -> None:
    tree = {path: text.replace("%s", mounted) for path, text in _SERVED.items()}

    assert [(one.method, one.path, one.line, one.source) for one in look(tree).routes.all] == [
        (*expected, "users/show.go")
    ]


@pytest.mark.parametrize(
    "mounted",
    [
        '\trouter.GET(baseURL+"/users/:id", wrapper.ShowNobody)',
        '\t// router.GET(baseURL+"/users/:id", wrapper.ShowUser)',
        '\treq, err := http.NewRequest("GET", serverURL.String(), nil)',
    ],
)
def test_what_a_generated_client_asks_and_nobody_answers_is_no_route(mounted: str) -> None:
    tree = {path: text.replace("%s", mounted) for path, text in _SERVED.items()}

    assert look(tree).routes.all == []


_TYPE = (
    "package a\n"
    'func (h *List) Method() string {\n\treturn "POST"\n}\n'
    'func (h *List) Path() string { return "/v2/goods/{id}" }\n'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{_TYPE}func (h *List) Handle(ctx context.Context, s *Session) error {{\n\treturn nil\n}}\n",
            [("POST", "/v2/goods/:id", 5, 8)],
        ),
        (
            _TYPE.replace('"POST"', "http.MethodGet")
            + "func (h List) ServeHTTP(w http.ResponseWriter, r *http.Request) {\n}\n",
            [("GET", "/v2/goods/:id", 5, 7)],
        ),
        # A request that a client sends handles nothing, and what another type handles is not this one's.
        (_TYPE, []),
        (f"{_TYPE}func (h *Other) Handle(ctx context.Context, s *Session) error {{\n}}\n", []),
        (f"{_TYPE}func (h *List) Handle() {{\n}}\n", []),
    ],
)
def test_a_type_says_where_it_answers(text: str, expected: list[tuple[str, str, int, int]]) -> None:
    routes = look({"a.go": text}).routes.all

    assert [(one.method, one.path, one.line, one.end_line) for one in routes] == expected


def test_a_path_that_a_function_puts_a_prefix_before_is_a_path() -> None:
    code = """package main
func (s *Server) routes() {
	s.router.HandleFunc(s.prefixed("/a"), s.a).Methods("GET")
	s.router.Post(path.Join(base, "/b"), s.b)
	s.client.Get(s.url("/c"), options)
	s.log.Info(format("/d"), s.d)
}
"""
    routes = look({"go.mod": "module m\n", "main.go": code}).routes.all

    assert [(one.method, one.path) for one in routes] == [("GET", "/a"), ("POST", "/b")]
