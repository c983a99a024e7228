/** Types of journal entries in words, where the dictionary knows them; others are shown as the journal has them. */
import { hasText, type Text } from '../../i18n/index.ts';

export function entryTypeText(t: Text, type: string): string {
  const key = `words.entry_type.${type.replaceAll('.', '_')}`;
  return hasText(key) ? t(key) : type;
}
