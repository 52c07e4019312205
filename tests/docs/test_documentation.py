"""The pages of docs/ and the README: every link leads somewhere, every route is named."""

import re
from pathlib import Path

import pytest

from app.domain import limits
from app.domain.errors import ErrorCode
from app.settings import PROJECT_FOLDER
from app.web.api.partner.errors import in_p_codes
from app.web.errors import CATALOGUE
from tests.builders.installation import Installation

PAGES = [PROJECT_FOLDER / "README.md", *sorted((PROJECT_FOLDER / "docs").glob("*.md"))]
MORE = sorted((PROJECT_FOLDER / "examples").rglob("*.md"))
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors that a renderer gives to the headings."""
    titles = re.findall(r"^#+ (.+)$", _CODE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*PAGES, *MORE], ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = _LINK.findall(_CODE.sub("", page.read_text("utf-8")))
    broken = []
    for link in links:
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_names_every_page() -> None:
    index = (PROJECT_FOLDER / "docs/README.md").read_text("utf-8")
    linked = {link for link in _LINK.findall(index) if link.endswith(".md") and "/" not in link}
    assert linked == {page.name for page in PAGES if page.name != "README.md"}


def test_every_route_is_named_on_a_page(kyc_sqlite: Installation) -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES if page.parent.name == "docs")
    named = {
        re.sub(r"{[^}]*}", "{}", path.rstrip("/"))
        for path in re.findall(r"(?<![\w.])(?:\$\w+)?(/[\w./{}-]+)", text)
    }
    # The profiles face writes its prefix once.
    named |= {f"/profiles/api/v1{path}" for path in named}
    # A number of a real object stands for any.
    named |= {
        re.sub(r"/(user-\d+|[0-9a-f-]{36}|terms_of_use)(?=/|$)", "/{}", path) for path in named
    }
    routes = {
        re.sub(r"<[^>]*>", "{}", rule.rule.rstrip("/"))
        for rule in kyc_sqlite.client.application.url_map.iter_rules()
    }
    assert {route for route in routes if route not in named and "/static/" not in route} == set()


def test_the_limits_of_the_page_are_those_that_are_counted() -> None:
    text = (PROJECT_FOLDER / "docs/errors-and-limits.md").read_text("utf-8")
    counted = [value for value in vars(limits).values() if isinstance(value, limits.RateLimit)]
    assert len(counted) >= 8
    silent = [limit.name for limit in counted if not re.search(rf"\b{limit.hits:,}\b", text)]
    assert silent == []


@pytest.mark.parametrize("code", ErrorCode)
def test_the_p_codes_of_the_page_are_those_that_are_answered(code: ErrorCode) -> None:
    text = (PROJECT_FOLDER / "docs/partner-face.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d{3}) \| (P\d{3}) \|.*\| (.*) \|$", text, re.MULTILINE)
    status, sentence = CATALOGUE[code]
    status, body = in_p_codes(code, status, {"error": code.value, "message": sentence})
    told = {(int(row[0]), row[1]) for row in rows if f"`{code.value}`" in row[2]}
    if body["code"] == "P403":
        assert told <= {(400, "P403"), (400, "P473")}
    else:
        assert told == ({(status, body["code"])} if body["code"] else set())
