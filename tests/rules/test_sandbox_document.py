"""docs/sandbox.md names what the sandbox can do: every outcome, reason and magic user."""

from app.domain.magic_users import MAGIC_NAMES, MAGIC_UUIDS, MAGIC_WORDS
from app.domain.reasons import REASONS, ReasonCode
from app.domain.simulation import RULES, SimulatedOutcome, outcomes_for, simulation
from app.services.decide_proof_of_address import is_of_papers
from app.web.api.sandbox.users import PoaStage
from tests.builders.documents import as_table, rows_under
from tests.builders.installation import Installation

PAGE = "sandbox.md"
NUMBER_OF = {user.reason: user.partner_user_id[-2:] for user in MAGIC_UUIDS.values()}
# The outcomes that a reason found by the machine, or given by a person, has in common with others.
USUAL = {
    "in_review retry_requested rejected failed": "any",
    "in_review rejected failed": "any but retry_requested",
}


def expected_outcomes() -> list[list[str]]:
    rows = []
    for outcome in SimulatedOutcome:
        usual = simulation(outcome)
        default = RULES[outcome].default
        rows.append([outcome, usual.status, usual.stage, default or "", RULES[outcome].meaning])
    return rows


def expected_reasons() -> list[list[str]]:
    rows = []
    for code in ReasonCode:
        reason = REASONS[code]
        outcomes = " ".join(outcomes_for(code))
        seen = "as it is" if reason.user_visible else reason.shown_as
        rows.append(
            [code, reason.action, seen, USUAL.get(outcomes, outcomes), NUMBER_OF.get(code, "")]
        )
    return rows


def expected_names() -> list[list[str]]:
    number_of = {
        user.outcome: user.partner_user_id for user in MAGIC_UUIDS.values() if not user.reason
    }
    named = {outcome: f"sandbox-{word}" for word, outcome in MAGIC_WORDS.items()}
    return [[outcome, named.get(outcome, ""), number_of[outcome]] for outcome in number_of]


def check(heading: str, expected: list[list[str]]) -> None:
    expected = [[str(cell) for cell in row] for row in expected]
    assert rows_under(PAGE, heading) == expected, f"docs/{PAGE} should have\n{as_table(expected)}"


def test_every_outcome_is_in_the_document() -> None:
    check("outcome", expected_outcomes())


def test_every_reason_is_in_the_document() -> None:
    check("reason", expected_reasons())


def test_every_magic_user_is_in_the_document() -> None:
    check("comes out as", expected_names())
    assert {user.partner_user_id for user in MAGIC_NAMES} == {
        row[1] for row in expected_names()
    } - {""}


def test_every_stage_of_a_paper_is_in_the_document(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    rows = {row[0]: row for row in rows_under(PAGE, "stage of the paper")}
    assert list(rows) == list(PoaStage)
    reasons = {code for code in ReasonCode if is_of_papers(code)}
    for number, (stage, (_, status, taken, usual)) in enumerate(rows.items()):
        path = f"/v1/sandbox/users/user-{number}/simulate-poa"
        found = kyc.client.post(path, json={"stage": stage}, headers=kyc.key).json or {}
        assert (found["stage"], found["status"]) == (stage, status)
        assert [reason["code"] for reason in found["reasons"]] == usual.split()
        for reason in reasons:
            body = {"stage": stage, "reason": reason}
            answer = kyc.client.post(path, json=body, headers=kyc.key)
            assert (answer.status_code == 200) is bool(taken), (stage, reason)
