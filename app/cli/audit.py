"""kyc audit: proof that nobody changed the log, against a copy that is kept elsewhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.environment import build_services, show
from app.storage.audit import BrokenExport, head_of_export

if TYPE_CHECKING:
    from app.storage.audit import AuditHead
    from app.wiring import Services


@click.group()
def audit() -> None:
    """The append-only log of decisions, views, overrides, keys and policies."""


@audit.command()
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An export kept elsewhere: finds a tail that was cut off, and a chain written anew.",
)
@click.option("--json", "as_json", is_flag=True)
def verify(against: Path | None, as_json: bool) -> None:
    """Walk the hash chain; exit 1 and name the first broken line."""
    kept = _head_of(against, as_json=as_json) if against is not None else None
    with build_services().storage.reading() as uow:
        broken, head = uow.audit.verify(kept), uow.audit.head()
    if as_json:
        answer = {"whole": broken is None, "broken_at": broken, "lines": head.seq if head else 0}
        click.echo(json.dumps(answer))
    elif broken is not None:
        click.echo(f"the audit log is broken at line {broken}")
    else:
        click.echo("the audit log is whole")
    sys.exit(0 if broken is None else 1)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def export(file: Path, as_json: bool) -> None:
    """Write every line with its hash as a line of JSON; keep the file where nobody changes it."""
    lines, last = write_export(build_services(), file)
    show({"file": str(file), "lines": lines, "hash": last}, as_json=as_json)


def write_export(services: Services, file: Path) -> tuple[int, str]:
    """How many lines were written, and the hash of the last. Never replaces a file."""
    count, last = 0, ""
    # It must not take the place of the copy that would have shown what happened since.
    try:
        out = file.open("x", encoding="utf-8")
    except FileExistsError:
        raise click.UsageError("The file exists already; an export gets a new one.") from None
    with out, services.storage.reading() as uow:
        file.chmod(0o600)
        for line in uow.audit.export():
            out.write(json.dumps(line, separators=(",", ":")) + "\n")
            count, last = count + 1, str(line["hash"])
    return count, last


def _head_of(file: Path, *, as_json: bool) -> AuditHead | None:
    try:
        with file.open(encoding="utf-8") as lines:
            return head_of_export(lines)
    except UnicodeDecodeError:
        raise click.ClickException("the export is no UTF-8 text") from None
    except BrokenExport as broken:
        if as_json:
            click.echo(json.dumps({"whole": False, "broken_export_line": broken.line}))
        else:
            click.echo(f"the export itself was changed: its line {broken.line} does not fit")
        sys.exit(1)
