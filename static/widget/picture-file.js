const LARGE_BYTES = 8 * 1024 * 1024;
const LONG_EDGE_PX = 3200;

/** A picture that the user chose; the too large are made smaller, all others go as they are. */
export class PictureFile {
  /**
   * @param {File} file
   * @returns {Promise<Blob>}
   */
  static async prepare(file) {
    if (file.size <= LARGE_BYTES) return file;
    try {
      return await PictureFile.#shrink(file);
    } catch {
      // Not a picture for this browser: the server knows more formats and words its refusal better.
      return file;
    }
  }

  /**
   * @param {File} file
   * @returns {Promise<Blob>}
   */
  static async #shrink(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_EDGE_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d", { alpha: false })?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.9));
  }
}
