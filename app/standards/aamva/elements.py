"""Element ids of AAMVA barcodes and the names that we give them.

Source: AAMVA DL/ID Card Design Standard, annex D; ids of version 01 from
the standard of 2000.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ELEMENT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "DAA": "full_name",  # version 01 only
        "DAB": "family_name",  # version 01 only
        "DAC": "first_name",
        "DAD": "middle_names",
        "DAE": "name_suffix",  # version 01 only
        "DAG": "street",
        "DAH": "street_second_line",
        "DAI": "city",
        "DAJ": "jurisdiction",
        "DAK": "postal_code",
        "DAL": "residence_street",  # version 01 only
        "DAQ": "document_number",
        "DAU": "height",
        "DAW": "weight_pounds",
        "DAX": "weight_kilograms",
        "DAY": "eye_colour",
        "DAZ": "hair_colour",
        "DBA": "date_of_expiry",
        "DBB": "date_of_birth",
        "DBC": "sex",
        "DBD": "date_of_issue",
        "DCA": "vehicle_class",
        "DCB": "restrictions",
        "DCD": "endorsements",
        "DCE": "weight_range",
        "DCF": "document_discriminator",
        "DCG": "issuing_country",
        "DCH": "federal_vehicle_codes",
        "DCI": "place_of_birth",
        "DCJ": "audit_information",
        "DCK": "inventory_control_number",
        "DCS": "family_name",
        "DCT": "given_names",  # versions 02 and 03
        "DCU": "name_suffix",
        "DDA": "compliance_type",
        "DDB": "card_revision_date",
        "DDD": "limited_duration_indicator",
        "DDE": "family_name_truncation",
        "DDF": "first_name_truncation",
        "DDG": "middle_names_truncation",
        "DDH": "under_18_until",
        "DDI": "under_19_until",
        "DDJ": "under_21_until",
        "DDK": "organ_donor_indicator",
        "DDL": "veteran_indicator",
    }
)

# What jurisdictions print where a person has no such attribute.
ABSENT_VALUES: Final = frozenset({"", "NONE", "UNAVL", "N/A"})

CANADIAN_JURISDICTIONS: Final = frozenset(
    {"AB", "BC", "MB", "NB", "NF", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"}
)
US_JURISDICTIONS: Final = frozenset(
    {
        "AK", "AL", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI",
        "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MP",
        "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA",
        "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY",
    }
)  # fmt: skip
