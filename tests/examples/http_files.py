"""Reads and sends .http files, as far as ours go: variables, names, earlier answers, files."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_VARIABLE = re.compile(r"{{(.+?)}}")
_ENVIRONMENT = re.compile(r"\$processEnv (\w+)")
_EARLIER = re.compile(r"(\w+)\.response\.body\.\$\.([\w.]+)")


@dataclass(frozen=True)
class HttpRequest:
    """One request as it is written, and the statuses that it may be answered with."""

    title: str
    name: str
    statuses: frozenset[int]
    method: str
    address: str
    headers: Mapping[str, str]
    body: str


def read_http_file(text: str) -> tuple[dict[str, str], list[HttpRequest]]:
    """The file's variables as they are written, and its requests in order."""
    head, *blocks = re.split(r"^### ?", text, flags=re.MULTILINE)
    variables = dict(re.findall(r"^@(\w+) = (.+)$", head, re.MULTILINE))
    return variables, [_request(block) for block in blocks]


def _request(block: str) -> HttpRequest:
    title, _, rest = block.partition("\n")
    comments = re.findall(r"^# (.*)$", rest, re.MULTILINE)
    call, _, body = re.sub(r"^#.*\n", "", rest, flags=re.MULTILINE).strip().partition("\n\n")
    line, *headers = call.splitlines()
    method, address = line.split(" ", 1)
    (answers,) = [comment for comment in comments if comment.startswith("Answers ")]
    names = [comment.removeprefix("@name ") for comment in comments if comment[:6] == "@name "]
    return HttpRequest(
        title,
        names[0] if names else "",
        frozenset(int(status) for status in re.findall(r"\d{3}", answers)),
        method,
        address,
        dict(header.split(": ", 1) for header in headers),
        body,
    )


def run_http_file(
    text: str, environment: Mapping[str, str], folder: Path
) -> Iterator[tuple[HttpRequest, int, Any]]:
    """Send each request in order: (request, status, JSON of the answer)."""
    variables, requests = read_http_file(text)
    answers: dict[str, Any] = {}

    def filled(written: str) -> str:
        return _VARIABLE.sub(lambda found: value(found[1]), written)

    def value(word: str) -> str:
        if found := _ENVIRONMENT.fullmatch(word):
            return environment[found[1]]
        if found := _EARLIER.fullmatch(word):
            answer = answers[found[1]]
            for part in found[2].split("."):
                answer = answer[part]
            return str(answer)
        return filled(variables[word])

    for request in requests:
        headers = {name: filled(text) for name, text in request.headers.items()}
        status, answer = _send(
            request.method, filled(request.address), headers, _bytes(filled(request.body), folder)
        )
        if request.name:
            answers[request.name] = answer
        yield request, status, answer


def _bytes(body: str, folder: Path) -> bytes:
    if not body.startswith("--"):
        return body.encode()
    lines = [
        (folder / line[2:]).read_bytes() if line.startswith("< ") else line.encode()
        for line in body.splitlines()
    ]
    return b"\r\n".join(lines) + b"\r\n"


def _send(method: str, address: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
    scheme, _, pair = headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=60)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content.startswith(b"{") else None
    finally:
        connection.close()
