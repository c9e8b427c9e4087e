//! The editor's tabs as data: what is open, what is in front, and how they change. Nothing here touches the browser.

/** One tab: its text and the title that a person gave it, or an empty one. */
export interface Tab {
  id: number;
  title: string;
  sql: string;
}

/** All tabs in their order; there is always at least one, and `active` is one of them. */
export interface Tabs {
  tabs: Tab[];
  active: number;
}

/** A single empty tab. */
export function freshTabs(): Tabs {
  return { tabs: [{ id: 1, title: "", sql: "" }], active: 1 };
}

/** The tab in front. */
export function activeTab(all: Tabs): Tab {
  return all.tabs.find((tab) => tab.id === all.active) ?? all.tabs[0] ?? freshTabs().tabs[0]!;
}

/** Opens a tab with this text behind the others and brings it to the front. An empty tab in front takes the text. */
export function openTab(all: Tabs, sql: string): Tabs {
  const front = activeTab(all);
  const takesText = sql !== "" && front.sql.trim() === "" && front.title === "";
  if (takesText) return editTab(all, front.id, { sql });
  const id = 1 + Math.max(...all.tabs.map((tab) => tab.id));
  return { tabs: [...all.tabs, { id, title: "", sql }], active: id };
}

/** Brings a tab with this text to the front; opens one where there is none. */
export function bringTab(all: Tabs, sql: string): Tabs {
  const there = all.tabs.find((tab) => tab.sql === sql);
  return there && sql !== "" ? { ...all, active: there.id } : openTab(all, sql);
}

/** Closes a tab; its neighbour comes to the front, and the last one leaves an empty one. */
export function closeTab(all: Tabs, id: number): Tabs {
  const at = all.tabs.findIndex((tab) => tab.id === id);
  const tabs = all.tabs.filter((tab) => tab.id !== id);
  if (tabs.length === 0) return freshTabs();
  if (all.active !== id) return { ...all, tabs };
  const neighbour = tabs[Math.min(at, tabs.length - 1)]!;
  return { tabs, active: neighbour.id };
}

/** Changes the text or the title of a tab. */
export function editTab(all: Tabs, id: number, change: Partial<Omit<Tab, "id">>): Tabs {
  return { ...all, tabs: all.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab)) };
}

/** What the tabs are called: by `nameOf`, and those of one name counted. */
export function namesOf(tabs: Tab[]): string[] {
  const names = tabs.map(nameOf);
  return names.map((name, at) => {
    const before = names.slice(0, at).filter((other) => other === name).length;
    return name !== "" && before > 0 ? `${name} ${before + 1}` : name;
  });
}

/** What a tab is called: its title, or the first relation that its text reads, or nothing. */
export function nameOf(tab: Tab): string {
  if (tab.title !== "") return tab.title;
  const relation = /\b(?:from|join)\s+"?([\p{L}_][\p{L}\p{N}_.]*)/iu.exec(tab.sql);
  return relation?.[1] ?? "";
}

/** Reads what was kept; anything that is not tabs gives fresh ones. */
export function tabsFrom(kept: unknown): Tabs {
  const all = kept as Tabs | null;
  if (!Array.isArray(all?.tabs)) return freshTabs();
  const tabs = all.tabs.filter(isTab);
  if (tabs.length === 0) return freshTabs();
  const active = tabs.some((tab) => tab.id === all.active) ? all.active : tabs[0]!.id;
  return { tabs, active };
}

function isTab(value: unknown): value is Tab {
  const tab = value as Tab | null;
  return Number.isSafeInteger(tab?.id) && typeof tab?.title === "string" && typeof tab?.sql === "string";
}
