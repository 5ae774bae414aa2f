"""The repository and its content: refs, commits, comparisons, files. All of it comes from the served git repository."""

from __future__ import annotations

import base64
import re

from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.wire import Answer, Call, RefusalError, not_found, route

_REPO = "/repos/{owner}/{repo}"
_STATUSES = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}
_MAX_COMPARED_FILES = 300
_MAX_CONTENT_BYTES = 1024 * 1024


@route("GET", _REPO, "metadata:read")
def get_repository(call: Call) -> Answer:
    """Answer with the repository."""
    return Answer(200, call.state.repository)


@route("GET", f"{_REPO}/git/ref/{{ref}}", "contents:read")
def get_ref(call: Call) -> Answer:
    """Answer with a ref, whose name is given without `refs/`."""
    name = f"refs/{call.params['ref']}"
    sha = call.state.resolve(name)
    if sha is None or not name.startswith(("refs/heads/", "refs/tags/", "refs/pull/")):
        raise not_found()
    ref = {**call.state.objects.seed("git-ref"), "ref": name, "url": f"{call.state.api}/git/{name}"}
    target = {"type": "commit", "sha": sha, "url": f"{call.state.api}/git/commits/{sha}"}
    return Answer(200, {**ref, "object": target})


@route("GET", f"{_REPO}/branches/{{branch}}", "contents:read")
def get_branch(call: Call) -> Answer:
    """Answer with a branch and its tip."""
    name = call.params["branch"]
    sha = call.state.resolve(f"refs/heads/{name}")
    if sha is None:
        raise RefusalError(404, "Branch not found")
    links = {"self": f"{call.state.api}/branches/{name}", "html": f"{call.state.page}/tree/{name}"}
    branch = {**call.state.objects.seed("branch-get"), "name": name, "_links": links}
    if (contexts := call.state.protected.get(name)) is not None:
        checks = [{"context": context, "app_id": None} for context in contexts]
        required = {"enforcement_level": "non_admins", "contexts": contexts, "checks": checks}
        branch |= {"protected": True, "protection": {"enabled": True, "required_status_checks": required}}
    return Answer(200, {**branch, "commit": make_commit(call.state, sha)})


@route("GET", f"{_REPO}/commits/{{ref}}", "contents:read")
def get_commit(call: Call) -> Answer:
    """Answer with a commit and its files, or with its id alone where the header asks for that."""
    state, sha = call.state, call.commit("ref")
    if "sha" in call.accept:
        return Answer(200, sha, content_type="application/vnd.github.v3.sha; charset=utf-8")
    commit = make_commit(state, sha)
    parent = commit["parents"][0]["sha"] if commit["parents"] else None
    files = diff_entries(state, parent, sha) if parent else []
    return Answer(200, {**commit, "files": files})


@route("GET", f"{_REPO}/compare/{{basehead}}", "contents:read")
def compare(call: Call) -> Answer:
    """Answer with what a three-dot comparison shows: commits by pages, 300 files on the first page only."""
    state = call.state
    names = call.params["basehead"].split("...")
    if len(names) != 2:
        raise not_found()
    base, head = (state.resolve(name.rpartition(":")[2]) for name in names)
    merge_base = (state.run_git("merge-base", base, head) or b"").decode().strip() if base and head else ""
    if not base or not head or not merge_base:
        raise not_found()
    ahead, behind = commits_between(state, base, head), commits_between(state, head, base)
    part, links = call.page([make_commit(state, sha) for sha in ahead])
    first = call.query.get("page", "1") == "1"
    comparison = {
        **state.objects.seed("commit-comparison"),
        "url": f"{state.api}/compare/{call.params['basehead']}",
        "base_commit": make_commit(state, base),
        "merge_base_commit": make_commit(state, merge_base),
        "status": _relation(len(ahead), len(behind)),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": part,
        "files": diff_entries(state, merge_base, head)[:_MAX_COMPARED_FILES] if first else [],
    }
    return Answer(200, comparison, links)


@route("GET", f"{_REPO}/contents/{{path}}", "contents:read")
def get_contents(call: Call) -> Answer:
    """Answer with a file in base64; over 1 MiB only with its raw bytes, where the header asks for them."""
    state, path = call.state, call.params["path"]
    sha = state.resolve(call.query.get("ref") or state.repository["default_branch"])
    listed = state.run_git("ls-tree", "-z", "--long", sha, "--", path) if sha else None
    if not listed:
        raise not_found()
    mode, kind, oid, size = listed.split(b"\0")[0].decode("utf-8", "surrogateescape").split("\t")[0].split()
    if kind != "blob" or mode == "120000":
        raise RefusalError(404, "this server shows files only")
    content = state.run_git("cat-file", "blob", oid) or b""
    if "raw" in call.accept:
        return Answer(200, content, content_type="application/vnd.github.v3.raw; charset=utf-8")
    small = len(content) <= _MAX_CONTENT_BYTES
    seeded = state.objects.seed("content-file-response-if-content-is-a-file")
    url = f"{state.api}/contents/{path}?ref={call.query.get('ref') or state.repository['default_branch']}"
    links = {"git": f"{state.api}/git/blobs/{oid}", "self": url, "html": f"{state.page}/blob/{sha}/{path}"}
    return Answer(
        200,
        {
            **seeded,
            "type": "file",
            "encoding": "base64" if small else "none",
            "size": int(size),
            "name": path.rpartition("/")[2],
            "path": path,
            "content": base64.encodebytes(content).decode() if small else "",
            "sha": oid,
            "url": url,
            "git_url": links["git"],
            "html_url": links["html"],
            "_links": links,
        },
    )


def commits_between(state: State, base: str, head: str) -> list[str]:
    """The commits of `head` that `base` lacks, oldest first; none without a git repository."""
    listed = state.run_git("rev-list", "--topo-order", "--reverse", f"{base}..{head}") or b""
    return listed.decode().split()


def make_commit(state: State, sha: str) -> Object:
    """A commit of GitHub's shape; without a git repository only its id is true."""
    seeded = state.objects.seed("commit")
    at = {"url": f"{state.api}/commits/{sha}", "html_url": f"{state.page}/commit/{sha}"}
    commit: Object = {**seeded, **at, "sha": sha, "comments_url": f"{at['url']}/comments", "parents": []}
    del commit["files"], commit["stats"]
    commit["commit"] |= {"url": f"{state.api}/git/commits/{sha}"}
    shown = state.run_git("show", "-s", "--format=%P%x00%T%x00%an%x00%ae%x00%aI%x00%B", sha)
    if shown is None:
        return commit
    parents, tree, name, email, date, message = shown.decode(errors="replace").split("\0", 5)
    person = {"name": name, "email": email, "date": date}
    where = f"{state.api}/git/trees/{tree}"
    commit["commit"] |= {"author": person, "committer": person, "message": message.rstrip("\n")}
    commit["commit"] |= {"tree": {"sha": tree, "url": where}}
    addresses = {parent: f"{state.api}/commits/{parent}" for parent in parents.split()}
    return {**commit, "parents": [{"sha": parent, "url": url} for parent, url in addresses.items()]}


def diff_text(state: State, base: str, head: str) -> bytes | None:
    """The text of the difference between the merge base and the head."""
    return state.run_git("diff", "--no-color", "--no-ext-diff", "-M", f"{base}...{head}")


def diff_entries(state: State, base: str, head: str) -> list[Object]:
    """The changed files, with their patch where the content is text."""
    listed = state.run_git("diff", "--raw", "--no-abbrev", "-z", "-M", f"{base}...{head}")
    text = diff_text(state, base, head)
    if not listed or text is None:
        return []
    patches = re.split(rb"(?m)^diff --git .*\n", text)[1:]
    return [_entry(state, head, raw, patch) for raw, patch in zip(_raw(listed), patches, strict=True)]


def _raw(listed: bytes) -> list[tuple[str, str, str, str]]:
    """Of each changed file its blob at head, its status letter, its path, and its former path."""
    fields = iter(listed.decode("utf-8", "replace").split("\0")[:-1])
    found = []
    for record in fields:
        *_, blob, letter = record.split()
        former = next(fields)
        path = next(fields) if letter[0] in "RC" else former
        found.append((blob, letter[0], path, former))
    return found


def _entry(state: State, head: str, raw: tuple[str, str, str, str], patch: bytes) -> Object:
    blob, letter, path, former = raw
    hunks = patch[patch.find(b"\n@@ ") + 1 :].decode(errors="replace") if b"\n@@ " in patch else None
    lines = hunks.splitlines() if hunks else []
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    entry: Object = {
        "sha": blob,
        "filename": path,
        "status": _STATUSES[letter],
        "additions": added,
        "deletions": removed,
        "changes": added + removed,
        "blob_url": f"{state.page}/blob/{head}/{path}",
        "raw_url": f"{state.page}/raw/{head}/{path}",
        "contents_url": f"{state.api}/contents/{path}?ref={head}",
    }
    renamed = {"previous_filename": former} if letter in "RC" else {}
    return entry | renamed | ({"patch": hunks.rstrip("\n")} if hunks else {})


def _relation(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"
