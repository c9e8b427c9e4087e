//! Words in the chosen language: the shell's, and each page's own.
import { en } from "./en.ts";
import type { Words } from "./en.ts";
import { useLanguage } from "./language.ts";
import { zhHans } from "./zh-hans.ts";
import { zhHant } from "./zh-hant.ts";

export { fill } from "./fill.ts";
export { chooseLanguage, LANGUAGES, useLanguage } from "./language.ts";
export type { Language } from "./language.ts";
export type { Words } from "./en.ts";

/** The shell's words. */
export const useWords: () => Words = pageWords<Words>({ en, hant: zhHant, hans: zhHans });

/** A hook for a page's own words; a language that misses one does not compile. */
export function pageWords<T extends { [Name in keyof T]: string }>(words: {
  en: T;
  hant: NoInfer<T>;
  hans: NoInfer<T>;
}): () => { [Name in keyof T]: string } {
  return function usePageWords() {
    switch (useLanguage()) {
      case "zh-Hant":
        return words.hant;
      case "zh-Hans":
        return words.hans;
      default:
        return words.en;
    }
  };
}
