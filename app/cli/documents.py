"""kyc read: what the reader sees on pictures of documents, one JSON object a line."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.domain.evidence import DocumentType
from app.domain.proof_of_address import paper_claim
from app.proofing.paper_report import paper_report
from app.proofing.reading_report import reading_report
from app.vision.decoding import UndecodableImage
from app.vision.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

PROOF_OF_ADDRESS = "proof_of_address"
_MAX_SIDE_PX = 3000  # as captures are kept, so that the answer is the worker's


@click.command("read")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--type",
    "document_type",
    type=click.Choice([*(each.value for each in DocumentType), PROOF_OF_ADDRESS]),
)
@click.option("--given-name", help="For a proof of address: what it must say.")
@click.option("--family-name")
@click.option("--street", help="With the house number.")
@click.option("--postal-code")
@click.option("--city")
def read_documents(
    files: tuple[Path, ...], document_type: str | None, **claimed: str | None
) -> None:
    """Read pictures of documents; exit 2 when one of them cannot be decoded.

    A proof of address may be a PDF; it is compared with the name and address that are given.
    """
    is_unreadable = False
    today = datetime.now(UTC).date()
    with Sandbox() as sandbox:
        for path in files:
            started = time.perf_counter()
            answer: dict[str, object] = {"file": str(path)}
            try:
                answer |= _report(sandbox, path.read_bytes(), document_type, claimed, today)
            except UndecodableImage as error:
                is_unreadable = True
                answer |= {"error": error.code, "message": str(error)}
            answer["ms"] = round((time.perf_counter() - started) * 1000)
            click.echo(json.dumps(answer))
    sys.exit(2 if is_unreadable else 0)


def _report(
    sandbox: Sandbox,
    payload: bytes,
    document_type: str | None,
    claimed: Mapping[str, str | None],
    today: date,
) -> dict[str, object]:
    if document_type != PROOF_OF_ADDRESS:
        pixels = sandbox.run("decode", payload, max_side_px=_MAX_SIDE_PX).pixels
        return reading_report(pixels, document_type, today)
    paper = sandbox.run("paper_pages", payload)
    pages = [sandbox.run("decode", jpeg).pixels for jpeg in paper.jpegs]
    return paper_report(pages, paper.n_pages, paper_claim(claimed), today)
