import { cx } from "class-variance-authority";
import { Camera, X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslations } from "use-intl";

import { PHOTO_BYTES } from "../domain/cases/complaint";
import { useFormat } from "../i18n/format";
import { buttonClass } from "./button";
import { ErrorText } from "./error-text";
import { Icon } from "./icon";

export type UploadedPhoto = { publicId: string; filename: string };

type Upload = { key: number; name: string; share: number; error?: string };

/**
 * Photos for a message that is being written. With scripts each goes up at once, with its progress; before scripts it is
 * the browser's own file field, sent with the form. What is already on the server is shown with a way to take it back.
 *
 * The form it stands in must be `multipart/form-data`; it sends new files as `photos` and a removal as `remove`.
 */
export function PhotoUpload({
  photos,
  photoPath,
  uploadTo,
  draftKey,
  most,
  error,
  onUploaded,
  describedBy,
}: {
  photos: readonly UploadedPhoto[];
  /** Where a photo is served: the path before its id. */
  photoPath: string;
  /** A resource route that takes one photo: `photo` and `key`. */
  uploadTo: string;
  draftKey: string;
  most: number;
  /** A key of the area `errors`. */
  error?: string | undefined;
  /** Ask the server again: it now knows of one more. */
  onUploaded: () => void;
  describedBy?: string | undefined;
}) {
  const t = useTranslations("ui");
  const format = useFormat();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [scripted, setScripted] = useState(false);
  const [uploads, setUploads] = useState<Upload[]>([]);
  useEffect(() => setScripted(true), []);
  const room = most - photos.length - uploads.filter((upload) => !upload.error).length;

  function send(file: File) {
    const key = performance.now() + Math.random();
    const change = (part: Partial<Upload> | null) =>
      setUploads((all) => (part ? all.map((one) => (one.key === key ? { ...one, ...part } : one)) : all.filter((one) => one.key !== key)));
    if (file.size > PHOTO_BYTES) {
      setUploads((all) => [...all, { key, name: file.name, share: 0, error: "file_too_big" }]);
      return;
    }
    setUploads((all) => [...all, { key, name: file.name, share: 0 }]);
    const body = new FormData();
    body.set("key", draftKey);
    body.set("photo", file);
    // fetch cannot tell how much has gone up; this can.
    const request = new XMLHttpRequest();
    request.open("POST", uploadTo);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && change({ share: event.loaded / event.total }));
    request.addEventListener("load", () => {
      if (request.status === 200) {
        change(null);
        onUploaded();
      } else change({ error: (request.response as { error?: string } | null)?.error ?? "upload_failed" });
    });
    request.addEventListener("error", () => change({ error: "upload_failed" }));
    request.send(body);
  }

  return (
    <div className="flex flex-col gap-3">
      {photos.length > 0 && (
        <ul className="flex flex-wrap gap-3">
          {photos.map((photo) => (
            <li key={photo.publicId} className="relative">
              <img src={`${photoPath}${photo.publicId}`} alt={photo.filename} className="size-24 rounded-md border border-line object-cover" />
              <button
                type="submit"
                name="remove"
                value={photo.publicId}
                formNoValidate
                aria-label={t("file.remove", { name: photo.filename })}
                className="absolute -top-2 -right-2 flex size-7 items-center justify-center rounded-full border border-edge bg-raised text-ink shadow-float hover:bg-hover"
              >
                <Icon of={X} size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {uploads.length > 0 && (
        <ul className="flex flex-col gap-2" aria-live="polite">
          {uploads.map((upload) => (
            <li key={upload.key} className="text-sm">
              <span className="flex items-baseline justify-between gap-3">
                <span className="truncate">{upload.name}</span>
                {!upload.error && <span className="tabular text-muted">{format.percent(upload.share, 0)}</span>}
              </span>
              {upload.error ? (
                <span className="flex items-center gap-2 font-medium text-red">
                  <ErrorText message={upload.error} withIcon />
                  <button type="button" className="min-h-6 underline" onClick={() => setUploads((all) => all.filter((one) => one.key !== upload.key))}>
                    {t("dialog.close")}
                  </button>
                </span>
              ) : (
                <progress value={upload.share} max={1} aria-label={upload.name} className="h-1.5 w-full accent-pine" />
              )}
            </li>
          ))}
        </ul>
      )}
      {room > 0 && (
        <div className={cx(scripted && "relative self-start")}>
          <label htmlFor={id} className="sr-only">
            {t("file.addPhoto")}
          </label>
          <input
            ref={input}
            id={id}
            type="file"
            name={scripted ? undefined : "photos"}
            accept="image/jpeg,image/png,image/webp"
            multiple
            aria-describedby={describedBy}
            className={scripted ? "peer absolute inset-0 size-full cursor-pointer opacity-0" : "w-full rounded-md border border-edge p-2"}
            onChange={(event) => {
              if (!scripted) return;
              for (const file of [...(event.currentTarget.files ?? [])].slice(0, room)) send(file);
              event.currentTarget.value = "";
            }}
          />
          {scripted && (
            <span
              aria-hidden
              className={cx(buttonClass({ variant: "secondary" }), "peer-hover:bg-hover peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-pine")}
            >
              <Icon of={Camera} size={18} />
              {t("file.addPhoto")}
            </span>
          )}
        </div>
      )}
      {error && (
        <p className="text-sm font-medium text-red" aria-live="polite">
          <ErrorText message={error} withIcon />
        </p>
      )}
    </div>
  );
}
