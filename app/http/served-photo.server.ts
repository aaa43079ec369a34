/**
 * The answer that carries a photo. What is served was drawn by us; should it ever be anything else, nothing in it runs:
 * the type is not guessed (nosniff is on every answer), and the sandbox, which comes on top of the page's policy, gives
 * it an origin of its own without scripts.
 */
export function photoResponse(photo: { filename: string; contentType: string; bytes: Uint8Array }): Response {
  const inline = photo.contentType === "image/jpeg";
  return new Response(photo.bytes as BodyInit, {
    headers: {
      "Content-Type": inline ? photo.contentType : "application/octet-stream",
      "Content-Length": String(photo.bytes.byteLength),
      "Content-Disposition": `${inline ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(photo.filename)}`,
      "Content-Security-Policy": "default-src 'none'; sandbox",
      // The id names these bytes for ever; the cache is the person's own.
      "Cache-Control": "private, max-age=86400, immutable",
    },
  });
}
