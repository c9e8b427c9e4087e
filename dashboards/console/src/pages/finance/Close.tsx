//! Closing a month: what stands in the way, preparing its pack, and approval by somebody else.
import { useState } from "preact/hooks";
import { asApiError } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { useRequest } from "../../api/use.ts";
import { formatMinute, formatMonth } from "../../format/times.ts";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { approveClose, closePath, prepareClose } from "./closes.ts";
import type { MonthState } from "./closes.ts";
import { ConfirmClose } from "./ConfirmClose.tsx";
import type { Month } from "./months.ts";
import { PackFiles } from "./PackFiles.tsx";
import type { Share } from "./pivot.ts";
import { Signature } from "./Signature.tsx";
import { useFinanceWords } from "./words.ts";

export interface CloseProps {
  month: Month;
  shares: (Share & { currency: string })[];
  onChanged(): void;
}

export function Close({ month, shares, onChanged }: CloseProps) {
  const words = useFinanceWords();
  const language = useLanguage();
  const [error, setError] = useState<ApiError>();
  const [done, setDone] = useState("");
  const [busy, setBusy] = useState(false);
  const [approver, setApprover] = useState("");
  const name = formatMonth(month.month, language);
  const take = async (step: () => Promise<unknown>, said: string) => {
    setBusy(true);
    setError(undefined);
    try {
      await step();
      setDone(said);
      onChanged();
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(false);
      setApprover("");
    }
  };
  const prepare = (principal: string) => void take(() => prepareClose(month.month, principal), words.preparedNow);
  const approve = () => void take(() => approveClose(month.month, approver, month.close_id ?? ""), fill(words.closedNow, { month: name }));
  return (
    <section class="sheet">
      <h2>{fill(words.closing, { month: name })}</h2>
      <div role="status">{done && <Notice level="ok" title={done} />}</div>
      {error && <ErrorNotice error={error} />}
      {month.status === "closed" && <Closed month={month} />}
      {month.status === "open" && <Open month={month} busy={busy} onPrepare={prepare} />}
      {month.status === "prepared" && <Prepared month={month} busy={busy} onPrepare={prepare} onApprove={setApprover} />}
      {approver && <ConfirmClose month={month.month} shares={shares} pack={month.close_id ?? ""} onConfirm={approve} onClose={() => setApprover("")} />}
    </section>
  );
}

function Closed({ month }: { month: Month }) {
  const words = useFinanceWords();
  return (
    <>
      <Notice level="ok" title={fill(words.closed, { prepared: month.prepared_by ?? "", approved: month.approved_by ?? "" })} />
      <PackFiles month={month.month} pack={month.close_id ?? ""} />
    </>
  );
}

function Open({ month, busy, onPrepare }: { month: Month; busy: boolean; onPrepare(principal: string): void }) {
  const words = useFinanceWords();
  const preview = useRequest<MonthState>(closePath(month.month));
  if (preview.error) return <ErrorNotice error={preview.error} onRetry={preview.reload} />;
  if (!preview.value) return <Loading />;
  const { obstacles } = preview.value;
  if (obstacles.length > 0) {
    return <Notice level="warn" title={words.obstacles}><ul lang="en">{obstacles.map((obstacle) => <li key={obstacle}>{obstacle}</li>)}</ul></Notice>;
  }
  return (
    <>
      <Notice level="info" title={words.ready}><p>{words.principalHint}</p></Notice>
      <Signature action={words.prepare} busy={busy} onSign={onPrepare} />
    </>
  );
}

interface PreparedProps {
  month: Month;
  busy: boolean;
  onPrepare(principal: string): void;
  /** Called with who is about to approve. */
  onApprove(principal: string): void;
}

function Prepared({ month, busy, onPrepare, onApprove }: PreparedProps) {
  const words = useFinanceWords();
  const language = useLanguage();
  const zone = useZone();
  const at = formatMinute(month.prepared_at ?? "", zone, language);
  return (
    <>
      <Notice level="info" title={fill(words.waits, { by: month.prepared_by ?? "", at })} />
      <PackFiles month={month.month} pack={month.close_id ?? ""} />
      <Signature action={words.approve} busy={busy} not={month.prepared_by ?? ""} onSign={onApprove} />
      <details>
        <summary>{words.prepareAgain}</summary>
        <Signature action={words.prepareAgain} busy={busy} onSign={onPrepare} />
      </details>
    </>
  );
}
