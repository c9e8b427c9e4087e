//! Where the boxes and lines of a lineage drawing stand, in pixels, and where arrow keys lead.
import type { SourceKind } from "./catalogue.ts";
import type { Drawing } from "./lineage.ts";

/** The place of a box. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** All places, and what each column holds. */
export interface Layout {
  width: number;
  height: number;
  boxes: Map<string, Box>;
  headings: { kind: SourceKind; x: number }[];
}

const BOX_HEIGHT = 26;
const ROW_HEIGHT = 36;
const HEADING_HEIGHT = 24;
const GAP = 56;
/** The width of a letter of the monospaced face at 12 pixels, and the margins of a box. */
const LETTER_WIDTH = 7.4;
const BOX_MARGIN = 20;

/** Lays the columns out side by side, each as wide as its longest name and centred in height. */
export function layOut({ nodes, numLayers, numRows }: Drawing): Layout {
  const boxes = new Map<string, Box>();
  const headings: Layout["headings"] = [];
  let x = 0;
  for (let layer = 0; layer < numLayers; layer += 1) {
    const inLayer = nodes.filter((node) => node.layer === layer);
    const width = Math.ceil(Math.max(0, ...inLayer.map(({ name }) => name.length)) * LETTER_WIDTH + BOX_MARGIN);
    const top = HEADING_HEIGHT + ((numRows - inLayer.length) * ROW_HEIGHT) / 2;
    for (const { key, row } of inLayer) boxes.set(key, { x, y: top + row * ROW_HEIGHT, width, height: BOX_HEIGHT });
    const kind = inLayer[0]?.kind;
    if (kind && kind !== headings.at(-1)?.kind) headings.push({ kind, x });
    x += width + GAP;
  }
  return { width: Math.max(0, x - GAP), height: HEADING_HEIGHT + numRows * ROW_HEIGHT, boxes, headings };
}

/** The path of a line from the right side of a box to the left side of another. */
export function lineOf(from: Box, to: Box): string {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  const bend = Math.max(GAP / 2, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** The key of the thing that an arrow leads to: along a line to the side, within the column up and down. */
export function nextNode({ nodes, links }: Drawing, at: string, key: string): string | undefined {
  const here = nodes.find((node) => node.key === at);
  if (!here) return undefined;
  switch (key) {
    case "ArrowRight": return links.find(({ from }) => from === at)?.to;
    case "ArrowLeft": return links.find(({ to }) => to === at)?.from;
    case "ArrowDown": return nodes.find(({ layer, row }) => layer === here.layer && row === here.row + 1)?.key;
    case "ArrowUp": return nodes.find(({ layer, row }) => layer === here.layer && row === here.row - 1)?.key;
    default: return undefined;
  }
}
