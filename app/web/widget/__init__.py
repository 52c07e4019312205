"""The flow inside the frame: the shell page and the calls of each step, all by client token."""

from app.web.widget.assets import assets
from app.web.widget.camera_faults import camera_faults
from app.web.widget.captures import captures
from app.web.widget.flow import flow, launches
from app.web.widget.handoffs import arrivals, handoffs
from app.web.widget.preflight import preflight
from app.web.widget.presence import presence
from app.web.widget.proof_of_address import proof_of_address
from app.web.widget.shell import shell
from app.web.widget.themes import themes

BLUEPRINTS = (
    shell,
    assets,
    preflight,
    themes,
    launches,
    flow,
    captures,
    camera_faults,
    presence,
    proof_of_address,
    handoffs,
    arrivals,
)

__all__ = ["BLUEPRINTS"]
