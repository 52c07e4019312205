"""Codes of issuing states, organisations and nationalities in machine readable zones.

Source: ICAO Doc 9303 part 3, section 5: ISO 3166-1 alpha-3 with additions.
"""

from typing import Final

from app.standards.iso3166 import COUNTRIES, is_alpha3

UTOPIA: Final = "UTO"  # the state of specimens

_BRITISH: Final = frozenset({"GBD", "GBN", "GBO", "GBP", "GBS"})
_UNITED_NATIONS: Final = frozenset({"UNO", "UNA", "UNK"})
_STATELESS_AND_REFUGEES: Final = frozenset({"XXA", "XXB", "XXC", "XXX"})
_ORGANISATIONS: Final = frozenset(
    {"EUE", "XOM", "XPO", "XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XES", "XMP", "XDC", "IAO"}
)
_WITHOUT_ISO_CODE: Final = frozenset({"RKS", "XCT", UTOPIA})


def is_issuing_state(code: str) -> bool:
    """Tell whether Doc 9303 knows the code, filler at its end or not."""
    bare = code.rstrip("<")
    return (
        bare == "D"
        or is_alpha3(bare)
        or bare in _BRITISH | _UNITED_NATIONS | _STATELESS_AND_REFUGEES
        or bare in _ORGANISATIONS | _WITHOUT_ISO_CODE
    )


def issuing_states() -> frozenset[str]:
    """Return every code that `iso_alpha3` or the zone itself can give for an issuing state."""
    countries = frozenset(country.alpha3 for country in COUNTRIES.values())
    others = _UNITED_NATIONS | _STATELESS_AND_REFUGEES | _ORGANISATIONS | _WITHOUT_ISO_CODE
    return countries | others


def iso_alpha3(code: str) -> str | None:
    """Return the ISO 3166-1 alpha-3 code of the state, None when it stands for no ISO country."""
    bare = code.rstrip("<")
    if bare == "D":
        return "DEU"
    if bare in _BRITISH:
        return "GBR"
    return bare if is_alpha3(bare) else None
