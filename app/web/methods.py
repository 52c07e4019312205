"""Which methods an address takes, where a path of fixed words also fits one with parameters.

PATCH /v1/user/verification fits /v1/user/<id>, but no user has that name: what is there takes POST
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, current_app, request
from werkzeug.exceptions import MethodNotAllowed

if TYPE_CHECKING:
    from flask import Response


class PreciseFlask(Flask):
    """A Flask that tells by OPTIONS what the very path takes."""

    def make_default_options_response(self) -> Response:
        """The answer to OPTIONS, where no view has one of its own."""
        response = super().make_default_options_response()
        methods = methods_of_fixed_path()
        if methods:
            response.allow = methods
        return response


def check_method() -> None:
    """Raise MethodNotAllowed where the path is one of fixed words, by another method."""
    methods = methods_of_fixed_path()
    if methods and request.method not in methods:
        raise MethodNotAllowed(sorted(methods))


def methods_of_fixed_path() -> set[str]:
    """The methods of the path that is asked for; none when only a path with parameters fits."""
    return {
        method
        for rule in current_app.url_map.iter_rules()
        if rule.rule == request.path
        for method in rule.methods or ()
    }
