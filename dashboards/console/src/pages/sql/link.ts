//! A link that carries the text of a question.
import { copy } from "../../parts/table/active.ts";
import { sqlHref } from "../../shell/links.ts";
import { say } from "../../shell/say.ts";

/** Longer texts are refused by servers and programs on the way (RFC 9110, 4.1 asks for 8,000 octets). */
export const LINK_CHARS_MAX = 2_000;

/** Copies the link, and says so. */
export async function copyLink(sql: string, words: { linkCopied: string; linkTooLong: string }): Promise<void> {
  if (sql.length > LINK_CHARS_MAX) return say(words.linkTooLong);
  await copy(location.origin + sqlHref(sql));
  say(words.linkCopied);
}
