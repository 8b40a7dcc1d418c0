"""A hub on loopback that speaks what huggingface_hub asks of the real one to fetch models, and notes it down."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


@dataclass
class Repository:
    """Files by commit, commits by branch or tag; `gated` ones want an agreement first."""

    commits: Mapping[str, Mapping[str, bytes]]
    names: Mapping[str, str]
    gated: bool = False

    def commit(self, revision: str) -> str | None:
        name = self.names.get(revision, revision)
        return name if name in self.commits else None


@dataclass
class Hub:
    """Where it is, and which files were asked for: (method, path below the repository)."""

    endpoint: str
    asked: list[tuple[str, str]] = field(default_factory=list)

    def fetched(self) -> set[str]:
        return {path for method, path in self.asked if method == "GET" and not path.startswith("api:")}


@contextmanager
def hub_of(repositories: Mapping[str, Repository]) -> Iterator[Hub]:
    """Serves these repositories, by id, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def log_message(self, format: str, *args: object) -> None:
            pass

        def answer(self) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            if path.startswith("api/models/"):
                self.describe(*split(path.removeprefix("api/models/"), "/revision/"))
            elif "/resolve/" not in path:
                hub.asked.append((self.command, f"api:{path}"))
                self.refuse(404, "EntryNotFound")
            else:
                name, rest = split(path, "/resolve/")
                revision, _, file = rest.partition("/")
                self.send_file(name, revision, file)

        def describe(self, name: str, revision: str) -> None:
            hub.asked.append((self.command, f"api:{name}"))
            found = self.find(name, revision or "main")
            if found is not None:
                commit, files = found
                siblings = [{"rfilename": file} for file in files]
                self.respond(
                    200, json.dumps({"id": name, "modelId": name, "sha": commit, "siblings": siblings}).encode()
                )

        def send_file(self, name: str, revision: str, file: str) -> None:
            hub.asked.append((self.command, file))
            found = self.find(name, revision)
            if found is None:
                return
            commit, files = found
            if file not in files:
                self.refuse(404, "EntryNotFound")
                return
            etag = f'"{hashlib.sha1(files[file]).hexdigest()}"'
            self.respond(200, files[file], {"ETag": etag, "X-Repo-Commit": commit, "Accept-Ranges": "bytes"})

        def find(self, name: str, revision: str) -> tuple[str, Mapping[str, bytes]] | None:
            repository = repositories.get(name)
            if repository is None:
                self.refuse(404, "RepoNotFound")
                return None
            if repository.gated:
                self.refuse(403, "GatedRepo")
                return None
            commit = repository.commit(revision)
            if commit is None:
                self.refuse(404, "RevisionNotFound")
                return None
            return commit, repository.commits[commit]

        def refuse(self, status: int, code: str) -> None:
            self.respond(status, b"{}", {"X-Error-Code": code, "X-Error-Message": code})

        def respond(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub = Hub(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def split(path: str, at: str) -> tuple[str, str]:
    before, _, after = path.partition(at)
    return before, after
