"""Names of the jobs that a worker runs; each is enqueued in the transaction that causes it."""

EXAMINE = "examine"
DELIVER_WEBHOOK = "deliver_webhook"
SWEEP = "sweep"
ERASE_OBJECT = "erase_object"
EXAMINE_PROOF_OF_ADDRESS = "examine_proof_of_address"
