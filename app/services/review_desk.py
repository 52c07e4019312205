"""Everything that the reviewers' console and `kyc reviewer` can do, in one hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.decide_case import DecideCase
    from app.services.invite_reviewer import DisableReviewer, InviteReviewer, ResetReviewer
    from app.services.review_queue import ClaimCase, ReadReviewQueue, ReleaseCase
    from app.services.reviewer_sessions import AuthenticateReviewer, SignOutReviewer
    from app.services.set_up_reviewer import SetUpReviewer
    from app.services.sign_in_reviewer import SignInByProvider, SignInReviewer
    from app.services.view_case import ReadCaseAudit, ViewCase, ViewPicture


@dataclass(frozen=True)
class ReviewDesk:
    """Accounts, sessions and cases."""

    invite: InviteReviewer
    reset: ResetReviewer
    disable: DisableReviewer
    set_up: SetUpReviewer
    sign_in: SignInReviewer
    sign_in_by_provider: SignInByProvider
    authenticate: AuthenticateReviewer
    sign_out: SignOutReviewer
    queue: ReadReviewQueue
    claim: ClaimCase
    release: ReleaseCase
    decide: DecideCase
    view: ViewCase
    picture: ViewPicture
    audit: ReadCaseAudit
