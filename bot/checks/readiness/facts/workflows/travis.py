"""What Travis CI runs where its file names no script: the default of the language.

Source: https://docs.travis-ci.com/user/languages/ (read 2026-11-30), each language's "default build command".
Out of sight: jobs of a matrix that have a script of their own beside others that have none.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Located, Place, place_in, text_of
from bot.checks.readiness.facts.workflows.pipelines import Step

_JVM = (
    (("gradlew",), "./gradlew check"),
    (("build.gradle", "build.gradle.kts"), "gradle check"),
    (("mvnw",), "./mvnw test -B"),
    (("pom.xml",), "mvn test -B"),
)
# By language: files of the root, one of which has to be there, and the command then.
_DEFAULTS = {
    **dict.fromkeys(("java", "groovy", "kotlin", "android", "jvm"), _JVM),
    "node_js": ((("yarn.lock",), "yarn test"), (("package.json",), "npm test")),
    "ruby": ((("Gemfile",), "bundle exec rake"), (("Rakefile",), "rake")),
    "go": ((("GNUMakefile", "Makefile", "BSDmakefile", "makefile"), "make"), (("go.mod",), "go test -v ./...")),
    "rust": ((("Cargo.toml",), "cargo build --verbose && cargo test --verbose"),),
    "php": ((("composer.json",), "phpunit"),),
    "scala": ((("build.sbt",), "sbt test"), *_JVM),
    "elixir": ((("mix.exs",), "mix test"),),
}


def find_default(files: Files, value: Located, start: Place) -> Sequence[Step]:
    """The step that is run by default, where no job says what to run; none for languages that have no default."""
    if "script" in value or _has_script(value.get("jobs")) or _has_script(value.get("matrix")):
        return []
    language = value.get("language")
    named = language[0] if isinstance(language, list) and language else language
    for names, command in _DEFAULTS.get(text_of(named).lower() or "ruby", ()):
        if any(name in files for name in names):
            place = place_in(value, start, "language") if "language" in value else start
            return [Step(place, script=command, script_place=place)]
    return []


def _has_script(jobs: object) -> bool:
    included = jobs.get("include") if isinstance(jobs, dict) else jobs
    return isinstance(included, list) and any(isinstance(one, dict) and "script" in one for one in included)
