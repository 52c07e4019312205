"""How often one caller may ask for one thing. Each limit is per subject: a key or a user."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimit:
    """At most `hits` in each window of `window_s` seconds.

    A `shared` one is counted in the database by all processes together; the others are counted
    by each process, because a write would cost more than the reading that it guards.
    """

    name: str
    hits: int
    window_s: int
    shared: bool = False


# Generous for a backend that behaves, low enough that one in a loop is noticed and slowed down.
KEY_READS = RateLimit("key_reads", 120_000, 60)
KEY_WRITES = RateLimit("key_writes", 6_000, 60)
USER_READS = RateLimit("user_reads", 240, 60)
USER_WRITES = RateLimit("user_writes", 120, 60)
# A presence challenge sends seven frames a second for up to three minutes.
USER_FRAMES = RateLimit("user_frames", 900, 60)
# Each upload costs a decoding; a tired person with a poor camera stays far below this.
USER_UPLOADS = RateLimit("user_uploads", 60, 3600, shared=True)
# Each shows a code to a camera; who needs more has another problem than the code.
USER_HANDOFFS = RateLimit("user_handoffs", 20, 3600, shared=True)
# A phone that waits for its number to be chosen asks once a second at most.
HANDOFF_JOINS = RateLimit("handoff_joins", 180, 60)
# A token lives for ten minutes; a client that asks more often than this tries secrets.
OAUTH_TOKENS = RateLimit("oauth_tokens", 30, 60, shared=True)
# Each makes this server ask or call a host that the caller names: a registration, another URL, a
# test event. A slow resolver holds a request for five seconds, so these must stay few.
WEBHOOK_TRIALS = RateLimit("webhook_trials", 30, 60, shared=True)
CLIENT_TOKENS_OF_USER = RateLimit("client_tokens_of_user", 600, 60)
# Six digits that change twice a minute withstand this for centuries; whoever mistypes waits.
SIGN_INS_OF_ACCOUNT = RateLimit("sign_ins_of_account", 10, 900, shared=True)
# All reviewers of an office may share one address, and behind a proxy all of the world does.
SIGN_INS_OF_ADDRESS = RateLimit("sign_ins_of_address", 300, 900, shared=True)
