"""What a machine readable zone says."""

from dataclasses import dataclass, field

from app.standards.icao9303.dates import MrzDate
from app.standards.icao9303.formats import MrzFormat


@dataclass(frozen=True, slots=True)
class CheckDigit:
    """A check digit as printed and as it should be; `name` is what it protects."""

    name: str
    printed: str = field(repr=False)
    computed: str = field(repr=False)
    is_valid: bool


@dataclass(frozen=True, slots=True, repr=False)
class Mrz:
    """A parsed zone. Texts are without filler; `sex` is M, F, X or `<` for unspecified.

    Identifiers have spaces where the zone has single fillers; a filler inside a number stays.
    `date_of_expiry` is None where the format has none, `second_optional_data` is TD1's line 2.
    """

    format: MrzFormat
    lines: tuple[str, ...]
    document_code: str
    issuing_state: str
    primary_identifier: str
    secondary_identifier: str
    document_number: str
    nationality: str
    date_of_birth: MrzDate
    sex: str
    date_of_expiry: MrzDate | None
    optional_data: str
    second_optional_data: str
    check_digits: tuple[CheckDigit, ...]
    name_is_truncated: bool

    @property
    def is_valid(self) -> bool:
        """Tell whether every check digit of the format holds."""
        return all(digit.is_valid for digit in self.check_digits)

    def __repr__(self) -> str:
        return f"<Mrz {self.format.value}>"
