//! A sentence that the server wrote, in the reader's language.
import { useEffect, useMemo } from "preact/hooks";
import { kpiTitle, useKpis } from "../kpis/catalogue.ts";
import { cityName, useCities } from "../shell/place.ts";
import { createStore, useStore } from "../store.ts";
import { useLanguage } from "../words/index.ts";
import type { Piece } from "../words/sentences.ts";

interface SentenceProps {
  text: string;
  /** Whether there may be no room for all of it: then whoever points at it is shown the whole. */
  isCut?: boolean;
}

/** Who reads English never fetches what translates. */
const translator = createStore<typeof import("../words/sentences.ts").translate | null>(null);

export function Sentence(props: SentenceProps) {
  return useLanguage() === "en" ? <Said {...props} pieces={[{ text: props.text, isEnglish: false }]} /> : <Translated {...props} />;
}

/** English until the translator is there. */
function Translated({ text, isCut }: SentenceProps) {
  const language = useLanguage();
  const kpis = useKpis();
  const cities = useCities();
  const translate = useStore(translator);
  useEffect(() => {
    if (translate) return;
    import("../words/sentences.ts").then(
      (module) => translator.set(module.translate),
      // It stays English, and the next page tries again.
      () => undefined,
    );
  }, []);
  const pieces = useMemo(() => {
    const nameOf = (id: string) => cityName(cities, kpiTitle(kpis, id, language), language);
    return translate ? translate(text, language, nameOf) : [{ text, isEnglish: true }];
  }, [text, language, kpis, cities, translate]);
  return <Said text={text} isCut={isCut} pieces={pieces} />;
}

function Said({ isCut, pieces }: SentenceProps & { pieces: Piece[] }) {
  return (
    <span title={isCut ? pieces.map(({ text }) => text).join("") : undefined}>
      {pieces.map(({ text, isEnglish }) => (isEnglish ? <span lang="en">{text}</span> : text))}
    </span>
  );
}
