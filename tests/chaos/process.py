"""A web or worker process of a real installation: `python -m tests.chaos.process web 8123`.

Only what looks at pixels is scripted, because its time would be most of the run and its end is the
same; storage, sealing, objects, jobs, webhooks and HTTP are those that are shipped.
"""

import os
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import structlog
import waitress

from app.cli.serve import worker_of
from app.domain.checks import CheckCode, passed
from app.domain.decision import required_checks
from app.domain.examination import ExaminationFindings
from app.domain.intake import InspectedCapture
from app.domain.policy import STANDARD_POLICY
from app.factory import create_app
from app.settings import read_settings
from app.vision.sandbox import Sandbox
from app.wiring import Services, build
from app.worker import WorkerLimits, stop_on_signals

# A lost job is taken over within a second, and no job is given up for being killed often.
LIMITS = WorkerLimits(lease_s=1.0, heartbeat_s=0.25, poll_s=0.02, max_deaths=1000)
_EXAMINATION_TAKES_S = 0.02
_CHECKS = [
    passed(code)
    for code in (
        *required_checks(STANDARD_POLICY.tier("basic").steps),
        CheckCode.MRZ_CHECK_DIGITS,
    )
]


def scripted(services: Services) -> Services:
    """The services, with every picture usable and every examination passed."""

    def inspect(payload: bytes, *_: Any) -> InspectedCapture:
        return InspectedCapture(payload, 1600, 1200, "0" * 64, {}, ())

    def examine(*_: Any) -> ExaminationFindings:
        time.sleep(_EXAMINATION_TAKES_S)
        return ExaminationFindings(_CHECKS, {}, {}, None)

    add_capture = replace(services.add_document_capture, inspect=inspect)
    return replace(
        services,
        add_document_capture=add_capture,
        add_kyc_file=replace(services.add_kyc_file, add_capture=add_capture),
        examine_verification=replace(services.examine_verification, examine=examine),
    )


def serve(services: Services, port: int) -> None:
    """Answer requests until killed."""
    app = create_app(services)
    waitress.serve(app, host="127.0.0.1", port=port, ident=None, inbuf_overflow=20_000_000)


def work(services: Services, stop: threading.Event) -> None:
    """Run jobs until killed or told to stop."""
    worker_of(services, LIMITS).run(stop)


def main(role: str, *arguments: str) -> None:
    """Be one process; the environment says of which installation."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    services = scripted(build(read_settings(os.environ), sandbox=Sandbox()))
    stop = threading.Event()
    if role == "worker":
        stop_on_signals(stop)
    # Requests that come before the port is open are repeated.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if role == "web":
        serve(services, int(arguments[0]))
    else:
        work(services, stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
