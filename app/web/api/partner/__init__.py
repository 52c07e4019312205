"""The partner face: users, files and verifications, in the dialect of P-codes."""

from app.web.api.partner.files import files
from app.web.api.partner.hosted import hosted
from app.web.api.partner.proof_of_address import proof_of_address
from app.web.api.partner.users import users
from app.web.api.partner.verification import verification

BLUEPRINTS = (users, files, hosted, verification, proof_of_address)

__all__ = ["BLUEPRINTS"]
