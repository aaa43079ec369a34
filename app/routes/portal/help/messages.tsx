import { cx } from "class-variance-authority";
import { useTranslations } from "use-intl";

import type { CustomerMessage } from "~/domain/cases/customer-cases.server";
import { useFrameData } from "~/ui/frame";
import { DateTime } from "~/ui/values";

/** The conversation, oldest first; ours stands on a tinted ground. New messages are read out. */
export function Messages({ messages }: { messages: readonly CustomerMessage[] }) {
  const t = useTranslations("help");
  const { companyName } = useFrameData();
  return (
    <ol className="flex flex-col gap-4" aria-live="polite" aria-relevant="additions">
      {messages.map((message, index) => {
        const isOurs = message.direction === "out";
        return (
          <li
            key={message.publicId}
            id={index === messages.length - 1 ? "last" : undefined}
            className={cx("max-w-[92%] scroll-mt-24 rounded-lg px-4 py-3", isOurs ? "self-start bg-pine-wash" : "self-end border border-line")}
          >
            <p className="mb-1 flex flex-wrap items-baseline gap-x-3 text-sm">
              <span className="font-medium">{isOurs ? (message.author ? t("from", { name: message.author, company: companyName }) : companyName) : t("you")}</span>
              <DateTime at={message.at} show="dateTime" className="text-muted" />
            </p>
            {message.outcome && <p className="font-medium">{t(`decisions.${message.outcome as "accepted"}`)}</p>}
            <p className="break-words whitespace-pre-line">{message.body}</p>
            {message.photos.length > 0 && (
              <ul className="mt-3 flex flex-wrap gap-2">
                {message.photos.map((photo) => (
                  <li key={photo.publicId}>
                    <a href={`/portal/help/photos/${photo.publicId}`} target="_blank" rel="noreferrer">
                      <img src={`/portal/help/photos/${photo.publicId}`} alt={t("photoOf", { name: photo.filename })} loading="lazy" className="size-24 rounded-md border border-line object-cover" />
                    </a>
                  </li>
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ol>
  );
}
