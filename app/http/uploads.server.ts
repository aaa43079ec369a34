/** Forms that may carry files: read with a limit that counts the bytes as they come, whatever the headers claim. */

/** What a form without files may weigh, and one with photos. */
export const TEXT_FORM_BYTES = 256 * 1024;
export const PHOTO_FORM_BYTES = 24 * 1024 * 1024;

/** Tells the server to hang up after the answer instead of reading the rest of a body that nobody wants. */
export const HANG_UP = { Connection: "close" };

/**
 * @returns null when the body is larger than `most`; answer 413 with `HANG_UP`
 * @throws Response 400 when the body is no form
 */
export async function readForm(request: Request, most: number): Promise<FormData | null> {
  if (Number(request.headers.get("Content-Length") ?? 0) > most) return null;
  let tooBig = false;
  let seen = 0;
  const counted = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.byteLength;
        if (seen > most) {
          tooBig = true;
          controller.error(new Error("the form is too big"));
        } else controller.enqueue(chunk);
      },
    }),
  );
  try {
    const type = request.headers.get("Content-Type") ?? "";
    return await new Response(counted, { headers: { "Content-Type": type } }).formData();
  } catch {
    if (tooBig) return null;
    throw new Response(null, { status: 400 });
  }
}

/** The files that were chosen under a name: an empty file field sends one nameless file of no bytes. `alsoEmpty`: those of no bytes that have a name, too. */
export async function filesOf(form: FormData, name: string, alsoEmpty = false): Promise<{ name: string; bytes: Uint8Array }[]> {
  const files = form.getAll(name).filter((value): value is File => typeof value !== "string" && (value.size > 0 || (alsoEmpty && value.name !== "")));
  return Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
}
