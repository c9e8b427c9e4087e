//! The catalogue for a component.
import { useEffect, useState } from "preact/hooks";
import { asApiError } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { readCatalogue } from "./catalogue.ts";
import type { Catalogue } from "./catalogue.ts";

/** The catalogue, why it cannot be had, or neither while it is awaited. */
export interface CatalogueAnswer {
  catalogue?: Catalogue;
  error?: ApiError;
  retry(): void;
}

export function useCatalogue(): CatalogueAnswer {
  const [answer, setAnswer] = useState<Omit<CatalogueAnswer, "retry">>({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    readCatalogue().then(
      (catalogue) => gone || setAnswer({ catalogue }),
      (error: unknown) => gone || setAnswer({ error: asApiError(error) }),
    );
    return () => {
      gone = true;
    };
  }, [turn]);
  return { ...answer, retry: () => setTurn(turn + 1) };
}
