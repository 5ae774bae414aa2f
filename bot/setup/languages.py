"""How a language's tests write a coverage report, and the files by which the language is known.

docs/coverage.md has more recipes; each of these is one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final


@dataclass(frozen=True)
class Recipe:
    """A language.

    Attributes:
        marks: patterns of file names, any of which says that the language is used.
        command: runs the tests with coverage.
        report: where the report then is.
    """

    language: str
    marks: tuple[str, ...]
    command: str
    report: str


RECIPES: Final = (
    Recipe(
        "Python",
        ("pyproject.toml", "setup.py", "setup.cfg", "requirements*.txt"),
        "pytest --cov --cov-branch --cov-report=xml",
        "coverage.xml",
    ),
    Recipe(
        "JavaScript or TypeScript",
        ("package.json",),
        "npx jest --coverage --coverageReporters=lcov",
        "coverage/lcov.info",
    ),
    Recipe("Go", ("go.mod",), "go test -coverpkg=./... -coverprofile=cover.out ./...", "cover.out"),
    Recipe("Java or Kotlin (Maven)", ("pom.xml",), "mvn verify jacoco:report", "**/target/site/jacoco/jacoco.xml"),
    Recipe(
        "Java or Kotlin (Gradle)",
        ("build.gradle", "build.gradle.kts"),
        "gradle test jacocoTestReport",
        "**/build/reports/jacoco/test/jacocoTestReport.xml",
    ),
    Recipe("Ruby", ("Gemfile",), "bundle exec rspec", "coverage/.resultset.json"),
    Recipe("PHP", ("composer.json",), "vendor/bin/phpunit --coverage-clover clover.xml", "clover.xml"),
    Recipe("Rust", ("Cargo.toml",), "cargo llvm-cov --lcov --output-path lcov.info", "lcov.info"),
    Recipe(
        ".NET",
        ("*.csproj", "*.fsproj", "*.sln"),
        'dotnet test --collect:"XPlat Code Coverage"',
        "**/coverage.cobertura.xml",
    ),
    Recipe("C or C++", ("CMakeLists.txt", "meson.build"), "gcovr --json coverage.json", "coverage.json"),
)
_DEPTH: Final = 3


def find_languages(paths: Iterable[str]) -> list[Recipe]:
    """The languages that a repository's files show, in the order of `RECIPES`; deep ones are samples."""
    names = {path.rpartition("/")[2] for path in paths if path.count("/") < _DEPTH and "node_modules/" not in path}
    return [recipe for recipe in RECIPES if any(fnmatchcase(name, mark) for name in names for mark in recipe.marks)]


def render_steps(recipes: Iterable[Recipe]) -> str:
    """The steps to add to the tests' job, as YAML: tests with coverage, and the artifact that gonogo reads."""
    return "".join(line for recipe in recipes for line in _steps(recipe))


def _steps(recipe: Recipe) -> Iterator[str]:
    yield f"      - run: {recipe.command} # {recipe.language}\n"
    yield "      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1\n"
    yield "        if: ${{ !cancelled() }}\n"
    yield "        with:\n"
    yield f"          name: coverage-{_slug(recipe.language)}\n"
    yield f'          path: "{recipe.report}"\n'
    # The action leaves out files that begin with a dot unless it is told.
    if "/." in recipe.report:
        yield "          include-hidden-files: true\n"


def _slug(language: str) -> str:
    return "".join(character for character in language.lower().split(" ")[0] if character.isalnum())
