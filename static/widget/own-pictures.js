/**
 * What was taken on this page, in its memory alone, for the step that asks for a part again: the server never gives a
 * picture back. A reload forgets it.
 *
 * @type {Map<string, Blob>}
 */
const pictures = new Map();

/** Reasons that are about the back of a card. */
const OF_THE_BACK = /^(back|barcode|same_side|wrong_side)/;

/**
 * @param {"document_front" | "document_back" | "selfie" | "proof_of_address"} part
 * @param {Blob} picture
 */
export function keepOwnPicture(part, picture) {
  pictures.set(part, picture);
}

/**
 * The user's picture of what a reason is about.
 *
 * @param {import("./types.js").Reason | undefined} reason
 */
export function ownPictureOf(reason) {
  if (reason?.step !== "document") return pictures.get(reason?.step ?? "");
  return pictures.get(OF_THE_BACK.test(reason.code) ? "document_back" : "document_front");
}
