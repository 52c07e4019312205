"""An installation with something of everything in it, for requests that are made up."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.builders.installation import Installation
from tests.builders.partner_users import USER, create_user

_QUESTION = {
    "customer_id": "user-123",
    "verification_type": "kyc",
    "check_type": "identity",
    "provider": "manual",
}


@dataclass(frozen=True)
class World:
    """Where made-up requests go: credentials by security scheme, and names of what is there."""

    kyc: Installation
    credentials: Mapping[str, Mapping[str, str]]
    known: Mapping[str, str]

    def headers(self, operation: Mapping[str, Any]) -> dict[str, str]:
        """The first credential that opens an operation; none for one that is open to everyone."""
        names = [name for way in operation["security"] for name in way]
        return dict(self.credentials[names[0]]) if names else {}


def a_world(kyc: Installation) -> World:
    """One partner with a user of its own, one in the widget, and a question about that one."""
    assert create_user(kyc).status_code == 201
    bearer = kyc.consented("passport")
    asked = kyc.client.post("/v1/customer-verifications", json=_QUESTION, headers=kyc.key).json
    partner = kyc.partner
    pair = base64.b64encode(f"{partner.client_id}:{partner.client_secret}".encode()).decode()
    credentials = {
        "apiKey": kyc.key,
        "clientToken": bearer,
        "clientSecret": {"Authorization": f"Basic {pair}"},
    }
    known = {
        "external_user_id": USER,
        "partner_user_id": "user-123",
        "customer_verification_id": (asked or {})["data"]["id"],
        "publishable_key": partner.publishable_key,
        "document_id": "terms_of_use",
    }
    return World(kyc, credentials, known)
