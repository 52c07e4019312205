"""Zones for tests: those that Doc 9303 itself prints for Utopia, and a strategy for others."""

from typing import Final

from hypothesis import strategies as st

from app.standards.icao9303 import LAYOUTS, MrzAttributes, MrzDate, MrzFormat

TD3: Final = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
TD2: Final = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD1: Final = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
MRV_A: Final = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
)
MRV_B: Final = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")

_CODES: Final = {
    MrzFormat.TD1: ["I", "ID", "AC", "C"],
    MrzFormat.TD2: ["I", "ID", "C"],
    MrzFormat.TD3: ["P", "PD"],
    MrzFormat.MRV_A: ["V", "VC"],
    MrzFormat.MRV_B: ["V"],
    MrzFormat.FRENCH_ID: ["ID"],
}
_WORD: Final = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=14)
_DIGITS: Final = "0123456789"
_CHARACTERS: Final = _DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _names(most_words: int, fewest_words: int) -> st.SearchStrategy[str]:
    return st.lists(_WORD, min_size=fewest_words, max_size=most_words).map(" ".join)


@st.composite
def zones(draw: st.DrawFn) -> tuple[MrzFormat, MrzAttributes]:
    """Draw a format and attributes that it can print."""
    fmt = draw(st.sampled_from(MrzFormat))
    layout = LAYOUTS[fmt]
    longest_number = {MrzFormat.TD1: 15, MrzFormat.FRENCH_ID: 12}.get(fmt, 9)
    number = draw(st.text(_CHARACTERS, min_size=1, max_size=longest_number))
    optional = layout.span("optional_data")
    room = optional.end - optional.start if optional else 0
    room -= len(number) - 7 if len(number) > 9 and fmt is MrzFormat.TD1 else 0
    has_expiry = layout.span("date_of_expiry") is not None
    dates = st.text(_DIGITS, min_size=6, max_size=6).map(MrzDate)
    return fmt, MrzAttributes(
        document_code=draw(st.sampled_from(_CODES[fmt])),
        issuing_state="FRA" if fmt is MrzFormat.FRENCH_ID else draw(st.sampled_from(["UTO", "D"])),
        primary_identifier=draw(_names(3, 1)),
        secondary_identifier=draw(_names(3, 0)),
        document_number=number,
        nationality="FRA" if fmt is MrzFormat.FRENCH_ID else draw(st.sampled_from(["UTO", "D"])),
        date_of_birth=draw(dates | st.just(MrzDate("<<<<<<")) | st.just(MrzDate("74<<<<"))),
        sex=draw(st.sampled_from("MFX<")),
        date_of_expiry=draw(dates) if has_expiry else None,
        optional_data=draw(st.text(_CHARACTERS, max_size=room)),
        second_optional_data=draw(st.text(_CHARACTERS, max_size=11)) if fmt == "TD1" else "",
    )
