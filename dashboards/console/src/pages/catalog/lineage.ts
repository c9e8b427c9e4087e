//! Lineage as a drawing: what one thing comes from and what comes of it, in columns from KPIs to topics.
//! Layered as by Sugiyama, Tagawa and Toda (1981): layers by longest path, order within them by barycentres.
import type { Edge, SourceKind } from "./catalogue.ts";

/** A thing with a place: `layer` counts from the left, `row` from the top. */
export interface PlacedNode {
  key: string;
  kind: SourceKind;
  name: string;
  layer: number;
  row: number;
}

/** A line from what comes of something to what it comes from, by their keys. */
export interface Link {
  from: string;
  to: string;
}

/** What is drawn. */
export interface Drawing {
  nodes: PlacedNode[];
  links: Link[];
  numLayers: number;
  numRows: number;
}

/** Kinds from the derived to the given, which is the order of the columns. */
export const KINDS: SourceKind[] = ["kpi", "view", "table", "system", "stream", "topic"];

/** Sweeps over the layers; the order of such small graphs no longer changes after that. */
const SWEEPS = 8;

/** What names a thing among all: two things of different kinds may share a name. */
export function keyOf(kind: SourceKind, name: string): string {
  return `${kind}:${name}`;
}

/** The edges on any way from or to a thing. */
export function around(edges: Edge[], key: string): Edge[] {
  const sources = sourcesOf(edges, key).add(key);
  const uses = usesOf(edges, key).add(key);
  return edges.filter((edge) => sources.has(derivedKey(edge)) || uses.has(sourceKey(edge)));
}

/** The keys of all that a thing comes from. */
export function sourcesOf(edges: Edge[], key: string): Set<string> {
  return reach(edges, key, derivedKey, sourceKey);
}

/** The keys of all that comes of a thing. */
export function usesOf(edges: Edge[], key: string): Set<string> {
  return reach(edges, key, sourceKey, derivedKey);
}

function derivedKey({ kind, name }: Edge): string {
  return keyOf(kind, name);
}

function sourceKey({ sourceKind, source }: Edge): string {
  return keyOf(sourceKind, source);
}

function reach(edges: Edge[], start: string, here: (edge: Edge) => string, there: (edge: Edge) => string): Set<string> {
  const reached = new Set<string>();
  const waiting = [start];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    for (const edge of edges.filter((edge) => here(edge) === key && !reached.has(there(edge)))) {
      reached.add(there(edge));
      waiting.push(there(edge));
    }
  }
  reached.delete(start);
  return reached;
}

/** Places everything that the edges name. The same edges give the same drawing. */
export function drawLineage(edges: Edge[]): Drawing {
  const links = edges.map((edge) => ({ from: derivedKey(edge), to: sourceKey(edge) }));
  const layers = orderLayers(layerNodes(edges, links), links);
  const nodes = layers.flatMap((layer, at) => layer.map((node, row) => ({ ...node, layer: at, row })));
  return { nodes, links, numLayers: layers.length, numRows: Math.max(0, ...layers.map((layer) => layer.length)) };
}

type Node = Pick<PlacedNode, "key" | "kind" | "name">;

/** Layers from the left: first the kinds in their order, within views those first that no other of them reads. */
function layerNodes(edges: Edge[], links: Link[]): Node[][] {
  const nodes = new Map<string, Node>();
  for (const edge of edges) {
    for (const [kind, name] of [[edge.kind, edge.name], [edge.sourceKind, edge.source]] as [SourceKind, string][]) {
      nodes.set(keyOf(kind, name), { key: keyOf(kind, name), kind, name });
    }
  }
  const depths = depthsWithinKind(nodes, links);
  return KINDS.flatMap((kind) => {
    const ofKind = [...nodes.values()].filter((node) => node.kind === kind);
    const deepest = Math.max(-1, ...ofKind.map((node) => depths.get(node.key) ?? 0));
    return Array.from({ length: deepest + 1 }, (_, depth) => ofKind.filter((node) => depths.get(node.key) === depth));
  });
}

/** How many of its own kind stand above each, on the longest way. A circle, which lineage has none of, ends at once. */
function depthsWithinKind(nodes: Map<string, Node>, links: Link[]): Map<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (key: string, way: string[]): number => {
    const known = depths.get(key);
    if (known !== undefined) return known;
    const kind = nodes.get(key)?.kind;
    const above = links.filter(({ from, to }) => to === key && nodes.get(from)?.kind === kind && !way.includes(from));
    const depth = Math.max(0, ...above.map(({ from }) => 1 + depthOf(from, [...way, key])));
    depths.set(key, depth);
    return depth;
  };
  for (const key of nodes.keys()) depthOf(key, []);
  return depths;
}

/** Orders each layer by the mean place of its neighbours, from the left and from the right in turn. */
function orderLayers(layers: Node[][], links: Link[]): Node[][] {
  const ordered = layers.map((layer) => [...layer].sort((a, b) => (a.name < b.name ? -1 : 1)));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const rows = new Map(ordered.flatMap((layer) => layer.map((node, row) => [node.key, place(row, layer)] as const)));
    const fromLeft = sweep % 2 === 0;
    for (const layer of fromLeft ? ordered : ordered.toReversed()) {
      const means = new Map(layer.map((node) => [node.key, meanOfNeighbours(node.key, links, rows, fromLeft)]));
      layer.sort((a, b) => means.get(a.key)! - means.get(b.key)! || (a.name < b.name ? -1 : 1));
      layer.forEach((node, row) => rows.set(node.key, place(row, layer)));
    }
  }
  return ordered;
}

/** A row as a share of its layer's height, so that short layers and long ones compare. */
function place(row: number, layer: Node[]): number {
  return (row + 0.5) / layer.length;
}

function meanOfNeighbours(key: string, links: Link[], rows: Map<string, number>, fromLeft: boolean): number {
  const neighbours = links
    .filter((link) => (fromLeft ? link.to : link.from) === key)
    .map((link) => rows.get(fromLeft ? link.from : link.to) ?? 0);
  if (neighbours.length === 0) return rows.get(key) ?? 0;
  return neighbours.reduce((sum, row) => sum + row, 0) / neighbours.length;
}
