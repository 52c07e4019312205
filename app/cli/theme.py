"""kyc theme: a partner's colours, corners, font and logo, from a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from app.cli.environment import build_services, show
from app.domain.theme import Scheme, theme_css
from app.domain.theme_file import ThemeFaults, read_theme

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def theme() -> None:
    """How a partner's widget looks."""


@theme.command()
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True)
def check(file: Path, as_json: bool) -> None:
    """Tell every fault of a theme, or every colour that follows from it."""
    try:
        found = read_theme(_text(file))
    except ThemeFaults as faulty:
        _end_with(faulty.faults, as_json=as_json)
        return
    if as_json:
        palettes = {scheme.value: found.palette(scheme) for scheme in Scheme}
        click.echo(json.dumps({"valid": True, "faults": [], **palettes}))
    else:
        click.echo(theme_css(found), nl=False)


@theme.command("set")
@click.argument("partner_id")
@click.argument("file", type=_FILE)
@click.option("--logo", type=_FILE, help="SVG, PNG or WebP, at most 16 KiB; shown 28 px high.")
@click.option("--by", "actor", default="cli", help="Who does this, kept in the audit log.")
@click.option("--json", "as_json", is_flag=True)
def set_theme(partner_id: str, file: Path, logo: Path | None, actor: str, as_json: bool) -> None:
    """Put a theme in force at once. What cannot be read is refused, with its contrast."""
    picture = logo.read_bytes() if logo else None
    try:
        found = build_services().set_partner_theme(partner_id, _text(file), picture, actor[:80])
    except ThemeFaults as faulty:
        _end_with(faulty.faults, as_json=as_json)
        return
    show({"partner_id": partner_id, "theme_hash": found.hash}, as_json=as_json)


@theme.command()
@click.argument("partner_id")
@click.option("--by", "actor", default="cli", help="Who does this, kept in the audit log.")
def remove(partner_id: str, actor: str) -> None:
    """Go back to the usual looks."""
    build_services().set_partner_theme.remove(partner_id, actor[:80])
    click.echo(f"{partner_id} has the usual looks now")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise click.ClickException("the file cannot be read as UTF-8 text") from None


def _end_with(faults: list[str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"valid": False, "faults": faults}))
    else:
        for fault in faults:
            click.echo(fault)
    sys.exit(1)
