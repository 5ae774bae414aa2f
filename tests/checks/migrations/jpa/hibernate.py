"""Hibernate itself, asked what schema entities need: Debian's `libhibernate3-java`, compiled against and run offline.

It is a release of 2011; what it makes of the annotations that it knows is as today. It is no part of gonogo.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_JARS = (
    "hibernate3", "hibernate-commons-annotations", "geronimo-jpa_2.0_spec", "geronimo-jta-1.2-spec", "dom4j", "antlr",
    "commons-collections3", "slf4j-api", "slf4j-nop",
)  # fmt: skip
_FOLDER = Path("/usr/share/java")
_PROGRAM = Path(__file__).with_name("Schemas.java")


def missing() -> str:
    """Why Hibernate cannot be asked; empty where it can."""
    if not (shutil.which("javac") and shutil.which("java")):
        return "needs a JDK: on Debian, `default-jdk-headless`"
    if not all((_FOLDER / f"{name}.jar").is_file() for name in _JARS):
        return "needs Hibernate: on Debian, `libhibernate3-java` and `libslf4j-java`"
    return ""


def ask(folder: Path, models: Sequence[Mapping[str, str]]) -> list[str]:
    """The SQL that makes the schema of each model; empty where Hibernate refuses it.

    Args:
        folder: an empty folder to work in.
        models: of each, the texts of its classes by their names, without the line that names their package.
    """
    classpath = ":".join(str(_FOLDER / f"{name}.jar") for name in _JARS)
    sources = [str(_PROGRAM)]
    for number, model in enumerate(models):
        (folder / f"m{number}").mkdir()
        for name, text in model.items():
            path = folder / f"m{number}" / f"{name}.java"
            path.write_text(f"package m{number};\n{text}")
            sources.append(str(path))
    listed = folder / "sources"
    listed.write_text("\n".join(sources))
    compiled = ["javac", "-nowarn", "-proc:none", "-cp", classpath, "-d", str(folder / "out"), f"@{listed}"]
    subprocess.run(compiled, check=True, capture_output=True)
    lines = "\n".join(
        " ".join(f"m{number}.{name}" for name, text in model.items() if "enum " not in text)
        for number, model in enumerate(models)
    )
    # A release of that age reflects on what newer Java closes.
    opened = [
        word for package in ("java.lang", "java.util") for word in ("--add-opens", f"java.base/{package}=ALL-UNNAMED")
    ]
    run = ["java", *opened, "-cp", f"{classpath}:{folder / 'out'}", "Schemas"]
    done = subprocess.run(run, input=lines, check=True, capture_output=True, text=True)
    answers = done.stdout.split("--\n")[:-1]
    assert len(answers) == len(models)
    return ["" if answer.startswith("refused") else answer for answer in answers]
