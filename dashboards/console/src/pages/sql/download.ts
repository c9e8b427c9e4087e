//! Streams an answer into a file of the browser's downloads.
import { open } from "../../api/request.ts";

/** A form of the server's that programs read. */
export type FileFormat = "csv" | "arrow" | "jsonl";

/** How often the size is told while it grows, in milliseconds. */
const TOLD_EVERY_MS = 200;

/** Asks in a format and saves the answer, telling its bytes so far. An answer that breaks off is not saved. */
export async function download(sql: string, format: FileFormat, onBytes: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const response = await open(`/v1/sql?format=${format}`, { method: "POST", json: { sql }, signal });
  const counted = response.body!.pipeThrough(counter(onBytes));
  // The browser keeps a large blob on disk, not in memory.
  const blob = await new Response(counted).blob();
  save(new Blob([blob], { type: response.headers.get("content-type") ?? "" }), `tidemark-${timestamp(new Date())}.${format}`);
}

function counter(onBytes: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  let toldAt = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (performance.now() - toldAt > TOLD_EVERY_MS) {
        toldAt = performance.now();
        onBytes(bytes);
      }
      controller.enqueue(chunk);
    },
  });
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download reads the address once it starts; it may go after that.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Local time as `20260331-235959`, for names of files. */
export function timestamp(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}
