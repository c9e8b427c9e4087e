//! Light, dark, or as the system says.
import { createStore } from "../store.ts";

export type Theme = "system" | "light" | "dark";

const KEPT_AS = "tidemark.theme";

export const theme = createStore<Theme>(keptTheme());

export function chooseTheme(chosen: Theme): void {
  if (chosen === "system") {
    localStorage.removeItem(KEPT_AS);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(KEPT_AS, chosen);
    document.documentElement.dataset["theme"] = chosen;
  }
  theme.set(chosen);
}

function keptTheme(): Theme {
  const kept = localStorage.getItem(KEPT_AS);
  return kept === "light" || kept === "dark" ? kept : "system";
}
