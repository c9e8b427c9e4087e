//! Addresses of the catalogue's pages.
import { hrefOf } from "../../router.ts";
import type { SourceKind } from "./catalogue.ts";

/** The parts of the catalogue, as the address names them. */
export type Section = "relations" | "kpis" | "glossary";

/** The list of a part. */
export function hrefOfSection(section: Section, parameters: Record<string, string> = {}): string {
  return hrefOf("catalog", [], { part: section === "relations" ? "" : section, ...parameters });
}

/** Where a relation is described. */
export function hrefOfRelation(name: string): string {
  return hrefOf("catalog", [name]);
}

/** Where a KPI is described. */
export function hrefOfKpi(name: string): string {
  return hrefOf("catalog", ["kpi", name]);
}

/** Where a thing of the catalogue is described; streams and topics are drawn, but have no page. */
export function hrefOfSource(kind: SourceKind, name: string): string | undefined {
  if (kind === "kpi") return hrefOfKpi(name);
  return kind === "stream" || kind === "topic" ? undefined : hrefOfRelation(name);
}

/** A name as SQL writes it: quoted where it is not plain. */
export function sqlName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
