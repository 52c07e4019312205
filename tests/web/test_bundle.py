"""The joined modules do what the separate ones do, and nothing is joined that cannot be."""

import json
import subprocess
from pathlib import Path

import pytest

from app.settings import PROJECT_FOLDER
from app.web.bundle import BundleError, join_apart, join_later_modules, join_modules, join_sheets

WIDGET = PROJECT_FOLDER / "static" / "widget"


def modules(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def test_modules_keep_their_private_names_apart(tmp_path: Path) -> None:
    folder = modules(
        tmp_path,
        main='import { twice, LIMIT } from "./first.js";\nimport { Second } from "./second.js";\n'
        "const OWN = 1;\nconsole.log(JSON.stringify([twice(OWN), LIMIT, new Second().own]));\n",
        first="/** Doubles. */\nexport function twice(x) {\n  // half\n  return x * OWN;\n}\n"
        "const OWN = 2;\nexport const LIMIT = 7;\n",
        second='import { twice } from "./first.js";\nconst OWN = 5;\n'
        "export class Second {\n  own = /** @type {number} */ (twice(OWN));\n}\n",
    )
    joined = join_modules(folder, "main.js")
    assert joined.count("module_first = ") == 1
    assert "Doubles" not in joined
    assert "half" not in joined
    assert "@type" not in joined
    ran = subprocess.run(
        ["node", "--input-type=module"], input=joined, capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == [2, 7, 10]


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./other.js";',
        'import other from "./other.js";',
        'import { other as mine } from "./other.js";',
        'import { other } from "https://elsewhere.test/other.js";',
        "export default class {}",
        "export { other };",
    ],
)
def test_any_other_form_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    folder = modules(tmp_path, main=f"const a = 1;\n{line}\n", other="export const other = 1;\n")
    with pytest.raises(BundleError, match=r"main\.js, line 2"):
        join_modules(folder, "main.js")


def test_a_circle_is_refused(tmp_path: Path) -> None:
    folder = modules(
        tmp_path,
        main='import { A } from "./a.js";\n',
        a='import { B } from "./b.js";\nexport class A extends B {}\n',
        b='import { A } from "./a.js";\nexport class B { static a = A; }\n',
    )
    with pytest.raises(BundleError, match=r"a\.js: imports itself"):
        join_modules(folder, "main.js")


def test_a_later_script_takes_what_is_there_from_the_first(tmp_path: Path) -> None:
    folder = modules(
        tmp_path,
        shared="export const BORN = [];\nexport const unused = 1;\n",
        idle="export const IDLE = 0;\n",
        main='import { BORN } from "./shared.js";\nimport { IDLE } from "./idle.js";\n'
        'BORN.push("main", IDLE);\nimport(process.argv[2]).then(({ LATE }) => {\n'
        "console.log(JSON.stringify([LATE(), BORN]));\n});\n",
        later='import { OWN } from "./own.js";\nimport { BORN } from "./shared.js";\n'
        "BORN.push(OWN);\nexport const LATE = () => BORN.length;\n",
        own='export const OWN = "later";\n',
    )
    first = tmp_path / "made.mjs"
    first.write_text(join_modules(folder, "main.js", shares=True))
    late = join_later_modules(folder, "later.js", "main.js", "./made.mjs")
    assert "module_idle" not in late
    (tmp_path / "made-later.mjs").write_text(late)
    ran = subprocess.run(
        ["node", str(first), "./made-later.mjs"], capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == [3, ["main", 0, "later"]]


def test_every_module_of_the_widget_is_in_one_of_its_scripts() -> None:
    begun = join_modules(WIDGET, "begin.js")
    first = join_modules(WIDGET, "main.js", shares=True)
    later = join_later_modules(WIDGET, "later-steps.js", "main.js", "./first.js")
    look = join_apart(WIDGET, "live-look.js")
    for path in WIDGET.glob("*.js"):
        variable = f"const module_{path.stem.replace('-', '_')} = "
        # The types are comments for the checker, nothing for the browser. What page and script
        # share is in both: it may keep nothing of its own.
        times = [joined.count(variable) for joined in (begun, first, later, look)]
        shared = {"types": 0, "find-element": 2}
        assert sum(times) == shared.get(path.stem, 1), (path, times)
        assert max(times) <= 1, path
    assert "\nexport const { " in look
    for joined in (begun, first, later, look):
        node = ["node", "--check", "--input-type=module"]
        subprocess.run(node, input=joined, text=True, check=True)


def test_no_literal_of_the_widget_would_lose_its_indentation() -> None:
    for path in WIDGET.glob("*.js"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            assert line.count("`") % 2 == 0, f"{path.name}:{number}"


def test_sheets_keep_their_order_and_lose_only_comments(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("/* a\n   b */\n:root {\n  --x: 1;\n}\n")
    (tmp_path / "b.css").write_text('p::after { content: "/* kept */"; }\n')
    joined = join_sheets(tmp_path, ("a.css", "b.css"))
    assert joined == ':root {\n--x: 1;\n}\np::after { content: "/* kept */"; }\n'
