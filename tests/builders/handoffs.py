"""A verification on its way to a phone, by the calls that both devices make."""

from dataclasses import dataclass
from typing import Any

from tests.builders.installation import Installation


@dataclass
class TwoDevices:
    """The first device's header, the handoff that it shows, and the code that is in the link."""

    kyc: Installation
    first: dict[str, str]
    handoff_id: str
    code: str

    def scan(self) -> Any:
        """A device comes with the code."""
        body = {"handoff_code": self.code}
        return self.kyc.client.post("/widget/handoffs/scan", json=body)

    def join(self, claim: str) -> dict[str, Any]:
        """What the device is answered that waits to be let in."""
        answer = self.kyc.client.post("/widget/handoffs/join", json={"claim": claim})
        assert answer.status_code == 200, answer.json
        return dict(answer.json or {})

    def choose(self, number: int | None) -> dict[str, Any]:
        """The first device's answer to which number it is."""
        path = f"/widget/handoffs/{self.handoff_id}/choice"
        return dict(self.kyc.post(path, self.first, number=number).json or {})

    def read(self, bearer: dict[str, str] | None = None) -> dict[str, Any]:
        """How it stands."""
        path = f"/widget/handoffs/{self.handoff_id}"
        return dict(self.kyc.client.get(path, headers=bearer or self.first).json or {})

    def take_back(self) -> dict[str, Any]:
        """Go on on the first device."""
        path = f"/widget/handoffs/{self.handoff_id}/take-back"
        return dict(self.kyc.post(path, self.first).json or {})

    def phone(self) -> dict[str, str]:
        """Scan, match, and the header that the phone comes with from then on."""
        scanned = self.scan().json
        assert self.choose(scanned["number"])["status"] == "active"
        token = self.join(scanned["claim"])["client_token"]
        return {"Authorization": f"Bearer {token}"}


def show_code(kyc: Installation, first: dict[str, str]) -> TwoDevices:
    """The first device shows a code."""
    answer = kyc.post("/widget/handoffs", first)
    assert answer.status_code == 201, answer.json
    shown = answer.json or {}
    return TwoDevices(kyc, first, shown["handoff_id"], shown["link"].partition("#h=")[2])
