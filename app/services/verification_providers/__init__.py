"""Who answers what a back office asks: providers behind one protocol, and the registry of them."""

from app.services.verification_providers.builtin import BUILTIN
from app.services.verification_providers.document_upload import DOCUMENT_UPLOAD
from app.services.verification_providers.manual import MANUAL
from app.services.verification_providers.provider import VerificationProvider
from app.services.verification_providers.registry import VerificationProviders

OWN_PROVIDERS: tuple[VerificationProvider, ...] = (BUILTIN, DOCUMENT_UPLOAD, MANUAL)

__all__ = ["OWN_PROVIDERS", "VerificationProvider", "VerificationProviders"]
