//! Which of the three languages the console speaks, and who chose it.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { createStore } from "../store.ts";

export type Language = "en" | "zh-Hant" | "zh-Hans";

export const LANGUAGES: { language: Language; name: string }[] = [
  { language: "en", name: "English" },
  { language: "zh-Hant", name: "繁體中文" },
  { language: "zh-Hans", name: "简体中文" },
];

const KEPT_AS = "tidemark.language";

export const chosenLanguage = createStore<Language>(firstLanguage());
document.documentElement.lang = chosenLanguage.get();

/**
 * The language of what is drawn within it. A context, since hundreds of parts of a page read it, and as many
 * subscriptions take a while.
 */
export const Speaking = createContext<Language>(chosenLanguage.get());

/** The language of the page around the component. */
export function useLanguage(): Language {
  return useContext(Speaking);
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language);
  document.documentElement.lang = language;
  chosenLanguage.set(language);
}

function firstLanguage(): Language {
  const kept = LANGUAGES.find(({ language }) => language === localStorage.getItem(KEPT_AS));
  if (kept) return kept.language;
  for (const tag of navigator.languages) {
    const language = languageOf(tag);
    if (language) return language;
  }
  return "en";
}

/** The language that a BCP 47 tag asks for: by script where it says one, else by region. */
function languageOf(tag: string): Language | undefined {
  // Most say so at once, and Intl takes a while when it is first used.
  if (/^en\b/i.test(tag)) return "en";
  const { language, script } = new Intl.Locale(tag).maximize();
  if (language !== "zh" && language !== "yue") return undefined;
  return script === "Hant" ? "zh-Hant" : "zh-Hans";
}
