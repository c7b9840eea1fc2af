// When a thread follows its end. Pure.

/** This close to the end, in pixels, counts as being there. */
export const NEAR = 80;

/** Whether the thread sticks to its end after a scroll: leaving upwards releases, coming near the end catches. */
export function sticksAfter({ sticks, moved, distance }) {
  if (distance < 2) return true;
  if (moved < 0) return false;
  return sticks || (moved > 0 && distance <= NEAR);
}
