//! One request to the server's HTTP door.
import { errorOf } from "./errors.ts";

export { ApiError } from "./errors.ts";

export interface RequestOptions {
  /** GET where nothing is said. */
  method?: string;
  /** Sent as the JSON body. */
  json?: unknown;
  signal?: AbortSignal;
}

/** Asks and reads the whole answer: JSON parsed, anything else as text. Throws `ApiError`. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await open(path, options);
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return (isJson ? await response.json() : await response.text()) as T;
}

/** Asks and answers with the response once its head is there. Throws `ApiError` where it refuses. */
export async function open(path: string, { method = "GET", json, signal }: RequestOptions): Promise<Response> {
  const response = await fetch(path, {
    method,
    signal: signal ?? null,
    ...(json === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(json) }),
  });
  if (!response.ok) throw await errorOf(response);
  return response;
}
