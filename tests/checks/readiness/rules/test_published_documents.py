"""What documents show where they are published: the API's document, and pictures."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_OWN = {
    "requirements.txt": "tornado\n",
    "main.py": "import tornado.web\nfrom handlers import Hello\n"
    'app = tornado.web.Application([(r"/hello", Hello)], log_function=log_request)\napp.listen(80)\n',
    "handlers.py": "import tornado.web\nclass Hello(tornado.web.RequestHandler):\n    def get(self): ...\n",
}


_SPEC = "openapi: 3.0.0\npaths:\n  /hello:\n    get: {}\n"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"docs/_templates/redoc.html": "<redoc id='x'></redoc>\n", ".readthedocs.yaml": "sphinx:\n"}, State.PASS),
        ({"docs/_templates/redoc.html": "<redoc id='x'></redoc>\n"}, State.FAIL),
        ({"docs/_templates/page.html": "<p>redoc</p>\n", ".readthedocs.yaml": "sphinx:\n"}, State.FAIL),
        ({"mkdocs.yml": "site_name: a\nplugins:\n  - swagger-ui-tag\n"}, State.PASS),
    ],
)
def test_a_page_of_the_document_among_published_documents_shows_it(files: dict[str, str], state: State) -> None:
    own = {
        **_OWN,
        "openapi.yml": _SPEC,
    }

    assert ask_item("docs.swagger-ui", {**own, **files}).state is state


@pytest.mark.parametrize(
    ("shown", "picture", "state"),
    [
        ("Subsystems of the hub", "docs/source/images/parts.png", State.PASS),
        ("Subsystems of the hub", "docs/source/other/parts.png", State.FAIL),
        ("The page to sign in", "docs/source/images/parts.png", State.FAIL),
    ],
)
def test_a_picture_stands_where_the_pages_begin(shown: str, picture: str, state: State) -> None:
    files = {
        **_OWN,
        "docs/source/reference/overview.md": f"# Overview\n\n![{shown}](/images/parts.png)\n",
        picture: "png",
    }

    assert ask_item("docs.architecture-diagrams", files).state is state


@pytest.mark.parametrize(
    ("readme", "state"),
    [
        ("# Shop\n\n## Architecture\n\n![Parts](docs/parts.png)\n", State.PASS),
        ("# Shop\n\n## Architecture\n\n![](https://pictures.example.com/parts.png)\n", State.FAIL),
        ("# Shop\n\n## Architecture\n\n![Parts](https://pictures.example.com/parts.png)\n", State.PASS),
        ("# Shop\n\n## Architecture\n\n![Logo](docs/parts.png)\n", State.FAIL),
        ("# Shop\n\n## Architecture\n\nIn layers.\n\n## Diagram\n\n![Parts](docs/parts.png)\n", State.PASS),
        ("# Shop\n\nDraws.\n\n## Diagram\n\n![Parts](docs/parts.png)\n", State.FAIL),
        ("# Shop\n\n## Architecture\n\nIn layers.\n\n## Sign in\n\n![Parts](docs/parts.png)\n", State.FAIL),
        ("# Shop\n\n## Architecture\n\n![Parts](docs/gone.png)\n", State.FAIL),
    ],
)
def test_a_heading_says_what_its_picture_is_of(readme: str, state: State) -> None:
    files = {**_OWN, "README.md": readme, "docs/parts.png": "png"}

    assert ask_item("docs.architecture-diagrams", files).state is state
