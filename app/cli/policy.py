"""kyc policy: a partner's rules, checked, compared and put in force from a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from app.cli.environment import build_services, show
from app.domain.policy import STANDARD_POLICY
from app.domain.policy_changes import policy_changes
from app.domain.policy_file import PolicyFaults
from app.domain.policy_text import policy_text
from app.services.activate_policy import read_checked_policy
from app.web.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.policy import Policy

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def policy() -> None:
    """A partner's rules: tiers, eligibility, documents, retention."""


@policy.command()
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True)
def check(file: Path, as_json: bool) -> None:
    """Tell every fault of a policy file, with its path."""
    found = _policy(_text(file), as_json=as_json)
    show(
        {"valid": True, "faults": [], "version": found.version, "policy_hash": found.hash},
        as_json=as_json,
    )


@policy.command()
@click.argument("partner_id")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True)
def diff(partner_id: str, file: Path, as_json: bool) -> None:
    """Tell what a file would change against the policy in force."""
    new = _policy(_text(file), as_json=as_json)
    services = build_services()
    with services.storage.reading() as uow:
        active = services.policies.of(uow, partner_id)
    changes = policy_changes(active, new)
    if as_json:
        rows = [{"path": c.path, "before": c.before, "after": c.after} for c in changes]
        click.echo(json.dumps({"partner_id": partner_id, "changes": rows}))
        return
    for change in changes:
        click.echo(str(change))
    if not changes:
        click.echo("nothing changes")


@policy.command()
@click.argument("partner_id")
@click.argument("file", type=_FILE)
@click.option("--by", "actor", default="cli", help="Who does this, kept in the audit log.")
@click.option("--json", "as_json", is_flag=True)
def activate(partner_id: str, file: Path, actor: str, as_json: bool) -> None:
    """Put a file in force at once; its version must be higher than any before."""
    text = _text(file)
    services = build_services()
    try:
        revision = services.activate_policy(partner_id, text, actor[:80])
    except PolicyFaults as found:
        _end_with(found.faults, as_json=as_json)
    show(
        {
            "partner_id": partner_id,
            "revision_id": revision.id,
            "version": revision.version,
            "policy_hash": revision.hash,
        },
        as_json=as_json,
    )


@policy.command("show")
@click.argument("partner_id")
@click.option("--json", "as_json", is_flag=True)
def show_active(partner_id: str, as_json: bool) -> None:
    """Print the policy in force, as its author wrote it."""
    services = build_services()
    with services.storage.reading() as uow:
        digest = uow.partners.get(partner_id).policy_hash
        revision = digest and uow.policy_revisions.by_hash(partner_id, digest)
    text = revision.text if revision else policy_text(STANDARD_POLICY)
    if not as_json:
        click.echo(text, nl=False)
        return
    answer: dict[str, object] = {
        "partner_id": partner_id,
        "policy_hash": digest or STANDARD_POLICY.hash,
        "version": revision.version if revision else STANDARD_POLICY.version,
        "revision_id": revision.id if revision else None,
        "activated_at": rfc3339(revision.created_at) if revision else None,
        "activated_by": revision.created_by if revision else None,
        "text": text,
    }
    click.echo(json.dumps(answer))


@policy.command()
def example() -> None:
    """Print a complete file with every key explained; it is the policy of a fresh partner."""
    click.echo(policy_text(STANDARD_POLICY), nl=False)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise click.ClickException("the file cannot be read as UTF-8 text") from None


def _policy(text: str, *, as_json: bool) -> Policy:
    try:
        return read_checked_policy(text)
    except PolicyFaults as found:
        _end_with(found.faults, as_json=as_json)


def _end_with(faults: Sequence[str], *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"valid": False, "faults": list(faults)}))
    else:
        for fault in faults:
            click.echo(fault)
    sys.exit(1)
