//! What goes wrong between the console and the server, as one kind of error.

/** An error as the server words it: what happened, and what to do about it. */
export class ApiError extends Error {
  constructor(
    /** A stable word for programs, e.g. `unknown_relation`. */
    readonly code: string,
    message: string,
    /** What to do about it; may be empty. */
    readonly hint: string,
    /** The HTTP status; 0 where no answer came. */
    readonly status: number,
    /** The whole answer, where it says more than the error: refused rows, problems of a document. */
    readonly body?: unknown,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** True of the error that follows an abort: nobody waits for the answer any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The error that a refusing answer carries. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as { error: { code: string; message: string; hint?: string } };
    return new ApiError(body.error.code, body.error.message, body.error.hint ?? "", response.status, body);
  } catch {
    return new ApiError("unexpected_answer", text || response.statusText, "", response.status);
  }
}

/** Any thrown thing as an `ApiError`: a refused connection becomes `unreachable`. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TypeError) {
    return new ApiError("unreachable", error.message, "", 0);
  }
  return new ApiError("internal", error instanceof Error ? error.message : String(error), "", 0);
}
