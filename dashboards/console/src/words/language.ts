//! Which of the three languages the console speaks, and who chose it.
import { createStore, useStore } from "../store.ts";

export type Language = "en" | "zh-Hant" | "zh-Hans";

export const LANGUAGES: { language: Language; name: string }[] = [
  { language: "en", name: "English" },
  { language: "zh-Hant", name: "繁體中文" },
  { language: "zh-Hans", name: "简体中文" },
];

const KEPT_AS = "tidemark.language";

const chosen = createStore<Language>(firstLanguage());
document.documentElement.lang = chosen.get();

export function useLanguage(): Language {
  return useStore(chosen);
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language);
  document.documentElement.lang = language;
  chosen.set(language);
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
  const { language, script } = new Intl.Locale(tag).maximize();
  if (language === "en") return "en";
  if (language !== "zh" && language !== "yue") return undefined;
  return script === "Hant" ? "zh-Hant" : "zh-Hans";
}
