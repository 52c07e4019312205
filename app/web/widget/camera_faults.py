"""POST /widget/camera-faults: a widget tells why it got no camera picture, to be counted."""

from __future__ import annotations

from flask import Blueprint, Response

from app.domain.metric import CameraFault
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, requires_widget
from app.web.bodies import Body
from app.web.services import services

camera_faults = authenticate_with(Blueprint("camera_faults", __name__), requires_widget)


class CameraFaultBody(Body):
    """What the browser refused; one word of the list."""

    fault: CameraFault


@camera_faults.post("/widget/camera-faults")
@operation("Tell why there is no camera picture", body=CameraFaultBody, answers={204: None})
def count(body: CameraFaultBody) -> Response:
    """Counted for the operator's metrics; nothing is kept of the user."""
    services().count_camera_fault(body.fault)
    return Response(status=204)
