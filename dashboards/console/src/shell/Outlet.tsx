//! The page of the address: its code is fetched when it is first opened.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { asApiError } from "../api/errors.ts";
import type { ApiError } from "../api/errors.ts";
import { HOME, PAGES } from "../pages.ts";
import type { PageId } from "../pages.ts";
import { Empty } from "../parts/Empty.tsx";
import { Loading } from "../parts/Loading.tsx";
import { ErrorNotice } from "../parts/Notice.tsx";
import { useRoute } from "../router.ts";
import { useWords } from "../words/index.ts";

const loaded = new Map<PageId, ComponentType>();

export function Outlet() {
  const words = useWords();
  const route = useRoute();
  const page = PAGES.find(({ id }) => id === (route.page || HOME));
  const title = page ? words[page.id] : words.notFound;
  useEffect(() => {
    document.title = `${title} · ${words.console}`;
  }, [title]);
  if (!page) return <Empty title={words.notFound} hint={words.notFoundHint} heading />;
  return <Loaded key={page.id} id={page.id} />;
}

function Loaded({ id }: { id: PageId }) {
  const [error, setError] = useState<ApiError>();
  const [turn, setTurn] = useState(0);
  const Page = loaded.get(id);
  useEffect(() => {
    if (loaded.has(id)) return;
    setError(undefined);
    PAGES.find((page) => page.id === id)!
      .load()
      .then(
        ({ default: page }) => {
          loaded.set(id, page);
          setTurn(turn + 1);
        },
        (thrown: unknown) => setError(asApiError(thrown)),
      );
  }, [id, turn]);
  if (Page) return <Page />;
  if (error) return <ErrorNotice error={error} onRetry={() => location.reload()} />;
  return <Loading />;
}
