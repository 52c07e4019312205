"""Strangers' pictures are opened in a child that may compute, and nothing else."""

from app.vision.sandbox.parent import Sandbox

__all__ = ["Sandbox"]
