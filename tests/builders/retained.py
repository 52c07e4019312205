"""Users with evidence of every kind, under a policy whose terms of retention a test chooses."""

from app.domain.evidence import CaptureKind
from app.domain.policy import STANDARD_POLICY
from app.domain.policy_text import policy_text
from app.domain.verification import Verification
from app.services.jobs import DESTROY_EVIDENCE, ERASE_OBJECT, EXAMINE
from app.storage.objects import FolderStore
from tests.builders.installation import Installation
from tests.builders.submissions import submitted

DAY_S = 86_400


def objects_of(kyc: Installation) -> FolderStore:
    """The installation's object store."""
    store = kyc.services.erase_object.objects
    assert isinstance(store, FolderStore)
    return store


def keep_for(kyc: Installation, **retention: object) -> None:
    """Put a policy with these terms in force, whatever was in force before."""
    lines = [f"{key} = {str(value).lower()}" for key, value in retention.items()]
    standard = policy_text(STANDARD_POLICY).partition("[retention]")[0]
    with kyc.services.storage.reading() as uow:
        newest = uow.policy_revisions.newest(kyc.partner.partner_id)
    version = newest.version + 1 if newest else 1
    text = standard.replace("\nversion = 1\n", f"\nversion = {version}\n")
    kyc.services.activate_policy(
        kyc.partner.partner_id, "\n".join([text, "[retention]", *lines]), "test"
    )


def decided(kyc: Installation, user: str = "user-123") -> Verification:
    """A verified user's verification, its jobs run."""
    submitted(kyc, user=user)
    kyc.run_jobs(EXAMINE)
    kyc.run_jobs(DESTROY_EVIDENCE)
    kyc.run_jobs(ERASE_OBJECT)
    return verification_of(kyc, user)


def verification_of(kyc: Installation, user: str = "user-123") -> Verification:
    """The user's current verification as it is stored."""
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        assert applicant is not None
        return uow.verifications.get(str(applicant.verification_id))


def kinds_kept(kyc: Installation, verification: Verification) -> set[CaptureKind]:
    """The kinds of pictures that still have a row, an object, and a key that opens it."""
    vault, store = kyc.services.examine_verification.vault, objects_of(kyc)
    with kyc.services.storage.reading() as uow:
        captures = uow.captures.all_for(verification.id)
    for capture in captures:
        vault.unseal(verification, capture.kind, capture.id, store.get(capture.object_name))
    return {capture.kind for capture in captures}
