"""kyc theme: check, set and remove, and what a browser then gets."""

import json
import re
from pathlib import Path

import pytest

from tests.builders.command_line import kyc
from tests.builders.installation import Installation

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><path d="M0 0h4v1H0z"/></svg>'


def test_an_illegible_theme_ends_with_one_and_its_ratio(tmp_path: Path) -> None:
    file = tmp_path / "theme.toml"
    file.write_text('[dark]\nink = "#333333"\n')
    ended = kyc(tmp_path, "theme", "check", str(file))
    assert ended.returncode == 1
    assert re.search(
        r"dark: ink #333333 on surface #141a25 has a contrast of 1\.\d\d:1", ended.stdout
    )


def test_a_theme_is_set_and_removed(tmp_path: Path) -> None:
    file, logo = tmp_path / "theme.toml", tmp_path / "logo.svg"
    file.write_text('accent = "#0a7d4f"\n')
    logo.write_text(SVG)
    created = kyc(tmp_path, "partner", "create", "Shop", "--origin", "https://s.test", "--json")
    partner = json.loads(created.stdout)["partner_id"]
    done = kyc(tmp_path, "theme", "set", partner, str(file), "--logo", str(logo), "--json")
    assert (done.returncode, len(json.loads(done.stdout)["theme_hash"])) == (0, 32)
    assert kyc(tmp_path, "theme", "set", "prt_unknown", str(file)).returncode == 2
    assert kyc(tmp_path, "theme", "remove", partner).returncode == 0


def test_the_page_wears_it_under_its_hash(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    set_theme = kyc.services.set_partner_theme
    found = set_theme(kyc.partner.partner_id, 'accent = "#0a7d4f"', SVG.encode(), "test")
    page = kyc.client.get(
        kyc.issue()["widget_url"].removeprefix("https://kyc.test") + "?theme=dark"
    )
    assert f'href="/widget/themes/{found.hash}/theme.css"' in page.text
    assert f'src="/widget/themes/{found.hash}/logo"' in page.text
    assert 'data-theme="dark"' in page.text
    sheet = kyc.client.get(f"/widget/themes/{found.hash}/theme.css")
    assert "--kyc-accent: #0a7d4f;" in sheet.text
    assert sheet.headers["Cache-Control"].endswith("immutable")
    logo = kyc.client.get(f"/widget/themes/{found.hash}/logo")
    assert (logo.mimetype, logo.text) == ("image/svg+xml", SVG)
    # A drawing may hold a script: opened by itself it runs none.
    assert "default-src 'none'" in logo.headers["Content-Security-Policy"]
    set_theme.remove(kyc.partner.partner_id, "test")
    assert kyc.client.get(f"/widget/themes/{found.hash}/theme.css").status_code == 404


def test_another_partner_s_page_has_the_usual_looks(kyc_sqlite: Installation) -> None:
    other = kyc_sqlite.another_partner()
    kyc_sqlite.services.set_partner_theme(other.partner_id, 'accent = "#0a7d4f"', None, "test")
    page = kyc_sqlite.client.get(kyc_sqlite.issue()["widget_url"].removeprefix("https://kyc.test"))
    assert "/widget/themes/" not in page.text


@pytest.mark.parametrize("part", ["logo", "other"])
def test_what_a_theme_lacks_is_not_found(kyc_sqlite: Installation, part: str) -> None:
    kyc = kyc_sqlite
    found = kyc.services.set_partner_theme(kyc.partner.partner_id, "radius_px = 2", None, "test")
    assert kyc.client.get(f"/widget/themes/{found.hash}/{part}").status_code == 404
