//! Which rows of a long table are in sight.
//!
//! Browsers end an element at some 17 million pixels (Firefox) or 33 million (Chromium), which is
//! below a million rows, and Firefox lets go of a sticky head at half of that. A taller table is scaled: the scroll bar covers all rows, and one pixel
//! of it stands for more than one pixel of rows. What is in sight always stands at its place.
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** The height of every row of a virtual table, in pixels; parts.css sets the same. */
export const ROW_HEIGHT = 28;

/** The tallest body, in pixels, below every browser's limit. */
const BODY_HEIGHT_MAX = 8_000_000;

/** Rows drawn above and below what is in sight. */
const MARGIN_ROWS = 8;

export interface Window {
  /** The rows drawn: from `first` up to but not `end`. */
  first: number;
  end: number;
  /** Heights that stand for the rows above and below, in pixels. */
  above: number;
  below: number;
  /** Whole rows in sight at once. */
  pageRows: number;
  onScroll(): void;
  /** Scrolls so that a row is in sight. */
  reveal(row: number): void;
}

/** What is to be drawn of `numRows` rows where the body is scrolled by `scrollTop` in a height of `viewHeight`. */
export function windowAt(
  numRows: number,
  scrollTop: number,
  viewHeight: number,
): Pick<Window, "first" | "end" | "above" | "below"> {
  const bodyHeight = Math.min(numRows * ROW_HEIGHT, BODY_HEIGHT_MAX);
  const topRow = (Math.max(0, scrollTop) * scaleOf(numRows, viewHeight)) / ROW_HEIGHT;
  const bottomRow = topRow + viewHeight / ROW_HEIGHT;
  // Beside the ends of a scaled table there is room for fewer rows: more would push those in sight from their place.
  const roomAbove = Math.floor(scrollTop / ROW_HEIGHT);
  const roomBelow = Math.floor((bodyHeight - scrollTop - viewHeight) / ROW_HEIGHT);
  const first = Math.min(numRows, Math.max(0, Math.floor(topRow) - marginOf(roomAbove)));
  const end = Math.min(numRows, Math.ceil(bottomRow) + marginOf(roomBelow));
  const above = Math.max(
    0,
    Math.min(scrollTop - (topRow - first) * ROW_HEIGHT, bodyHeight - (end - first) * ROW_HEIGHT),
  );
  const below = Math.max(0, bodyHeight - above - (end - first) * ROW_HEIGHT);
  return { first, end, above, below };
}

/** How many rows are drawn beside those in sight where there is room for so many, one of which may be cut. */
function marginOf(roomRows: number): number {
  return Math.max(0, Math.min(MARGIN_ROWS, roomRows - 1));
}

/** How many pixels of rows one pixel of scrolling stands for; 1 where the table is not too tall. */
function scaleOf(numRows: number, viewHeight: number): number {
  const rowsHeight = numRows * ROW_HEIGHT;
  if (rowsHeight <= BODY_HEIGHT_MAX) return 1;
  return (rowsHeight - viewHeight) / (BODY_HEIGHT_MAX - viewHeight);
}

export function useWindow(scroller: RefObject<HTMLDivElement | null>, numRows: number, virtual: boolean): Window {
  const [place, setPlace] = useState({ scrollTop: 0, viewHeight: 600 });
  const measure = () => {
    const element = scroller.current;
    if (!element || !virtual) return;
    const headHeight = element.querySelector("thead")?.offsetHeight ?? 0;
    const next = { scrollTop: element.scrollTop, viewHeight: element.clientHeight - headHeight };
    setPlace((place) => (place.scrollTop === next.scrollTop && place.viewHeight === next.viewHeight ? place : next));
  };
  useLayoutEffect(() => {
    if (!virtual || !scroller.current) return;
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(scroller.current);
    return () => watch.disconnect();
  }, [virtual]);

  const { scrollTop, viewHeight } = place;
  const shown = virtual ? windowAt(numRows, scrollTop, viewHeight) : { first: 0, end: numRows, above: 0, below: 0 };
  const reveal = (row: number) => {
    const element = scroller.current;
    if (!element || !virtual) return;
    const scale = scaleOf(numRows, viewHeight);
    const top = (row * ROW_HEIGHT) / scale;
    const bottom = ((row + 1) * ROW_HEIGHT - viewHeight) / scale;
    if (element.scrollTop > top) element.scrollTop = Math.floor(top);
    else if (element.scrollTop < bottom) element.scrollTop = Math.ceil(bottom);
  };
  return { ...shown, pageRows: Math.max(1, Math.floor(viewHeight / ROW_HEIGHT) - 1), onScroll: measure, reveal };
}
