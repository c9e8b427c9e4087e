//! A figure with its name: a link to more of it where there is more.
import type { ComponentChildren } from "preact";
import { Sign } from "./Sign.tsx";
import type { Level } from "./Sign.tsx";

export interface TileProps {
  title: string;
  /** The figure, formatted. */
  value: string;
  level?: Level | null;
  href?: string;
  children?: ComponentChildren;
}

export function Tile({ title, value, level, href, children }: TileProps) {
  return (
    <div class={level ? `tile ${level}` : "tile"}>
      <div class="tile-head">
        <h3>{href ? <a href={href}>{title}</a> : title}</h3>
        {level && level !== "info" && <Sign level={level} />}
      </div>
      <p class="tile-value">{value}</p>
      {children}
    </div>
  );
}
