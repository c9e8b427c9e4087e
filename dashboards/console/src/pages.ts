//! The pages: their ids in the address, their keys after `g`, and their code, loaded when opened; the home page's is
//! there from the start.
import type { ComponentType } from "preact";
import Kpis from "./pages/kpis/index.tsx";
import type { Words } from "./words/index.ts";

export type PageId =
  "kpis" | "sql" | "catalog" | "anomalies" | "forecasts" | "rules" | "finance" | "reports" | "quality" | "status";

export interface Page {
  id: PageId;
  /** Pressed after `g`. */
  key: string;
  group: keyof Words & `group${string}`;
  load(): Promise<{ default: ComponentType }>;
}

const opened = new Map<PageId, ComponentType>();

/** The page, where its code is there. */
export function openedPage(id: PageId): ComponentType | undefined {
  return opened.get(id);
}

/** Fetches a page's code. */
export async function openPage({ id, load }: Page): Promise<void> {
  opened.set(id, (await load()).default);
}

export const HOME: PageId = "kpis";

export const PAGES: Page[] = [
  { id: "kpis", key: "k", group: "groupBusiness", load: async () => ({ default: Kpis }) },
  { id: "anomalies", key: "a", group: "groupBusiness", load: () => import("./pages/anomalies/index.tsx") },
  { id: "forecasts", key: "f", group: "groupBusiness", load: () => import("./pages/forecasts/index.tsx") },
  { id: "rules", key: "r", group: "groupBusiness", load: () => import("./pages/rules/index.tsx") },
  { id: "sql", key: "s", group: "groupAsk", load: () => import("./pages/sql/index.tsx") },
  { id: "catalog", key: "c", group: "groupAsk", load: () => import("./pages/catalog/index.tsx") },
  { id: "finance", key: "m", group: "groupFinance", load: () => import("./pages/finance/index.tsx") },
  { id: "reports", key: "p", group: "groupFinance", load: () => import("./pages/reports/index.tsx") },
  { id: "quality", key: "q", group: "groupRun", load: () => import("./pages/quality/index.tsx") },
  { id: "status", key: "t", group: "groupRun", load: () => import("./pages/status/index.tsx") },
];
