//! The frame around every page: skip link, header, navigation, the page itself, live region.
import { useEffect, useState } from "preact/hooks";
import { useRoute } from "../router.ts";
import { useStore } from "../store.ts";
import { chosenLanguage, Speaking } from "../words/language.ts";
import { useWords } from "../words/index.ts";
import { Header } from "./Header.tsx";
import { KeyboardHelp } from "./KeyboardHelp.tsx";
import { listenForKeys } from "./keys.ts";
import { Navigation } from "./Navigation.tsx";
import { Outlet } from "./Outlet.tsx";
import { said } from "./say.ts";

/** The frame in the language that is chosen. */
export function Frame() {
  return (
    <Speaking value={useStore(chosenLanguage)}>
      <Framed />
    </Speaking>
  );
}

function Framed() {
  const words = useWords();
  const { page } = useRoute();
  const [helpShown, setHelpShown] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);
  const saying = useStore(said);
  useEffect(() => listenForKeys(() => setHelpShown(true)), []);
  useEffect(() => setMenuOpen(false), [page]);
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <Header menuOpen={menuOpen} onMenu={() => setMenuOpen(!menuOpen)} onHelp={() => setHelpShown(true)} />
      <Navigation open={menuOpen} />
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <div class="unseen" role="status" aria-live="polite">
        {saying}
      </div>
      {helpShown && <KeyboardHelp onClose={() => setHelpShown(false)} />}
    </div>
  );
}
