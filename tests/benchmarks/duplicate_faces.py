"""make bench-duplicates: reading sealed templates, and searching one face among all of them."""

import argparse
import resource
import secrets
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.face_template import FaceModel, FaceTemplate
from app.proofing.face_gallery import FaceGallery, packed
from app.security import Envelope, KeyRing
from app.security.vault import Vault
from app.services.duplicate_faces import DuplicateFaces
from app.storage.database import Database
from app.storage.face_templates import face_template_table
from app.storage.schema import migrate
from app.storage.unit_of_work import Storage
from app.wiring import system_chance

_FEATURES = 128
_SEARCHES = 50
_BATCH = 10_000
_PARTNER = "prt_bench"
_NOW = datetime(2026, 11, 21, tzinfo=UTC)


class CosineEngine:
    """What a gallery asks of an engine, over features that were drawn at random."""

    name = "drawn"
    model_hash = "0" * 64

    def compare(self, probe: Any, reference: Any) -> float:
        """The cosine."""
        return float(probe @ reference)


def drawn(chance: np.random.Generator, count: int) -> np.ndarray:
    rows = chance.standard_normal((count, _FEATURES))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def seed(storage: Storage, duplicates: DuplicateFaces, users: int) -> None:
    """Rows sealed as the worker seals them; users are not needed to search."""
    chance = np.random.default_rng(1)
    with storage.database.migrating.begin() as connection:
        for start in range(0, users, _BATCH):
            count = min(_BATCH, users - start)
            connection.execute(
                face_template_table.insert(),
                [
                    _row(duplicates, start + number + 1, packed(features))
                    for number, features in enumerate(drawn(chance, count))
                ],
            )


def _row(duplicates: DuplicateFaces, number: int, features: bytes) -> dict[str, object]:
    template_id = f"fct_{number:032}"
    key = duplicates.vault.new_wrapped_key(_PARTNER, template_id)
    model = FaceModel(CosineEngine.name, CosineEngine.model_hash)
    applicant_id = f"app_{secrets.token_hex(13)}"
    template = FaceTemplate(
        template_id, applicant_id, _PARTNER, model, number, _NOW, key, sealed=None
    )
    row: dict[str, object] = vars(template) | vars(model)
    del row["model"]
    return row | {"sealed": duplicates.seal(template, features)}


def measure(users: int) -> str:
    """A line of what it costs with so many users."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/kyc.sqlite3"
        migrate(url)
        chance = system_chance()
        storage = Storage(Database(url), chance.now)
        keys = KeyRing.open(Path(folder) / "keys.json", chance.now)
        galleries: list[FaceGallery] = []

        def open_gallery() -> FaceGallery:
            galleries.append(FaceGallery(CosineEngine()))  # type: ignore[arg-type]
            return galleries[-1]

        duplicates = DuplicateFaces(storage, chance, Vault(Envelope(keys)), open_gallery)
        seed(storage, duplicates, users)
        before, started, spent = _resident_mb(), time.perf_counter(), time.process_time()
        while duplicates.read_batch(_PARTNER):
            pass
        load_s, load_cpu_s = time.perf_counter() - started, time.process_time() - spent
        memory_mb = _resident_mb() - before
        taken, cpu = _searches(galleries[0])
        storage.database.dispose()
    return (
        f"{users} templates: read in {load_s:.1f} s ({load_cpu_s:.1f} s of one core),"
        f" {memory_mb:.0f} MB, search p50 {statistics.median(taken):.2f} ms,"
        f" worst {max(taken):.2f} ms ({cpu:.2f} ms of one core)"
    )


def _searches(gallery: FaceGallery) -> tuple[list[float], float]:
    taken = []
    spent = time.process_time()
    for probe in drawn(np.random.default_rng(2), _SEARCHES):
        started = time.perf_counter()
        gallery.find(packed(probe), "nobody", 0.01)
        taken.append((time.perf_counter() - started) * 1000)
    return taken, (time.process_time() - spent) * 1000 / _SEARCHES


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    for users in sorted(parser.parse_args().users):
        print(measure(users), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
