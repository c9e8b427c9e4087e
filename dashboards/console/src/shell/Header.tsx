//! The bar at the top: the name, the choosers of city, zone, language and theme, the keys.
import { hrefOf, useParameter } from "../router.ts";
import { Chooser } from "../parts/Chooser.tsx";
import { localZone } from "../format/times.ts";
import { useStore } from "../store.ts";
import { chooseLanguage, LANGUAGES, useLanguage, useWords } from "../words/index.ts";
import type { Language } from "../words/index.ts";
import { useCities, useCity } from "./place.ts";
import { chooseTheme, theme } from "./theme.ts";
import type { Theme } from "./theme.ts";

export interface HeaderProps {
  menuOpen: boolean;
  onMenu(): void;
  onHelp(): void;
}

export function Header({ menuOpen, onMenu, onHelp }: HeaderProps) {
  const words = useWords();
  return (
    <header class="header">
      <button type="button" class="menu-button" aria-expanded={menuOpen} aria-controls="navigation" onClick={onMenu}>
        <span aria-hidden="true">☰</span> {words.menu}
      </button>
      <a class="name" href={hrefOf("kpis")}>
        <Mark />
        {words.console}
      </a>
      <div class="choosers">
        <CityChooser />
        <ZoneChooser />
        <Chooser
          label={words.language}
          value={useLanguage()}
          onChoose={(value) => chooseLanguage(value as Language)}
          options={LANGUAGES.map(({ language, name }) => ({ value: language, text: name, lang: language }))}
        />
        <ThemeChooser />
      </div>
      <button
        type="button"
        class="quiet"
        onClick={onHelp}
        aria-keyshortcuts="?"
        aria-label={words.keyboard}
        title={words.keyboard}
      >
        <kbd>?</kbd>
      </button>
    </header>
  );
}

/** A tide mark: the wave of the icon. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M1 10q3.5-6 7 0t7 0" />
    </svg>
  );
}

function CityChooser() {
  const words = useWords();
  const language = useLanguage();
  const [city, setCity] = useCity();
  const options = useCities().map((one) => ({ value: one.city, text: one.names[language] }));
  return (
    <Chooser
      label={words.city}
      value={city}
      onChoose={setCity}
      options={[{ value: "", text: words.allCities }, ...options]}
    />
  );
}

function ZoneChooser() {
  const words = useWords();
  const [zone, setZone] = useParameter("zone");
  const zones = new Set([
    "UTC",
    localZone(),
    ...useCities().map((one) => one.time_zone),
    ...(zone === "" ? [] : [zone]),
  ]);
  const options = [...zones].sort().map((name) => ({ value: name, text: name.replaceAll("_", " ") }));
  return (
    <Chooser
      label={words.zone}
      value={zone}
      onChoose={setZone}
      options={[{ value: "", text: words.zoneOfCity }, ...options]}
    />
  );
}

function ThemeChooser() {
  const words = useWords();
  const names: Record<Theme, string> = { system: words.themeSystem, light: words.themeLight, dark: words.themeDark };
  const options = Object.entries(names).map(([value, text]) => ({ value, text }));
  return (
    <Chooser
      label={words.theme}
      value={useStore(theme)}
      onChoose={(value) => chooseTheme(value as Theme)}
      options={options}
    />
  );
}
