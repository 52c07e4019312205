/**
 * The one element that a template promises; a missing one is a fault of ours and is told at once.
 *
 * @template {Element} T
 * @param {ParentNode} $root
 * @param {string} selector
 * @param {new () => T} Type
 * @returns {T}
 */
export function findElement($root, selector, Type) {
  const $element = $root.querySelector(selector);
  if (!($element instanceof Type)) {
    throw new TypeError(`${selector}: no such ${Type.name}`);
  }
  return $element;
}
