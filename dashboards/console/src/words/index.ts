//! Words in the chosen language: the shell's, and each page's own.
import { en } from "./en.ts";
import type { Words } from "./en.ts";
import { useLanguage } from "./language.ts";
import { simplified } from "./simplified.ts";
import { zhHans } from "./zh-hans.ts";
import { zhHant } from "./zh-hant.ts";

export { fill } from "./fill.ts";
export { chooseLanguage, LANGUAGES, useLanguage } from "./language.ts";
export type { Language } from "./language.ts";
export type { Words } from "./en.ts";

/** The shell's words. */
export const useWords: () => Words = pageWords<Words>({ en, hant: zhHant, hans: zhHans });

/**
 * A hook for a page's own words; a language that misses one does not compile. What simplified Chinese does not say itself
 * it says as traditional Chinese does, in its own characters and terms.
 */
export function pageWords<T extends { [Name in keyof T]: string }>(words: {
  en: T;
  hant: NoInfer<T>;
  hans: NoInfer<Partial<T>>;
}): () => { [Name in keyof T]: string } {
  let hans: T | undefined;
  return function usePageWords() {
    switch (useLanguage()) {
      case "zh-Hant":
        return words.hant;
      case "zh-Hans":
        return (hans ??= { ...allSimplified(words.hant), ...words.hans });
      default:
        return words.en;
    }
  };
}

function allSimplified<T extends { [Name in keyof T]: string }>(words: T): T {
  const entries = Object.entries<string>(words).map(([name, text]) => [name, simplified(text)]);
  return Object.fromEntries(entries) as T;
}
