//! Lines out of a streamed answer, as they arrive.

/** How long lines are worked on before the page may draw and answer its keys, in milliseconds. */
const WORK_MS = 30;

/**
 * Calls `onLines` with the whole lines of each chunk of `body`, without their ends. What follows the
 * last end of a line is half a line: it is left out.
 */
export async function readLines(body: ReadableStream<Uint8Array>, onLines: (lines: string[]) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let restedAt = performance.now();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    const whole = lines.filter((line) => line !== "");
    if (whole.length > 0) onLines(whole);
    if (performance.now() - restedAt > WORK_MS) {
      await letOthersWork();
      restedAt = performance.now();
    }
  }
}

/** Ends this turn of the event loop. A message is not slowed down in a hidden tab, as a timer would be. */
function letOthersWork(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
