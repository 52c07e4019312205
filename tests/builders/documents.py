"""Tables of the documents in docs/, for tests that hold them equal to the code."""

from app.settings import PROJECT_FOLDER


def rows_under(page: str, heading: str) -> list[list[str]]:
    """The rows of a page's first table whose first column has this heading; no back-ticks."""
    text = (PROJECT_FOLDER / "docs" / page).read_text("utf-8")
    table = text.partition(f"| {heading} |")[2].split("\n\n", 1)[0]
    return [
        [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
        for line in table.splitlines()[2:]
    ]


def as_table(rows: list[list[str]]) -> str:
    """The rows to be copied into a page."""
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
