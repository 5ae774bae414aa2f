"""All routes of a tree, once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.reach.standing import DESKTOP_FILE
from bot.checks.readiness.facts.routes.adonis import find_adonis_routes, find_sails_routes
from bot.checks.readiness.facts.routes.aspnet_conventions import find_conventional_routes, find_razor_pages
from bot.checks.readiness.facts.routes.conf_routes import find_conf_routes
from bot.checks.readiness.facts.routes.connexion import find_connexion_routes
from bot.checks.readiness.facts.routes.csharp import find_csharp_routes
from bot.checks.readiness.facts.routes.csharp_frameworks import find_endpoints, find_functions, find_services
from bot.checks.readiness.facts.routes.go import find_go_routes
from bot.checks.readiness.facts.routes.go_frameworks import (
    find_beego_routes,
    find_heartbeats,
    find_huma_routes,
    find_restful_routes,
)
from bot.checks.readiness.facts.routes.go_generated import GENERATED, OAPI_CODEGEN, find_generated_routes
from bot.checks.readiness.facts.routes.go_methods import find_go_methods
from bot.checks.readiness.facts.routes.go_registrars import find_registered_routes
from bot.checks.readiness.facts.routes.go_tables import find_go_tables
from bot.checks.readiness.facts.routes.handlers import Handler, Handlers
from bot.checks.readiness.facts.routes.java import find_java_routes
from bot.checks.readiness.facts.routes.java_calls import (
    find_context_routes,
    find_functional_routes,
    find_handled_routes,
    find_vertx_routes,
)
from bot.checks.readiness.facts.routes.jvm_documents import find_document_routes
from bot.checks.readiness.facts.routes.php import find_php_routes
from bot.checks.readiness.facts.routes.php_tables import (
    find_codeigniter_routes,
    find_laminas_routes,
    find_wordpress_routes,
    find_yii_routes,
)
from bot.checks.readiness.facts.routes.pyramid import find_pyramid_routes
from bot.checks.readiness.facts.routes.python import find_python_routes
from bot.checks.readiness.facts.routes.python_names import find_named_routes
from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.routes.ruby import find_ruby_routes
from bot.checks.readiness.facts.routes.rust import find_documented_routes, find_rust_routes, find_warp_routes
from bot.checks.readiness.facts.routes.script import find_script_routes
from bot.checks.readiness.facts.routes.script_classes import find_class_routes
from bot.checks.readiness.facts.routes.script_files import find_file_routes
from bot.checks.readiness.facts.routes.servlets import find_mapped_servlets, find_servlet_routes
from bot.checks.readiness.facts.routes.symfony import find_symfony_routes
from bot.checks.readiness.facts.routes.symfony_files import find_resources, find_symfony_files
from bot.checks.readiness.facts.routes.tornado import find_tornado_routes
from bot.checks.readiness.facts.source.index import Source

_FINDERS = (
    *(find_class_routes, find_adonis_routes, find_sails_routes),
    *(find_python_routes, find_named_routes, find_tornado_routes, find_pyramid_routes),
    *(find_go_routes, find_go_tables, find_registered_routes, find_beego_routes, find_huma_routes, find_restful_routes),
    *(find_go_methods, find_heartbeats),
    *(find_java_routes, find_functional_routes, find_handled_routes, find_vertx_routes, find_servlet_routes),
    find_context_routes,
    *(find_csharp_routes, find_conventional_routes, find_razor_pages, find_endpoints, find_functions, find_services),
    *(find_php_routes, find_symfony_routes, find_resources, find_wordpress_routes, find_yii_routes),
    *(find_laminas_routes, find_codeigniter_routes),
    *(find_ruby_routes, find_rust_routes, find_documented_routes, find_warp_routes),
)
# What tells of the framework, or the routes themselves, stands in files that are no source.
_FINDERS_IN_FILES = (
    *(find_script_routes, find_file_routes, find_connexion_routes),
    *(find_conf_routes, find_mapped_servlets, find_symfony_files, find_generated_routes, find_document_routes),
)


class Routes:
    """The routes that the product's source declares."""

    def __init__(self, source: Source, files: Files) -> None:
        self._source = source
        self._files = files
        self._handlers = Handlers(source)

    @cached_property
    def all(self) -> Sequence[Route]:
        """The routes by file and line, each declaration once."""
        routes = [route for find in _FINDERS for route in find(self._source)]
        routes += [route for find_there in _FINDERS_IN_FILES for route in find_there(self._source, self._files)]
        answered = {(route.method, route.path) for route in routes if route.framework == OAPI_CODEGEN}
        # Where the generated server mounts them says less.
        routes = [one for one in routes if not (one.source.endswith(GENERATED) and (one.method, one.path) in answered)]
        # A program on somebody's own machine answers nobody else.
        served = (route for route in routes if not DESKTOP_FILE.search(route.source))
        found = {(route.source, route.line, route.method, route.path): route for route in served}
        return [found[key] for key in sorted(found)]

    def handler(self, route: Route) -> Handler:
        """The code of a route's handler, and where it stands."""
        return self._handlers.of(route)

    def controller(self, route: Route) -> Handler | None:
        """The method of a class that a route of Laravel names; None where it names none, or there are several."""
        return self._handlers.controller(route)

    def module(self, path: str, name: str) -> str | None:
        """The one file of the program that a file of JavaScript imports by a module's name, if there is one."""
        return self._handlers.resolve(path, name)

    def code(self, route: Route) -> str:
        """The code from a route's declaration to the end of its handler, comments left out."""
        return self._handlers.of(route).code
