"""Pictures that a document fills to the edge, as a scan or an upload of a print does."""

from datetime import date
from random import Random

import pytest

from app.domain.evidence import DocumentType
from app.proofing.attribute_validation import Agreement, agreement_of_zones
from app.proofing.attributes import Zone
from app.proofing.document_reading import read_document
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.portraits import load_portrait

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("kind", list(DocumentType))
def test_a_document_without_margins_is_read_whole(kind: DocumentType) -> None:
    attributes = specimen_attributes(Random(4), TODAY)
    paper = print_paper(kind, attributes, load_portrait("astronaut"))
    reading = read_document(paper.sides, TODAY, kind)
    machine = Zone.BARCODE if kind is DocumentType.DRIVERS_LICENSE else Zone.MRZ
    found = agreement_of_zones(reading.attributes, machine, Zone.VIZ)
    assert reading.document_type is kind
    assert set(found.values()) <= {Agreement.MATCH, Agreement.PARTIAL_MATCH}
