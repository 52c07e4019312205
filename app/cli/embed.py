"""kyc embed: the script tag that a partner's page takes, with the hash of the file."""

from __future__ import annotations

import base64
import hashlib

import click

from app.cli.environment import settings_from_environment, show
from app.settings import PROJECT_FOLDER

_LOADER = "static/embed/v1.js"


@click.command()
@click.option("--json", "as_json", is_flag=True)
def embed(as_json: bool) -> None:
    """Print the script tag for partners' pages; its hash holds until the next release."""
    public_url = settings_from_environment().public_url
    if not as_json:
        click.echo(embed_tag(public_url))
        return
    src = f"{public_url}/{_LOADER}"
    show({"src": src, "integrity": integrity(), "tag": embed_tag(public_url)}, as_json=True)


def embed_tag(public_url: str) -> str:
    """The tag for an installation at this address."""
    src = f"{public_url}/{_LOADER}"
    return f'<script src="{src}" integrity="{integrity()}" crossorigin="anonymous"></script>'


def integrity() -> str:
    """The hash of the loader as Subresource Integrity spells it."""
    digest = hashlib.sha384((PROJECT_FOLDER / _LOADER).read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode()
