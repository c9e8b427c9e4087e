//! The steps of a close over HTTP.
import { request } from "../../api/request.ts";

/** How a month stands, and what its pack holds. */
export interface MonthState {
  /** What stands in the way of closing it; empty where nothing does. */
  obstacles: string[];
  /** The files of the pack that waits or was approved. */
  files: { name: string; size_bytes: number }[];
}

export function closePath(month: string): string {
  return `/v1/closes/${encodeURIComponent(month)}`;
}

/** Where a file of the month's pack is. */
export function filePath(month: string, name: string): string {
  return `${closePath(month)}/files/${encodeURIComponent(name)}`;
}

/** Prepares the pack of a month. */
export function prepareClose(month: string, principal: string): Promise<unknown> {
  return request(closePath(month), { method: "POST", json: { principal } });
}

/** Closes a month by approving exactly this pack. */
export function approveClose(month: string, principal: string, pack: string): Promise<unknown> {
  return request(closePath(month), { method: "POST", json: { principal, approve: pack } });
}
