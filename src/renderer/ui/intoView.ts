/** Brings what was opened by a click into view: it may stand below the edge of the page, where nobody would look for it. */
import { useEffect, useRef, type RefObject } from 'react';

/** `full` is true once it has its whole height. */
export function useIntoView<T extends HTMLElement>(full = true): RefObject<T | null> {
  const box = useRef<T>(null);
  useEffect(() => {
    if (full) box.current?.scrollIntoView({ block: 'nearest' });
  }, [full]);
  return box;
}
