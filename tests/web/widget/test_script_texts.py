"""The page brings the sentences that its scripts ask for, and none that only its markup shows."""

from app.web.texts import catalogue
from app.web.widget.script_texts import script_texts
from tests.rules.catalogue_keys import composed_keys, written_keys


def test_what_scripts_name_or_compose_is_there() -> None:
    _, texts = catalogue("en")
    kept = script_texts(texts)
    # Put together from a code: only scripts do that, but for the names of documents.
    composed = {key for key in composed_keys() if not key.startswith(("document.", "paper."))}
    markup_only = {"capture.caption", "capture.upload", "capture.upload_other"}
    markup_only |= {"capture.preview_alt", "capture.use"}
    assert composed & texts.keys() - markup_only <= kept.keys()
    for key in ("error.network.title", "reason.glare.action", "capture.hint.ready", "hint.too_dark",
                "upload.sent", "processing.late", "error.no_file.text"):  # fmt: skip
        assert key in kept


def test_what_only_the_markup_shows_is_not() -> None:
    _, texts = catalogue("en")
    left_out = texts.keys() - script_texts(texts).keys()
    assert {"consent.details.rights", "shell.trust", "capture.tip.frame"} <= left_out
    assert left_out <= written_keys() | composed_keys()
