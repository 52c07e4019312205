"""What the name of a camera gives away."""

from __future__ import annotations

import pytest

from app.domain.frame_origin import CameraSource, camera_source


@pytest.mark.parametrize(
    "label",
    [
        "OBS Virtual Camera",
        "OBS-Camera",
        "ManyCam Virtual Webcam",
        "XSplit VCam",
        "Snap Camera",
        "mmhmm Camera",
        "SplitCam Video Driver",
        "e2eSoft VCam",
        "Dummy video device (0x0000)",
        "v4l2loopback",
        "Unity Video Capture",
        "fake_device_0",
        "Virtual Camera",
        "VirtualCam",
        "NDI Webcam Video 1",
    ],
)
def test_programs_that_stand_in_for_a_camera_are_known(label: str) -> None:
    assert camera_source(label) is CameraSource.VIRTUAL


@pytest.mark.parametrize(
    "label", ["/home/user/clip.mjpeg", r"C:\films\face.y4m", "face.webm", "/srv/a.mp4"]
)
def test_a_film_in_the_cameras_place_is_known(label: str) -> None:
    assert camera_source(label) is CameraSource.FILE


@pytest.mark.parametrize(
    "label",
    [
        "FaceTime HD Camera",
        "FaceTime HD Camera (Built-in) (05ac:8514)",
        "Integrated Camera (13d3:56a2)",
        "HD Pro Webcam C920 (046d:082d)",
        "camera2 1, facing front",
        "Frontkamera",
        "USB2.0 HD UVC WebCam",
        "Logitech BRIO",
        "Caméra avant",
        "Kamera von Jobs iPhone",
        "Microsoft® LifeCam HD-3000",
        "前面カメラ",
    ],
)
def test_cameras_of_telephones_and_computers_are_devices(label: str) -> None:
    assert camera_source(label) is CameraSource.DEVICE


@pytest.mark.parametrize("label", ["", "  "])
def test_a_camera_may_have_no_name(label: str) -> None:
    assert camera_source(label) is CameraSource.UNNAMED
