/**
 * What a system mail says, already in the reader's language. The frame is a file of emails/: the one named by the
 * notice's template where there is one (complaint-received, order-confirmed), notice.mjml for all others.
 */
export type NoticeWords = {
  subject: string;
  heading: string;
  paragraphs: string[];
  /** A one-time code, set large. */
  code?: string;
  button?: { label: string; url: string };
  /** One fact that must be seen at once: the day by which a complaint is answered. */
  highlight?: { label: string; value: string };
  /** What the customer wrote, word by word. */
  quote?: { label: string; text: string };
  details?: { label: string; value: string }[];
  /** Order lines, amounts already formatted. */
  lines?: { name: string; detail?: string; quantity: string; amount: string }[];
  totals?: { label: string; value: string }[];
  /** Paragraphs after everything else. */
  closing?: string[];
};

/** The sender as the mail shows it. */
export type NoticeSender = { name: string; postalLine: string };

export type RenderedMail = { subject: string; html: string; text: string };
