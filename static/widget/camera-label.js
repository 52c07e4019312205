/**
 * The name of the camera whose picture is shown; empty where the browser tells none. The server keeps only whether
 * it is that of a program which stands in for a camera.
 *
 * @param {HTMLVideoElement} $video
 */
export function cameraLabel($video) {
  const stream = $video.srcObject;
  const label = stream instanceof MediaStream ? (stream.getVideoTracks()[0]?.label ?? "") : "";
  return label.slice(0, 200);
}
