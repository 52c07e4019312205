"""kyc serve and kyc worker: waitress with worker children under one small supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import click
import structlog
import waitress

from app.cli.environment import build_services, log_to_stderr, settings_from_environment
from app.cli.two_lanes import TwoLanes
from app.factory import create_app
from app.wiring import PERIODIC
from app.worker import Worker, WorkerLimits, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from app.settings import Settings
    from app.wiring import Services

log = structlog.get_logger()

_RESTART_PAUSE_S = 1.0
_PARENT_CHECK_S = 1.0
# A request body up to this size stays in memory: waitress would spool a larger one to the
# temporary folder in clear.
_MEMORY_SLACK_BYTES = 1_048_576


# For children of our own: they end when whoever started them is gone, however it went.
watch_parent_option = click.option("--watch-parent", is_flag=True, hidden=True)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8080)
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@watch_parent_option
def serve(port: int, host: str, watch_parent: bool) -> None:
    """Serve the widget and its APIs, with KYC_WORKERS worker children."""
    settings = settings_from_environment()
    log_to_stderr(settings)
    services = build_services(settings)
    services.sandbox.start()
    server = listen(
        create_app(services),
        host,
        port,
        threads=settings.web_threads,
        _dispatcher=TwoLanes(settings.web_threads),
        **behind_proxy(settings),
        inbuf_overflow=settings.max_upload_bytes + _MEMORY_SLACK_BYTES,
        max_request_body_size=settings.max_upload_bytes + _MEMORY_SLACK_BYTES,
    )
    if watch_parent:
        _when_orphaned(lambda: os.kill(os.getpid(), signal.SIGTERM))
    with _Supervisor(settings.workers):
        click.echo(f"serving on http://{host}:{port}")
        _stop_on_sigterm()
        server.run()
    services.sandbox.close()


@click.command()
@watch_parent_option
def worker(watch_parent: bool) -> None:
    """Run jobs: examinations, webhooks, sweeps. SIGTERM finishes what is under way."""
    settings = settings_from_environment()
    log_to_stderr(settings)
    services = build_services(settings)
    stop = threading.Event()
    stop_on_signals(stop)
    if watch_parent:
        _when_orphaned(stop.set)
    with services.sandbox:
        worker_of(services, worker_id=services.chance.new_id("wkr")).run(stop)


def worker_of(
    services: Services, limits: WorkerLimits | None = None, worker_id: str | None = None
) -> Worker:
    """A worker of an installation, with all of its jobs."""
    return Worker(
        services.queue,
        services.handlers(),
        services.give_up_job,
        services.chance.now,
        services.chance.random,
        limits or WorkerLimits(),
        PERIODIC,
        worker_id=worker_id,
    )


def behind_proxy(settings: Settings) -> dict[str, Any]:
    """What waitress needs to see the clients of a trusted proxy, or nothing.

    Only their address is believed: where the pages are served from is `KYC_PUBLIC_URL`.
    """
    if settings.trusted_proxy is None:
        return {}
    return {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_count": settings.trusted_proxy_hops,
        "trusted_proxy_headers": {"x-forwarded-for"},
    }


def listen(app: Flask, host: str, port: int, **options: Any) -> Any:  # waitress has no types
    """A waitress server that holds its port. Raises ClickException when somebody else does."""
    try:
        return waitress.create_server(app, host=host, port=port, ident=None, **options)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another --port"
        ) from error


def _when_orphaned(act: Callable[[], None]) -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_CHECK_S)
        act()

    threading.Thread(target=watch, daemon=True).start()


def _stop_on_sigterm() -> None:
    def stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)


class _Supervisor:
    """Keeps the worker children running: one that ends is started again after a pause."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._children: set[subprocess.Popen[bytes]] = set()

    def __enter__(self) -> None:
        for _ in range(self._count):
            thread = threading.Thread(target=self._keep_running, daemon=True)
            thread.start()
            self._threads.append(thread)

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for child in list(self._children):
            child.terminate()
        for thread in self._threads:
            thread.join(timeout=30)

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            command = [sys.executable, "-m", "app.cli", "worker", "--watch-parent"]
            child = subprocess.Popen(command)  # noqa: S603 - our own command
            self._children.add(child)
            code = child.wait()
            self._children.discard(child)
            if not self._stopping.wait(_RESTART_PAUSE_S):
                log.warning("worker.restarted", exit_code=code)
