import assert from "node:assert/strict";
import { test } from "node:test";
import { h, options, render } from "preact";
import type { ContainerNode } from "preact";
import { createStore, useStore } from "./store.ts";

/** Draws a component that reads the store and puts nothing into the page; what Preact does later waits for `settle`. */
function draw(store: ReturnType<typeof createStore<string>>) {
  const drawn: string[] = [];
  const later: (() => void)[] = [];
  options.requestAnimationFrame = (run) => later.push(run);
  options.debounceRendering = (run) => later.push(run);
  const Reader = () => {
    drawn.push(useStore(store));
    return null;
  };
  render(h(Reader, {}), { childNodes: [], firstChild: null, nodeType: 1, namespaceURI: "" } as unknown as ContainerNode);
  const settle = () => {
    for (let run = later.shift(); run; run = later.shift()) run();
  };
  return { drawn, settle };
}

test("a change between drawing and subscribing is drawn", () => {
  const store = createStore("HKG");
  const { drawn, settle } = draw(store);
  store.set("Hong Kong");
  assert.deepEqual(drawn, ["HKG"]);
  settle();
  assert.deepEqual(drawn, ["HKG", "Hong Kong"]);
});

test("a change after that is drawn once, and what is the same is not", () => {
  const store = createStore("HKG");
  const { drawn, settle } = draw(store);
  settle();
  store.set("HKG");
  store.set("Hong Kong");
  settle();
  assert.deepEqual(drawn, ["HKG", "Hong Kong"]);
});
