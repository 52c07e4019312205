"""QR codes as SVG, drawn here: no picture service may learn what is in one."""

from __future__ import annotations

import numpy as np
import zxingcpp

# ISO/IEC 18004: four modules of quiet zone.
_QUIET = 4


def qr_svg(text: str, label: str = "") -> str:
    """A black QR code on white, as an `svg` element without scripts or styles.

    `label` is what screen readers say; it must be plain text that this product wrote.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    image = code.to_image(scale=1, add_quiet_zones=False)
    rows = np.asarray(image) < 128
    side = len(rows) + 2 * _QUIET
    path = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return (
        f'<svg class="kyc-qr" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )
