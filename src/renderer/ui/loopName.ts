/** Background loops by the names that people know; a loop without one keeps its own. */
import { hasText, type Text } from '../i18n/index.ts';

export const loopName = (t: Text, name: string): string => {
  const key = `shell.loops.${name}`;
  return hasText(key) ? t(key) : name;
};
