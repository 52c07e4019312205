"""The `kyc` command. Exit 0 done, 1 a negative result, 2 bad use or unreadable input."""

from __future__ import annotations

import sys

import click

from app.cli.audit import audit
from app.cli.backup import backup
from app.cli.demo import demo
from app.cli.doctor import doctor
from app.cli.documents import read_documents
from app.cli.embed import embed
from app.cli.evaluate import evaluate
from app.cli.faces import compare, presence
from app.cli.keys import keys
from app.cli.migrate import migrate_command
from app.cli.models import models
from app.cli.partner import partner, token
from app.cli.person import person
from app.cli.policy import policy
from app.cli.retention import retention
from app.cli.review import review
from app.cli.reviewer import reviewer
from app.cli.serve import serve, worker
from app.cli.specimens import specimens
from app.cli.theme import theme
from app.cli.try_command import try_command
from app.domain.errors import DomainError
from app.security import KeyRingFault, UnknownKey
from app.settings import SettingsError
from app.web.errors import CATALOGUE


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def kyc() -> None:
    """Self-hosted identity verification: serve it, try it, look at what it sees."""


for command in (
    demo,
    try_command,
    serve,
    worker,
    migrate_command,
    embed,
    doctor,
    partner,
    policy,
    theme,
    token,
    review,
    reviewer,
    retention,
    specimens,
    read_documents,
    compare,
    presence,
    evaluate,
    models,
    keys,
    audit,
    backup,
    person,
):
    kyc.add_command(command)


def main() -> None:
    """Run the command line; what a user can mend is said in a line, without a stack trace."""
    try:
        kyc(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(2)
    except SettingsError as error:
        for fault in error.faults:
            click.echo(f"kyc: {fault}", err=True)
        sys.exit(2)
    except (KeyRingFault, UnknownKey) as error:
        click.echo(f"kyc: {error}", err=True)
        sys.exit(2)
    except DomainError as error:
        click.echo(f"kyc: {error.message or CATALOGUE[error.code][1]}", err=True)
        sys.exit(2)
