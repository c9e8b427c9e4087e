//! Lineage as a drawing whose things are links: Tab goes to it, arrows move along its lines.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { navigate } from "../../router.ts";
import type { Edge } from "./catalogue.ts";
import { drawLineage, keyOf } from "./lineage.ts";
import type { PlacedNode } from "./lineage.ts";
import { layOut, lineOf, nextNode } from "./layout.ts";
import type { Box, Layout } from "./layout.ts";
import { hrefOfSource } from "./places.ts";
import { KIND_WORDS, useCatalogWords } from "./words.ts";

export interface GraphProps {
  /** The steps that are drawn. */
  edges: Edge[];
  /** The key of what it is the lineage of. */
  of: string;
  title: string;
}

export function Graph({ edges, of, title }: GraphProps) {
  const drawing = useMemo(() => drawLineage(edges), [edges]);
  const [at, setAt] = useState(of);
  const svg = useRef<SVGSVGElement>(null);
  const layout = layOut(drawing);
  const move = (event: KeyboardEvent) => {
    const next = nextNode(drawing, at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
    svg.current?.querySelector<SVGElement>(`[data-key="${CSS.escape(next)}"]`)?.focus();
  };
  useEffect(() => {
    const frame = svg.current?.parentElement;
    const subject = layout.boxes.get(of);
    // A wide drawing opens where its subject is.
    if (frame && subject) frame.scrollLeft = subject.x + subject.width / 2 - frame.clientWidth / 2;
  }, [of]);
  const near = new Set(drawing.links.flatMap(({ from, to }) => (from === at || to === at ? [from, to] : [])));
  return (
    <>
      <div class="sheet catalog-graph">
        <svg ref={svg} viewBox={`0 0 ${layout.width} ${layout.height}`} width={layout.width} height={layout.height} role="group" aria-label={title} onKeyDown={move}>
          <Headings layout={layout} />
          {drawing.links.map(({ from, to }) => (
            <path key={`${from} ${to}`} class={from === at || to === at ? "near" : undefined} d={lineOf(layout.boxes.get(from)!, layout.boxes.get(to)!)} />
          ))}
          {drawing.nodes.map((node) => (
            <Thing key={node.key} node={node} box={layout.boxes.get(node.key)!} isSubject={node.key === of} isNear={near.has(node.key)}
              tabbable={node.key === at} onReach={() => setAt(node.key)} />
          ))}
        </svg>
      </div>
      <ColumnsRead edges={edges.filter((edge) => keyOf(edge.kind, edge.name) === at)} />
    </>
  );
}

/** Which columns the thing in hand reads of its sources. */
function ColumnsRead({ edges }: { edges: Edge[] }) {
  const words = useCatalogWords();
  const read = edges.filter(({ columns }) => columns !== "");
  if (read.length === 0) return null;
  return (
    <dl class="catalog-facts" aria-label={words.columnsRead}>
      {read.map(({ name, source, columns }) => (
        <div key={source}><dt><code>{name}</code> ← <code>{source}</code></dt><dd><code>{columns.split(" ").join(", ")}</code></dd></div>
      ))}
    </dl>
  );
}

function Headings({ layout }: { layout: Layout }) {
  const words = useCatalogWords();
  return <>{layout.headings.map(({ kind, x }) => <text key={x} class="heading" x={x} y={14}>{words[KIND_WORDS[kind]]}</text>)}</>;
}

interface ThingProps {
  node: PlacedNode;
  box: Box;
  isSubject: boolean;
  isNear: boolean;
  tabbable: boolean;
  onReach(): void;
}

function Thing({ node: { key, kind, name }, box, isSubject, isNear, tabbable, onReach }: ThingProps) {
  const words = useCatalogWords();
  const href = hrefOfSource(kind, name);
  const follow = (event: MouseEvent) => {
    if (!href || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    navigate(href);
  };
  const classes = ["thing", kind, isSubject && "subject", isNear && "near"].filter(Boolean).join(" ");
  return (
    <a href={href} role="link" data-key={key} class={classes} tabIndex={tabbable ? 0 : -1} aria-current={isSubject ? "true" : undefined}
      aria-disabled={href ? undefined : "true"} aria-label={`${words[KIND_WORDS[kind]]} ${name}`} onClick={follow} onFocus={onReach} onMouseEnter={onReach}>
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={5} />
      <text x={box.x + 10} y={box.y + box.height / 2} dominant-baseline="central">{name}</text>
    </a>
  );
}
