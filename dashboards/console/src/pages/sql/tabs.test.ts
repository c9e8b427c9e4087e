//! Tabs are never lost: opening, closing and reading back keep every text that a person wrote.
import assert from "node:assert/strict";
import { test } from "node:test";
import { activeTab, closeTab, editTab, freshTabs, nameOf, namesOf, openTab, tabsFrom } from "./tabs.ts";

test("an opened text takes an empty tab, and a tab of its own beside a written one", () => {
  const first = openTab(freshTabs(), "SELECT 1");
  assert.deepEqual(first.tabs.map((tab) => tab.sql), ["SELECT 1"]);
  const second = openTab(first, "SELECT 2");
  assert.deepEqual(second.tabs.map((tab) => tab.sql), ["SELECT 1", "SELECT 2"]);
  assert.equal(activeTab(second).sql, "SELECT 2");
});

test("an empty tab that a person named is not overwritten", () => {
  const named = editTab(freshTabs(), 1, { title: "month end" });
  assert.deepEqual(openTab(named, "SELECT 1").tabs.map((tab) => tab.title), ["month end", ""]);
});

test("closing the tab in front shows its neighbour, closing the last one leaves an empty one", () => {
  const three = ["a", "b", "c"].reduce(openTab, freshTabs());
  const middle = { ...three, active: three.tabs[1]!.id };
  assert.equal(activeTab(closeTab(middle, middle.active)).sql, "c");
  assert.equal(activeTab(closeTab(three, three.active)).sql, "b");
  assert.equal(activeTab(closeTab(middle, three.tabs[0]!.id)).sql, "b");
  const one = openTab(freshTabs(), "SELECT 1");
  assert.deepEqual(closeTab(one, one.active), freshTabs());
});

test("a new tab never takes the number of one that is open", () => {
  const three = ["a", "b", "c"].reduce(openTab, freshTabs());
  const again = openTab(closeTab(three, three.tabs[0]!.id), "d");
  assert.equal(new Set(again.tabs.map((tab) => tab.id)).size, 3);
});

test("a tab is called by its title, else by the first relation that it reads", () => {
  const named = (sql: string, title = "") => nameOf({ id: 1, title, sql });
  assert.equal(named("SELECT 1", "mine"), "mine");
  assert.equal(named("select city\nfrom  invoices i join sessions s on true"), "invoices");
  assert.equal(named('SELECT * FROM "kpi_daily"'), "kpi_daily");
  assert.equal(named("SELECT 1"), "");
});

test("tabs of one name are counted", () => {
  const tabs = ["FROM a", "FROM b", "FROM a", "", ""].map((sql, id) => ({ id, title: "", sql }));
  assert.deepEqual(namesOf(tabs), ["a", "b", "a 2", "", ""]);
});

test("what was kept comes back, and what is no tab is left out", () => {
  const kept = openTab(openTab(freshTabs(), "a"), "b");
  assert.deepEqual(tabsFrom(JSON.parse(JSON.stringify(kept))), kept);
  assert.deepEqual(tabsFrom(null), freshTabs());
  assert.deepEqual(tabsFrom({ tabs: [{ id: "x" }, 7], active: 3 }), freshTabs());
  assert.equal(tabsFrom({ tabs: [{ id: 4, title: "", sql: "c" }], active: 9 }).active, 4);
});
