"""What GitHub Actions hands over: the action's inputs (`INPUT_*`) and the runner's variables. Parsed once, strictly.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs and
https://docs.github.com/en/actions/reference/workflows-and-actions/variables (read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.errors import UsageError
from bot.settings import Limits

_FLAGS = {"true": True, "false": False}


def _parse_flag(value: object) -> object:
    """A boolean as YAML 1.2 writes it; anything else is left for pydantic to refuse."""
    if isinstance(value, str) and value.lower() in _FLAGS:
        return _FLAGS[value.lower()]
    if isinstance(value, bool):
        return value
    msg = "must be true or false"
    raise ValueError(msg)


def _parse_lines(value: object) -> object:
    """Text as its lines without blanks around; blank lines do not count."""
    return tuple(line.strip() for line in value.splitlines() if line.strip()) if isinstance(value, str) else value


Lines = Annotated[tuple[str, ...], BeforeValidator(_parse_lines)]
Sha = Annotated[str, Field(pattern=r"^([0-9a-f]{40}([0-9a-f]{24})?)?$")]
Flag = Annotated[bool, BeforeValidator(_parse_flag)]


class Inputs(BaseModel):
    """The inputs of the action. A field `max_file_bytes` is the input `max-file-bytes`; an empty one is not given."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )

    token: SecretStr = Field(SecretStr(""), description="Reads the pull request, writes the comment and the status.")
    policy: str = Field("", description="Shipped policy, or path of a policy file at the base; empty finds it.")
    name: str = Field(
        "",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9 ._/-]{0,49})?$",
        description="Suffix of the status, the check run and the comment, for several runs on one pull request.",
    )
    comment: Flag = Field(default=True, description="Whether to write the comment.")
    check_run: Flag = Field(default=True, description="Whether to write the check run with annotations.")
    status: Flag = Field(default=True, description="Whether to write the commit status.")
    number: int | None = Field(None, ge=1, le=2**53, description="Pull request to check, where the event has none.")
    directory: str = Field(".", description="The checkout, from the workspace.")
    coverage: Lines = Field((), description="Coverage reports: files, folders, archives or patterns, one a line.")
    coverage_sha: Sha = Field("", description="Commit that these were measured at; empty: the one that the job tests.")
    base_coverage: Lines = Field((), description="The same of the merge base, or of a commit before it.")
    base_coverage_sha: Sha = Field("", description="Commit that these were measured at; empty: the merge base.")
    coverage_artifact: Lines = Field((), description="Names or patterns of artifacts that hold reports, one a line.")
    coverage_workflow: str = Field(
        "",
        pattern=r"^(\.github/workflows/[A-Za-z0-9._-]+\.ya?ml)?$",
        description="File of the workflow whose runs leave these artifacts; empty: this one.",
    )
    sarif: Lines = Field((), description="SARIF of other tools: files, folders, archives or patterns, one a line.")
    base_sarif: Lines = Field((), description="The same of the merge base, by the same tools.")
    osv: Flag = Field(default=True, description="Whether to ask osv.dev about the packages that the change adds.")
    osv_url: str = Field("", description="Another service to ask, which speaks OSV's API.")
    advisories: str = Field("", description="A folder of advisories in OSV's format, from the workspace.")
    max_file_bytes: int = Field(Limits.max_file_bytes, ge=1, le=2**30, description="A larger file is not read.")
    time_budget: int = Field(int(Limits.budget_s), ge=1, le=3600, description="Seconds for all checks together.")

    @field_validator("directory", "advisories")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or "\0" in value:
            msg = "must be a path inside the workspace"
            raise ValueError(msg)
        return value

    def limits(self) -> Limits:
        """The limits with what the inputs set."""
        return Limits(max_file_bytes=self.max_file_bytes, budget_s=float(self.time_budget))


class Runner(BaseModel):
    """The variables that the runner sets. A field `event_path` is `GITHUB_EVENT_PATH`.

    Attributes:
        api_url: root of the REST API, also of GitHub Enterprise Server (`https://HOST/api/v3`).
        ref: `refs/heads/...` or `refs/pull/N/merge`.
        workflow_ref: `OWNER/NAME/.github/workflows/FILE@REF`, of the workflow that runs.
        run_id: the same for all attempts of one run; grows from run to run.
        temp: folder for report files; `RUNNER_TEMP`. Inside a container it may be the host's path, which is not there.
        home: inside a container it is on the host too, below the runner's temporary folder.
        host_workspace: `RUNNER_WORKSPACE`, a path of the host, inside a container too.
        step_summary: file of the job summary; None where there is none.
        output: file of the step's outputs; None where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    event_name: str
    event_path: Path
    repository: str = Field(pattern=r"^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$")
    workspace: Path
    ref: str = ""
    sha: str = ""
    workflow_ref: str = ""
    api_url: str = Field("https://api.github.com", pattern=r"^https?://[^\s?#]+$")
    server_url: str = Field("https://github.com", pattern=r"^https?://[^\s?#]+$")
    run_id: int = Field(0, ge=0)
    run_attempt: int = Field(1, ge=1)
    step_summary: Path | None = None
    output: Path | None = None
    temp: Path | None = None
    home: Path | None = None
    host_workspace: Path | None = None

    @property
    def repository_url(self) -> str:
        """The repository's web address."""
        return f"{self.server_url.rstrip('/')}/{self.repository}"

    @property
    def workflow(self) -> str:
        """The file of the workflow that runs, from the repository's root; empty where it is not said."""
        return self.workflow_ref.partition("@")[0].removeprefix(f"{self.repository}/")

    @property
    def run_url(self) -> str:
        """The run's web address."""
        return f"{self.repository_url}/actions/runs/{self.run_id}"


_ELSEWHERE = {"temp": "RUNNER_TEMP", "home": "HOME", "host_workspace": "RUNNER_WORKSPACE"}

_Model = TypeVar("_Model", bound=BaseModel)


def parse_inputs(environment: Mapping[str, str]) -> Inputs:
    """The inputs, from `INPUT_MAX-FILE-BYTES` and its like. Variables of other names are left alone.

    Raises:
        UsageError: an input has a value that it cannot have; the message names the first, never its value.
    """
    names = [field.alias or name for name, field in Inputs.model_fields.items()]
    variables = {name: f"INPUT_{name.upper()}" for name in names}
    return _validated(Inputs, environment, variables, {name: f"input `{name}`" for name in names})


def parse_runner(environment: Mapping[str, str]) -> Runner:
    """The runner's variables.

    Raises:
        UsageError: one is missing or malformed.
    """
    variables = {name: _ELSEWHERE.get(name, f"GITHUB_{name.upper()}") for name in Runner.model_fields}
    return _validated(Runner, environment, variables, variables)


def _validated(
    model: type[_Model], environment: Mapping[str, str], variables: Mapping[str, str], words: Mapping[str, str]
) -> _Model:
    """What is set and not empty, as a model; `variables` and `words` name a field outside and to users."""
    values = {field: environment.get(variable, "").strip() for field, variable in variables.items()}
    try:
        return model.model_validate({field: value for field, value in values.items() if value})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = words[str(first["loc"][0])]
        if first["type"] == "missing":
            raise UsageError(f"{name} is not set; `gonogo action` runs inside GitHub Actions") from None
        reason = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{name}: {reason[:1].lower()}{reason[1:]}") from None
