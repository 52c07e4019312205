"""kyc try: the main job unattended, against a live server of its own, with every step shown."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.api_client import ApiClient
from app.cli.environment import build_services
from app.cli.local_server import free_port, fresh_name, local_environment, serving
from app.cli.webhook_inbox import WebhookInbox
from app.domain.event import EventType
from app.domain.evidence import DocumentType
from app.domain.partner import Mode
from app.settings import read_settings
from app.specimens.simulated_applicant import SimulatedApplicant

if TYPE_CHECKING:
    from app.cli.api_client import Answer
    from app.wiring import Services

_DECISION_TIMEOUT_S = 45.0
_MERCHANT_ORIGIN = "https://merchant.test"
_MAX_FRAMES = 200
_PORTRAITS = ("astronaut", "grace_hopper")


@click.command("try")
@click.option(
    "--type",
    "document_type",
    type=click.Choice([each.value for each in DocumentType]),
    default="passport",
)
@click.option("--portrait", type=click.Choice(_PORTRAITS), default="astronaut")
@click.option("--spoil", multiple=True, help="Spoil the paper: blur, expired, wrong_check_digit, …")
@click.option("--impostor", is_flag=True, help="Let another face take the selfie.")
@click.option("--flat-photo", is_flag=True, help="Hold a print to the camera: must not pass.")
def try_command(
    document_type: str, portrait: str, spoil: tuple[str, ...], impostor: bool, flat_photo: bool
) -> None:
    """Verify a simulated person end to end; exit 0 when the decision is `verified`."""
    started = time.monotonic()
    other = next(name for name in _PORTRAITS if name != portrait)
    applicant = SimulatedApplicant(
        portrait,
        seed=9303,
        today=datetime.now(UTC).date(),
        impostor=other if impostor else None,
        flat=flat_photo,
    )
    with tempfile.TemporaryDirectory(prefix="kyc-try-") as folder, WebhookInbox() as inbox:
        state_dir, port = Path(folder), free_port()
        environment = local_environment(state_dir, port)
        services = build_services(read_settings(environment))
        created = services.create_partner(
            "Trial merchant", Mode.TEST, [_MERCHANT_ORIGIN], inbox.url
        )
        inbox.secret = created.webhook_secret or ""
        with serving(environment, port, state_dir / "server.log"):
            _say(f"server is up after {time.monotonic() - started:.1f} s")
            trial = _Trial(f"http://127.0.0.1:{port}", created.api_key, services, inbox, applicant)
            is_verified = trial.run(DocumentType(document_type), spoil)
    _say(f"\ndone in {time.monotonic() - started:.1f} s")
    sys.exit(0 if is_verified else 1)


@dataclass
class _Trial:
    base_url: str
    api_key: str
    services: Services
    inbox: WebhookInbox
    applicant: SimulatedApplicant

    def run(self, document_type: DocumentType, spoil: tuple[str, ...]) -> bool:
        """Play the partner and the user; whether the user ends verified."""
        partner, user = ApiClient(self.base_url, {"x-api-key": self.api_key}), fresh_name()
        _say("\nThe merchant's backend")
        _shown(partner.post("/widget/sessions", {"partner_user_id": user}))
        token = _shown(partner.post("/widget/client-tokens", {"partner_user_id": user}))
        status_path = f"/widget/users/{user}/kyc-status"
        _shown(partner.get(status_path), "status")
        _say("\nThe widget")
        if not self._walk(str(token.body["launch_code"]), document_type, spoil):
            return False
        _say("\nThe worker")
        event = self.inbox.wait_for(_is_decided, _DECISION_TIMEOUT_S)
        self._show_checks(user)
        _say("\nThe merchant's backend again")
        _say(f"  webhook, signature holds: {json.dumps(event)}")
        status = _shown(partner.get(status_path), "status", "verified_at", "reasons")
        session = _shown(partner.post("/widget/sessions", {"partner_user_id": user}))
        is_verified: bool = status.body["status"] == "verified" and session.status == 201
        return is_verified

    def _walk(self, launch_code: str, document_type: DocumentType, spoil: tuple[str, ...]) -> bool:
        frame = ApiClient(self.base_url, {})
        launched = _shown(frame.post("/widget/launch", {"launch_code": launch_code}))
        bearer = {"Authorization": f"Bearer {launched.body['client_token']}"}
        widget = ApiClient(self.base_url, bearer)
        version = widget.get("/widget/state").body["consent_version"]
        _shown(widget.post("/widget/consent", {"consent_version": version, "accepted": True}))
        _shown(widget.post("/widget/document-type", {"document_type": document_type.value}))
        for side, jpeg in self.applicant.photographs(document_type, spoil).items():
            fields = {"side": side.value, "source": "file"}
            answer = _shown(widget.post_file("/widget/captures", fields, jpeg), "reasons")
            if answer.status != 201:
                return False
        if not self._meet_challenge(widget):
            return False
        return _shown(widget.post("/widget/submit")).status == 202

    def _meet_challenge(self, widget: ApiClient) -> bool:
        dealt = _shown(widget.post("/widget/presence"), "prompt")
        path = f"/widget/presence/{dealt.body['challenge_id']}/frames"
        prompt, answer, prompts = str(dealt.body["prompt"]), dealt, [str(dealt.body["prompt"])]
        interval_s = float(str(dealt.body["frame_interval_ms"])) / 1000
        for sequence in range(_MAX_FRAMES):
            started = time.monotonic()
            headers = {"Content-Type": "image/jpeg", "X-Frame-Sequence": str(sequence)}
            answer = widget.post_bytes(path, self.applicant.frame(prompt), headers)
            if answer.status != 200 or answer.body["status"] != "open":
                break
            prompt = str(answer.body["prompt"])
            prompts += [prompt] if prompt != prompts[-1] else []
            time.sleep(max(0.0, interval_s - (time.monotonic() - started)))
        _say(f"       {sequence + 1} frames answered the prompts {' -> '.join(prompts)}")
        _shown(answer, "status", "reasons")
        is_met: bool = answer.body.get("status") == "met"
        return is_met

    def _show_checks(self, user: str) -> None:
        with self.services.storage.reading() as uow:
            owner = uow.partners.by_name("Trial merchant", Mode.TEST)
            applicant = uow.applicants.by_user(owner.id, user) if owner else None
            found = uow.examinations.latest(str(applicant.verification_id)) if applicant else None
        if found is None:
            _say("  no decision in time")
            return
        for check in found.checks:
            score = "" if check["score"] is None else f"{check['score']:>8} / {check['threshold']}"
            _say(f"  {check['code']:<24} {check['outcome']:<15} {score}")
        stages = ", ".join(f"{name} {ms:.0f}" for name, ms in found.stage_ms.items())
        _say(f"  verdict {found.verdict} {list(found.reasons)}; ms: {stages}")


def _is_decided(event: dict[str, Any]) -> bool:
    if event["type"] != EventType.STATUS_CHANGED:
        return False
    is_open: bool = event["data"]["status"] == "pending" or event["data"]["stage"] == "capturing"
    return not is_open


_SECRET = ("client_token", "launch_code")


def _shown(answer: Answer, *names: str) -> Answer:
    kept = {name: answer.body[name] for name in names if name in answer.body}
    if not names or answer.status >= 400:
        kept = {name: value for name, value in answer.body.items() if name != "state"}
    kept |= {name: "…" for name in _SECRET if name in kept}
    state = answer.body.get("state")
    step = f"  next: {state['step']}" if isinstance(state, dict) else ""
    text = json.dumps(kept, ensure_ascii=False) if kept else ""
    _say(f"  {answer.status} {answer.method:<4} {answer.path} ({answer.ms:.0f} ms) {text}{step}")
    return answer


def _say(text: str) -> None:
    click.echo(text)
