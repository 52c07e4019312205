"""kyc read: what the reader sees on pictures of documents, one JSON object a line."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from app.domain.evidence import DocumentType
from app.proofing.reading_report import reading_report
from app.vision.decoding import UndecodableImage
from app.vision.sandbox import Sandbox


@click.command("read")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--type", "document_type", type=click.Choice([each.value for each in DocumentType]))
def read_documents(files: tuple[Path, ...], document_type: str | None) -> None:
    """Read pictures of documents; exit 2 when one of them cannot be decoded."""
    is_unreadable = False
    today = datetime.now(UTC).date()
    with Sandbox() as sandbox:
        for path in files:
            started = time.perf_counter()
            answer: dict[str, object] = {"file": str(path)}
            try:
                pixels = sandbox.run("decode", path.read_bytes()).pixels
                answer |= reading_report(pixels, document_type, today)
            except UndecodableImage as error:
                is_unreadable = True
                answer |= {"error": error.code, "message": str(error)}
            answer["ms"] = round((time.perf_counter() - started) * 1000)
            click.echo(json.dumps(answer))
    sys.exit(2 if is_unreadable else 0)
