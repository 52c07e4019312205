"""A live installation with one test partner, and a specimen to send to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from app.cli.environment import build_services
from app.cli.local_server import free_port, local_environment, serving
from app.domain.evidence import DocumentType, Side
from app.domain.partner import Mode
from app.services.create_partner import PartnerCreated
from app.settings import read_settings
from app.specimens.proof_of_address import PaperFormat, paper_file, print_proof_of_address
from app.specimens.simulated_applicant import SimulatedApplicant

ORIGIN = "https://shop.example"


@dataclass(frozen=True)
class LiveServer:
    """Where it is, and who may call it."""

    url: str
    partner: PartnerCreated

    @property
    def environment(self) -> dict[str, str]:
        """What the examples read."""
        return {
            "KYC_URL": self.url,
            "KYC_API_KEY": self.partner.api_key,
            "KYC_PUBLISHABLE_KEY": self.partner.publishable_key,
            "KYC_CLIENT_ID": self.partner.client_id,
            "KYC_CLIENT_SECRET": self.partner.client_secret,
        }


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    state_dir, port = tmp_path_factory.mktemp("examples"), free_port()
    environment = local_environment(state_dir, port)
    services = build_services(read_settings(environment))
    partner = services.create_partner("Examples", Mode.TEST, [ORIGIN])
    try:
        with serving(environment, port, state_dir / "server.log"):
            yield LiveServer(f"http://127.0.0.1:{port}", partner)
    finally:
        services.storage.database.dispose()


@pytest.fixture(scope="session")
def specimens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with passport_front.jpg and proof_of_address_utility_en.pdf."""
    folder, today = tmp_path_factory.mktemp("specimens"), datetime.now(UTC).date()
    person = SimulatedApplicant("astronaut", seed=9303, today=today)
    chance = Random(9303)
    bill = print_proof_of_address("utility", "en", person.attributes, today, chance)
    (folder / "proof_of_address_utility_en.pdf").write_bytes(
        paper_file(bill, PaperFormat.PDF, chance)
    )
    photograph = person.photographs(DocumentType.PASSPORT)[Side.FRONT]
    (folder / "passport_front.jpg").write_bytes(photograph)
    return folder
