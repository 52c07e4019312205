"""The page speaks the language of the partner's page, its backend, the browser, or English."""

import pytest
from werkzeug.datastructures import LanguageAccept

from app.web.texts import choose_language
from tests.builders.installation import Installation


def page(kyc: Installation, query: str = "", browser: str = "", **options: str) -> str:
    address = kyc.issue(**options)["widget_url"].removeprefix("https://kyc.test")
    answer = kyc.client.get(address + query, headers={"Accept-Language": browser})
    assert answer.status_code == 200
    return str(answer.text)


def test_the_loader_s_wish_goes_before_the_backend_s(kyc_sqlite: Installation) -> None:
    html = page(kyc_sqlite, "?locale=ar-EG", locale="en")
    assert '<html class="kyc-page" lang="ar" dir="rtl">' in html
    assert '<html class="kyc-page" lang="ar" dir="rtl">' in page(kyc_sqlite, locale="ar")


def test_without_a_wish_of_the_partner_s_the_browser_s_language_counts(kyc: Installation) -> None:
    assert 'lang="ar"' in page(kyc, browser="ar-SA,en;q=0.5")
    assert 'lang="en"' in page(kyc, browser="ar", locale="en")
    assert 'lang="en"' in page(kyc)


@pytest.mark.parametrize("wish", ["xx-Xxxx", "tlh-Latn", '"><script>', "../en"])
def test_a_language_that_is_not_there_is_not_a_fault(kyc_sqlite: Installation, wish: str) -> None:
    html = page(kyc_sqlite, f"?locale={wish}", locale="ar")
    assert 'lang="ar"' in html
    assert wish not in html


@pytest.mark.parametrize(
    ("wishes", "browser", "chosen"),
    [
        ((None, None), "", "en"),
        ((None, None), "ar-SA,ar;q=0.9,en;q=0.5", "ar"),
        ((None, "xx"), "ar", "ar"),
        ((None, "EN-gb"), "ar", "en"),
        (("AR", "en"), "", "ar"),
        (("pt-BR", None), "", "pt"),
        (("iw", None), "", "he"),
        (("iw-IL", "en"), "", "he"),
        ((None, None), "iw-IL,en;q=0.5", "he"),
        ((None, None), "tlh,uk;q=0.8,pl;q=0.9", "pl"),
    ],
)
def test_partner_then_browser_then_english(
    wishes: tuple[str | None, ...], browser: str, chosen: str
) -> None:
    accepted = LanguageAccept(
        [
            (part.partition(";q=")[0], float(part.partition(";q=")[2] or 1))
            for part in browser.split(",")
            if part
        ]
    )
    assert choose_language(wishes, accepted) == chosen
