const DONE_MS = [60, 60, 60];

/**
 * A short buzz in the hand, where the device can and its user has not asked for less motion.
 *
 * @param {{isLast?: boolean}} [options] two buzzes say that it is done
 */
export function nudge({ isLast = false } = {}) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  navigator.vibrate?.(isLast ? DONE_MS : DONE_MS[0]);
}
