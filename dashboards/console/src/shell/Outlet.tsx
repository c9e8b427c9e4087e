//! The page of the address: its code is fetched when it is first opened.
import { useEffect, useState } from "preact/hooks";
import { asApiError } from "../api/errors.ts";
import type { ApiError } from "../api/errors.ts";
import { HOME, openedPage, openPage, PAGES } from "../pages.ts";
import type { Page } from "../pages.ts";
import { Empty } from "../parts/Empty.tsx";
import { Loading } from "../parts/Loading.tsx";
import { ErrorNotice } from "../parts/Notice.tsx";
import { useRoute } from "../router.ts";
import { useWords } from "../words/index.ts";

export function Outlet() {
  const words = useWords();
  const route = useRoute();
  const page = PAGES.find(({ id }) => id === (route.page || HOME));
  const title = page ? words[page.id] : words.notFound;
  useEffect(() => {
    document.title = `${title} · ${words.console}`;
  }, [title]);
  if (!page) return <Empty title={words.notFound} hint={words.notFoundHint} heading />;
  return <Opened key={page.id} page={page} />;
}

function Opened({ page }: { page: Page }) {
  const [error, setError] = useState<ApiError>();
  const [, redraw] = useState({});
  const Content = openedPage(page.id);
  useEffect(() => {
    if (openedPage(page.id)) return;
    setError(undefined);
    openPage(page).then(
      () => redraw({}),
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  }, [page]);
  if (Content) return <Content />;
  if (error) return <ErrorNotice error={error} onRetry={() => location.reload()} />;
  return <Loading />;
}
