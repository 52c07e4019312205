"""Examinations that two workers begin at the same moment."""

from collections.abc import Sequence
from threading import Barrier, Thread

from app.services.jobs import EXAMINE
from tests.builders.installation import Installation
from tests.builders.retained import verification_of


def examined_at_once(kyc: Installation, users: Sequence[str]) -> list[str]:
    """The stages, sorted, of users who had handed in, after a thread each examined one of them."""
    claims = [kyc.services.queue.claim(kyc.clock(), 60, [EXAMINE]) for _ in users]
    all_here = Barrier(len(users))

    def work(number: int) -> None:
        claimed = claims[number]
        assert claimed is not None
        all_here.wait(30)
        kyc.services.examine_verification(claimed)

    threads = [Thread(target=work, args=(number,)) for number in range(len(users))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(verification_of(kyc, user).stage.value for user in users)
