"""Which projects of .NET are built into a program: those that one refers to, and the programs themselves.

Rule: a program is a project of a web site, a worker or a function, or one whose output is executable. A project that
none of them refers to is in no program. Where there is no program, everything counts, and so does a project that is put
elsewhere as it is built, as plug-ins are.
Source: https://learn.microsoft.com/visualstudio/msbuild/common-msbuild-project-items (read 2026-11-30).
Out of sight: references in files that a project imports, but for those of its folder and the ones above it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from posixpath import basename, dirname, join, normpath

from bot.checks.readiness.facts.files import Files, Reads

_PROJECTS = ("*.csproj", "*.fsproj", "*.vbproj")
_SHARED = ("Directory.Build.props", "Directory.Build.targets")
_REFERENCE = re.compile(r"<ProjectReference\b[^>]*\bInclude\s*=\s*\"([^\"]+)\"")
_VARIABLE = re.compile(r"\$\([^()]*\)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PROGRAM = re.compile(
    r"(?:Sdk|<Sdk Name)=\"(?:Microsoft\.NET\.Sdk\.(?:Web|Worker|BlazorWebAssembly|Functions)|Aspire\.\w+)"
    # Sites of the .NET Framework are libraries of a type of their own.
    r"|<ProjectTypeGuids>|<OutputType>\s*(?:Win)?Exe|<AWSProjectType>|<AzureFunctionsVersion>|Amazon\.Lambda\.|IsAspireHost"
)
# What is put into the folder of a program when it is built, or packed for others.
_PUT = re.compile(r"<(?:OutputPath|OutDir|BaseOutputPath|PackageId|EnableDynamicLoading)>|<Copy\s", re.IGNORECASE)


class Projects:
    """The projects of a tree, and which of them are in a program."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def is_built(self, path: str) -> bool:
        """Whether a source file belongs to a project that is in some program, or to none."""
        self._files.note(self._reads)
        folder = dirname(path)
        while folder not in self._by_folder and folder:
            folder = dirname(folder)
        project = self._by_folder.get(folder)
        return project is None or not self._built or project in self._built

    @cached_property
    def _paths(self) -> Sequence[str]:
        return self._files.select(*_PROJECTS)

    @cached_property
    def _reads(self) -> Reads:
        return Reads(paths=set(self._paths), patterns={*_PROJECTS, *_SHARED})

    @cached_property
    def _by_folder(self) -> Mapping[str, str]:
        return {dirname(path): path for path in self._paths}

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        self._files.prefetch(self._paths)
        return {path: _COMMENT.sub("", self._files.text(path) or "") for path in self._paths}

    @cached_property
    def _built(self) -> frozenset[str]:
        """The projects that are in a program; empty where there is no program."""
        programs = [path for path, text in self._texts.items() if _PROGRAM.search(text)]
        found = {path for path, text in self._texts.items() if _PUT.search(text)} if programs else set[str]()
        waiting = [*programs, *found, *self._of_all] if programs else []
        found.update(waiting)
        while waiting:
            for path in self._referred(waiting.pop()):
                if path not in found:
                    found.add(path)
                    waiting.append(path)
        return frozenset(found)

    @cached_property
    def _of_all(self) -> Sequence[str]:
        """What files that many projects import refer to."""
        shared = self._files.select(*_SHARED, "*.props", "*.targets")
        return [path for one in shared for path in self._named(one, self._files.text(one) or "")]

    def _referred(self, project: str) -> Sequence[str]:
        return self._named(project, self._texts.get(project, ""))

    def _named(self, home: str, text: str) -> Sequence[str]:
        """The projects that a file refers to, by their path, or by their name where it holds a variable."""
        found: list[str] = []
        for one in _REFERENCE.findall(text):
            name = _VARIABLE.sub("", one.replace("\\", "/"))
            path = normpath(join(dirname(home), name))
            if path in self._texts:
                found.append(path)
            elif "*" in name:
                found += self._paths
            else:
                found += [path for path in self._paths if basename(path) == basename(name)]
        return found
