/** How much may be dropped at once. Pure: the page says it, too. */
export const LARGEST_MAIL_FILE = 25 * 1024 * 1024;
export const MOST_MAIL_FILES = 20;
/** All of them together, with what a form adds. */
export const MAIL_FORM_BYTES = 60 * 1024 * 1024;
