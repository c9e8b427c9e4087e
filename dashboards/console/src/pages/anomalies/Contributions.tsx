//! What each part added to the change: bars from the middle, and the figures beside them in one table.
import { formatCell, formatDecimal, NO_VALUE } from "../../format/numbers.ts";
import { Sentence } from "../../parts/Sentence.tsx";
import { fill, useLanguage } from "../../words/index.ts";
import { barLengths } from "./contributions.ts";
import type { Explanation } from "./contributions.ts";
import { useAnomalyWords, valueWord } from "./words.ts";

/** Half of a bar's room, in units of its drawing. */
const HALF = 50;

export function Contributions({ explanation: { by, contributions } }: { explanation: Explanation }) {
  const words = useAnomalyWords();
  const language = useLanguage();
  if (by === null || contributions.length === 0) return null;
  const lengths = barLengths(contributions);
  return (
    <table class="contributions">
      <caption>{fill(words.contributions, { by: valueWord(words, "by", by) })}</caption>
      <thead>
        <tr><th scope="col">{words.part}</th><td /><th scope="col" class="number">{words.added}</th><th scope="col" class="number">{words.share}</th></tr>
      </thead>
      <tbody>
        {contributions.map(({ label, added, sharePercent }, at) => (
          <tr key={label}>
            <th scope="row"><Sentence text={label} /></th>
            <td><Bar length={lengths[at]!} isRise={!added.startsWith("-")} /></td>
            <td class="number">{signed(added, formatCell(added.replace(/^[+-]/, ""), { name: "", type: "numeric" }, language))}</td>
            <td class="number">{sharePercent === null ? NO_VALUE : formatDecimal(sharePercent / 100, { style: "percent" }, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function signed(added: string, size: string): string {
  return added.startsWith("-") ? `−${size}` : `+${size}`;
}

/** A fall goes to the left, a rise to the right; both also have a colour of their own. */
function Bar({ length, isRise }: { length: number; isRise: boolean }) {
  const width = length * HALF;
  return (
    <svg class="bar" viewBox={`0 0 ${2 * HALF} 10`} preserveAspectRatio="none" aria-hidden="true">
      <rect class={isRise ? "rise" : "fall"} x={isRise ? HALF : HALF - width} y="1" width={width} height="8" />
      <line x1={HALF} x2={HALF} y1="0" y2="10" />
    </svg>
  );
}
