"""A provider made of cassettes: it answers on a port of this machine as a recorded conversation says.

The conversations in `cassettes/` were written after the providers' published documentation; none was
recorded from a live account. Each names the page it follows.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CASSETTES = Path(__file__).parent / "cassettes"


def cassette(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASSETTES / f"{name}.json").read_text())
    return found


@dataclass
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Provider:
    url: str
    answers: list[dict[str, Any]]
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def provider(*answers: dict[str, Any]) -> Iterator[Provider]:
    """These answers in turn, the last for ever: `{"status", "body"}`, perhaps headers, seconds, drip."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            here.asked.append(
                Asked(
                    parts.path,
                    dict(parse_qsl(parts.query, keep_blank_values=True)),
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(length),
                )
            )
            answer = here.answers.pop(0) if len(here.answers) > 1 else here.answers[0]
            time.sleep(answer.get("seconds", 0))
            said = answer["body"]
            data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            try:
                self.send_response(answer["status"])
                for name, value in answer.get("headers", {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if answer.get("drip"):
                    for one in data:
                        self.wfile.write(bytes([one]))
                        self.wfile.flush()
                        time.sleep(answer["drip"])
                else:
                    self.wfile.write(data)
            except OSError:
                pass  # whoever asked has gone

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *rest: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Provider(f"http://127.0.0.1:{server.server_port}", list(answers))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
