"""A palette that cannot be read is refused with the pair and its ratio; what follows is legible."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contrast import BLACK, WHITE, Colour, contrast, mix, parse_colour
from app.domain.theme import PAIRS, USUAL, Scheme, Theme, contrast_faults, theme_css
from app.domain.theme_file import MAX_LOGO_BYTES, ThemeFaults, logo_kind, read_theme
from app.settings import PROJECT_FOLDER

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: Colour(f"#{number:06x}"))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.478), ("#767676", "#ffffff", 4.542)],
)
def test_the_ratio_is_the_standard_s(one: str, other: str, ratio: float) -> None:
    assert contrast(Colour(one), Colour(other)) == pytest.approx(ratio, abs=0.001)
    assert contrast(Colour(other), Colour(one)) == pytest.approx(ratio, abs=0.001)


@given(COLOURS, COLOURS)
def test_the_ratio_lies_between_one_and_twenty_one(one: Colour, other: Colour) -> None:
    assert 1 <= contrast(one, other) <= 21
    assert mix(one, other, 0) == one
    assert mix(one, other, 1) == other


def test_the_usual_colours_are_those_of_the_sheet_and_can_be_read() -> None:
    sheet = (PROJECT_FOLDER / "static/css/tokens.css").read_text("utf-8")
    light, dark = sheet.split("@media (prefers-color-scheme: dark)")[:2]
    for scheme, block in ((Scheme.LIGHT, light), (Scheme.DARK, dark)):
        found = dict(re.findall(r"--kyc-([a-z-]+): (#[0-9a-f]{3,6});", block))
        for name, colour in USUAL[scheme].items():
            written = found[name.replace("_", "-")]
            full = "#" + "".join(c * 2 for c in written[1:]) if len(written) == 4 else written
            assert full == colour, (scheme, name)
    assert contrast_faults(Theme()) == []


@given(COLOURS)
def test_whatever_the_accent_is_what_follows_from_it_can_be_read(accent: Colour) -> None:
    derived = {"on_accent", "accent"}
    faults = contrast_faults(Theme(accent=accent))
    assert [fault for fault in faults if fault.split()[1] in derived] == []


def test_a_chosen_colour_is_refused_with_its_pair_and_ratio() -> None:
    with pytest.raises(ThemeFaults) as refused:
        read_theme('[light]\naccent = "#ffd400"\non_accent = "#ffffff"\n')
    assert (
        "light: on_accent #ffffff on accent #ffd400 has a contrast of 1.43:1, it needs 4.5:1"
        in refused.value.faults
    )
    assert all(fault.startswith("light: ") for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('accent = "green"', "accent: must be # and six"),
        ('accent = "#0a7d4f; } body { color: red"', "accent: must be # and six"),
        ("radius_px = 99", "radius_px: must be from 0 to 28"),
        ('fonts = ["Inter\\"; }"]', "fonts[0]: must be the name of a font"),
        ('acent = "#0a7d4f"', "acent: is not a key here; did you mean accent?"),
        ('[light]\nsuccess = "#000000"', "light.success: is not a key here"),
        ("[light", "The file is not TOML"),
    ],
)
def test_a_faulty_file_is_told_with_its_path(text: str, fault: str) -> None:
    with pytest.raises(ThemeFaults) as refused:
        read_theme(text)
    assert any(line.startswith(fault) for line in refused.value.faults), refused.value.faults


def test_the_sheet_has_both_schemes_and_the_shape() -> None:
    css = theme_css(read_theme('accent = "#0a7d4f"\nradius_px = 4\nfonts = ["Inter", "Arial"]\n'))
    assert "--kyc-accent: #0a7d4f;" in css
    assert '--kyc-font: "Inter", "Arial", system-ui, sans-serif;' in css
    assert "--kyc-radius: 4px;" in css
    assert ':root[data-theme="dark"]' in css
    assert css.count("{") == css.count("}")


def test_every_pair_names_colours_that_there_are() -> None:
    for front, ground, ratio in PAIRS:
        assert {front, ground} <= set(USUAL[Scheme.LIGHT])
        assert ratio in {3.0, 4.5}
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        parse_colour("#fff")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\x89PNG\r\n\x1a\n...", "image/png"), (b" <svg xmlns=''/>", "image/svg+xml")],
)
def test_a_logo_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert logo_kind(content) == kind


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<html>", b"<svg" + b" " * MAX_LOGO_BYTES])
def test_another_file_is_no_logo(content: bytes) -> None:
    with pytest.raises(ThemeFaults, match="logo: "):
        logo_kind(content)
