"""`kyc serve` as it is shipped, with a partner and the figures of its processes."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.cli.environment import build_services
from app.cli.local_server import free_port, local_environment, serving
from app.domain.partner import Mode
from app.settings import read_settings
from app.wiring import Services

ORIGIN = "https://merchant.test"
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class LiveServer:
    """Where it listens, whom it serves, and its use cases over the same state."""

    port: int
    api_key: str
    services: Services

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def live_server(**environment: str) -> Iterator[LiveServer]:
    """A server with a state folder of its own, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="kyc-live-") as folder:
        port = free_port()
        settings = local_environment(Path(folder), port)
        settings |= {"KYC_RATE_LIMIT_FACTOR": "1000"} | environment
        services = build_services(read_settings(settings))
        partner = services.create_partner("Bench", Mode.TEST, [ORIGIN])
        try:
            with serving(settings, port, Path(folder) / "server.log"):
                yield LiveServer(port, partner.api_key, services)
        finally:
            services.storage.database.dispose()


@dataclass(frozen=True)
class ProcessFigures:
    """Resident memory and open files of each role that lives on: web, worker and their nurseries.

    The children that decode one picture each are left out: they live for a second.
    """

    rss_mib: dict[str, float]
    open_files: dict[str, int]


def process_figures() -> ProcessFigures:
    """The figures of this process's `kyc` descendants at this moment."""
    rss, files = Counter[str](), Counter[str]()
    for pid, role in _roles(os.getpid(), ""):
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
            files[role] += len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names only
        except (OSError, IndexError):
            continue  # it ended in the meantime
        rss[role] += pages * _PAGE_BYTES
    return ProcessFigures({role: size / 2**20 for role, size in rss.items()}, dict(files))


def _roles(parent: int, parent_role: str) -> Iterator[tuple[int, str]]:
    for pid in _children(parent):
        role = _role(pid, parent_role)
        if role is None:
            continue
        yield pid, role
        yield from _roles(pid, role)


def _role(pid: int, parent_role: str) -> str | None:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    if parent_role.endswith("nursery"):
        return None
    if b"app.vision.sandbox.nursery" in command:
        return f"{parent_role} nursery".strip()
    for word, role in ((b"serve", "web"), (b"worker", "worker")):
        if word in command:
            return role
    return None


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text("ascii").split()]
        except OSError:
            continue
    return found
