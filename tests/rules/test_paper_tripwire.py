"""The PII tripwire for papers: a real bill, really read, and nothing of its holder anywhere."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random

from app.domain.proof_of_address import ProofStatus
from app.services.jobs import EXAMINE_PROOF_OF_ADDRESS
from app.specimens.attributes import MARKED_VALUES, specimen_attributes
from app.specimens.proof_of_address import PaperFormat, paper_file, print_proof_of_address
from app.wiring import build
from tests.builders.installation import Installation
from tests.builders.partner_users import create_user
from tests.builders.proofs_of_address import events_of, poa, proof_of, send_paper
from tests.rules.test_tripwire import _assert_nothing_in_clear, log

__all__ = ["log"]


def test_nothing_of_a_paper_leaves_the_sealed_store(
    kyc_sqlite: Installation, log: StringIO, tmp_path: Path
) -> None:
    kyc, today = kyc_sqlite, date(2026, 11, 20)
    person = specimen_attributes(Random(2), today)
    letter = print_proof_of_address("utility", "en", person, today - timedelta(days=1), Random(4))
    create_user(
        kyc,
        firstName=person.given_names.title(),
        lastName=person.family_name.title(),
        address={
            "street": person.street.title(),
            "postalCode": person.postal_code,
            "city": person.city.title(),
        },
    )
    sent = send_paper(kyc, paper_file(letter, PaperFormat.PDF, Random(4)))
    job = kyc.services.queue.claim(kyc.clock(), 60, [EXAMINE_PROOF_OF_ADDRESS])
    assert job is not None
    real = build(kyc.services.settings, kyc.services.chance, kyc.services.sandbox)
    real.examine_proof_of_address(job)
    real.storage.database.dispose()
    proof = proof_of(kyc)
    # The paper was read, and it is that person's.
    assert proof.status is ProofStatus.VERIFIED
    assert proof.findings is not None
    vault = kyc.services.examine_proof_of_address.vault
    issuer = str(vault.unseal_json(proof, "findings", proof.findings)["issuer"])
    personal = [*MARKED_VALUES, *(value.title() for value in MARKED_VALUES), issuer]
    said = log.getvalue() + sent.get_data(as_text=True) + json.dumps(poa(kyc))
    assert log.getvalue().count("request.served") > 2
    recorded = json.dumps([dict(e.data) for e in events_of(kyc)] + [dict(c) for c in proof.checks])
    assert [value for value in personal if value in said + recorded] == []
    _assert_nothing_in_clear(tmp_path, personal)
