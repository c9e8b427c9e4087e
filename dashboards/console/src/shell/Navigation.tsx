//! The list of pages; folds into a menu on narrow screens.
import { HOME, PAGES } from "../pages.ts";
import type { Page } from "../pages.ts";
import { hrefOf, useRoute } from "../router.ts";
import { useWords } from "../words/index.ts";

const GROUPS = [...new Set(PAGES.map((page) => page.group))];

export function Navigation({ open }: { open: boolean }) {
  const words = useWords();
  return (
    <nav id="navigation" class={open ? "navigation open" : "navigation"} aria-label={words.navigation}>
      {GROUPS.map((group) => (
        <section key={group}>
          <h2 id={group}>{words[group]}</h2>
          <ul aria-labelledby={group}>
            {PAGES.filter((page) => page.group === group).map((page) => (
              <Entry key={page.id} page={page} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Entry({ page }: { page: Page }) {
  const words = useWords();
  const route = useRoute();
  const isCurrent = (route.page || HOME) === page.id;
  return (
    <li>
      <a href={hrefOf(page.id)} aria-current={isCurrent ? "page" : undefined} aria-keyshortcuts={`g ${page.key}`}>
        {words[page.id]}
        <kbd aria-hidden="true">g {page.key}</kbd>
      </a>
    </li>
  );
}
