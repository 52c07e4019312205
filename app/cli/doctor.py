"""kyc doctor: what keeps this installation, or the widget on a partner's page, from working."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from app.cli.environment import settings_from_environment
from app.cli.installation_checks import check_installation
from app.domain.host_page import Finding, find_blocks
from app.domain.origins import origin_of

if TYPE_CHECKING:
    from app.domain.host_page import HostFacts


@click.command()
@click.argument("url", required=False)
@click.option("--widget", help="Address of the installation; KYC_PUBLIC_URL when left out.")
@click.option("--json", "as_json", is_flag=True)
def doctor(url: str | None, widget: str | None, as_json: bool) -> None:
    """Check this installation; with URL, load a partner's page and name what blocks the widget.

    Exit 0: all is well. 1: something is in the way. 2: it could not be looked at.
    """
    if url is None:
        _end_installation(as_json=as_json)
    if origin_of(url) is None:
        raise click.UsageError("URL must be an http(s) address such as https://shop.example/pay")
    origin = origin_of(widget or settings_from_environment().public_url)
    if origin is None:
        raise click.UsageError("--widget must be an http(s) address such as https://kyc.example")
    facts = _look_at(url, origin)
    _end_page(facts, find_blocks(facts), as_json=as_json)


def _end_installation(*, as_json: bool) -> NoReturn:
    checks = check_installation(os.environ)
    is_well = all(check.is_well for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": is_well, "checks": [asdict(check) for check in checks]}))
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.is_well else 'FAIL'} {check.name}: {check.sentence}")
            if check.advice:
                click.echo(f"     {check.advice}")
    sys.exit(0 if is_well else 1)


def _look_at(url: str, widget_origin: str) -> HostFacts:
    try:
        host_browser = import_module("app.cli.host_browser")
    except ModuleNotFoundError:
        raise click.ClickException(
            "looking at a page takes a browser driver: pip install 'kyc-widget[doctor]'"
        ) from None
    try:
        with host_browser.a_browser(is_root=os.geteuid() == 0) as browser:
            facts: HostFacts = host_browser.look_at(browser, url, widget_origin)
            return facts
    except host_browser.NoBrowser:
        raise click.ClickException(
            "looking at a page takes chromium: apt-get install chromium"
        ) from None
    except host_browser.HostUnreachable as error:
        raise click.ClickException(f"the page does not load: {error}") from None


def _end_page(facts: HostFacts, findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_report(facts, findings)))
        sys.exit(1 if findings else 0)
    where = "the page's own frame" if facts.is_own_frame else "a frame as the loader makes it"
    click.echo(f"looked at {where}, {len(facts.frames)} deep, of {facts.widget_url}")
    for finding in findings:
        click.echo(f"FAIL {finding.code}: {finding.sentence}")
        click.echo(f"     at {finding.url}")
        click.echo(f"     {finding.advice}")
    if not findings:
        click.echo("ok   the frame loads and the camera opens")
    sys.exit(1 if findings else 0)


def _report(facts: HostFacts, findings: list[Finding]) -> dict[str, object]:
    return {
        "ok": not findings,
        "widget_url": facts.widget_url,
        "frame_depth": len(facts.frames),
        "is_own_frame": facts.is_own_frame,
        "frame_loads": facts.did_load,
        "camera": facts.camera,
        "findings": [asdict(finding) for finding in findings],
    }
