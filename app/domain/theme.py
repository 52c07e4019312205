"""How a partner's widget looks: two palettes, corners, a font and a logo; never illegible."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.contrast import BLACK, WHITE, Colour, contrast, mix, until_legible

TEXT_RATIO = 4.5  # WCAG 2.2, 1.4.3 Contrast (Minimum)
PART_RATIO = 3.0  # WCAG 2.2, 1.4.11 Non-text Contrast


class Scheme(StrEnum):
    """What the user's system, or the page, asks for."""

    LIGHT = "light"
    DARK = "dark"


# The colours of static/css/tokens.css, which a test holds equal.
USUAL: Mapping[Scheme, Mapping[str, Colour]] = {
    Scheme.LIGHT: {
        "canvas": Colour("#f3f5f9"),
        "surface": Colour("#ffffff"),
        "surface_soft": Colour("#f6f8fc"),
        "ink": Colour("#101828"),
        "ink_soft": Colour("#4f5b73"),
        "line": Colour("#dfe4ee"),
        "line_strong": Colour("#8a94a8"),
        "accent": Colour("#2450e6"),
        "accent_strong": Colour("#1a3fc0"),
        "accent_soft": Colour("#eaf0ff"),
        "on_accent": Colour("#ffffff"),
        "success": Colour("#0b7a53"),
        "warn": Colour("#9a5200"),
        "danger": Colour("#b3261e"),
    },
    Scheme.DARK: {
        "canvas": Colour("#0b0f17"),
        "surface": Colour("#141a25"),
        "surface_soft": Colour("#1b2230"),
        "ink": Colour("#f0f3fa"),
        "ink_soft": Colour("#a7b1c6"),
        "line": Colour("#2a3345"),
        "line_strong": Colour("#6d7a93"),
        "accent": Colour("#86a2ff"),
        "accent_strong": Colour("#a5baff"),
        "accent_soft": Colour("#1c2848"),
        "on_accent": Colour("#0a1126"),
        "success": Colour("#4fd39b"),
        "warn": Colour("#f5b757"),
        "danger": Colour("#ff8f87"),
    },
}
# A partner may choose these; what tells good from bad stays what users know.
THEMEABLE = tuple(name for name in USUAL[Scheme.LIGHT] if name not in {"success", "warn", "danger"})
_ON_SURFACES = ("ink", "ink_soft", "accent", "success", "warn", "danger")
# What is written or drawn, on what, and the ratio that it needs.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((name, "surface", TEXT_RATIO) for name in _ON_SURFACES),
    *(
        (name, ground, TEXT_RATIO)
        for name in ("ink", "ink_soft")
        for ground in ("canvas", "surface_soft")
    ),
    ("on_accent", "accent", TEXT_RATIO),
    ("on_accent", "accent_strong", TEXT_RATIO),
    ("accent", "accent_soft", PART_RATIO),
    ("line_strong", "surface", PART_RATIO),
)


@dataclass(frozen=True)
class Theme:
    """What was chosen; colours that were not are derived from the accent, or the usual ones."""

    accent: Colour | None = None
    light: Mapping[str, Colour] | None = None
    dark: Mapping[str, Colour] | None = None
    radius_px: int = 14
    fonts: tuple[str, ...] = ()

    def palette(self, scheme: Scheme) -> dict[str, Colour]:
        """Every colour of one scheme. What was chosen is never changed, what follows is legible."""
        chosen = dict((self.light if scheme is Scheme.LIGHT else self.dark) or {})
        colours = {**USUAL[scheme], **chosen}
        end = BLACK if scheme is Scheme.LIGHT else WHITE
        if "accent" not in chosen and self.accent is not None:
            colours["accent"] = until_legible(self.accent, end, colours["surface"], TEXT_RATIO)
        if "accent" in chosen or self.accent is not None:
            accent = colours["accent"]
            usual_ink, other_ink = (WHITE, BLACK) if scheme is Scheme.LIGHT else (BLACK, WHITE)
            is_usual = contrast(usual_ink, accent) >= TEXT_RATIO
            derived = {
                "accent_strong": mix(accent, end, 0.2),
                "accent_soft": mix(colours["surface"], accent, 0.12),
                "on_accent": usual_ink if is_usual else other_ink,
            }
            colours |= {name: value for name, value in derived.items() if name not in chosen}
        return colours


def contrast_faults(theme: Theme) -> list[str]:
    """Each pair that cannot be read: its scheme, both colours, the ratio and the one needed."""
    return [fault for scheme in Scheme for fault in _faults(scheme, theme.palette(scheme))]


def theme_css(theme: Theme) -> str:
    """The theme as custom properties, for the system's scheme and for one that a page asks for."""
    light, dark = (_properties(theme.palette(scheme)) for scheme in (Scheme.LIGHT, Scheme.DARK))
    shape = (
        f"--kyc-radius: {theme.radius_px}px; --kyc-radius-s: {round(theme.radius_px * 0.7)}px; "
        f"--kyc-radius-l: {round(theme.radius_px * 1.6)}px;"
    )
    named = ", ".join(f'"{font}"' for font in theme.fonts)
    font = f" --kyc-font: {named}, system-ui, sans-serif;" if named else ""
    return (
        f":root {{ {light} {shape}{font} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
        f':root[data-theme="dark"] {{ {dark} }}\n'
    )


def _faults(scheme: Scheme, colours: Mapping[str, Colour]) -> Iterator[str]:
    for front, ground, needed in PAIRS:
        ratio = contrast(colours[front], colours[ground])
        if ratio < needed:
            yield (
                f"{scheme}: {front} {colours[front]} on {ground} {colours[ground]} has a contrast"
                # Rounded down: 4.49 must not read as the 4.5 that it is not.
                f" of {int(ratio * 100) / 100}:1, it needs {needed}:1"
            )


def _properties(colours: Mapping[str, Colour]) -> str:
    return " ".join(f"--kyc-{name.replace('_', '-')}: {colours[name]};" for name in THEMEABLE)
