/** Numbers in the writing of the language. */
const withNumbers = (format: Format, params: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'number' && name !== 'port' ? format.number(value, 4) : String(value)]));

/** The sentence of a notification in the present language; an unknown kind is shown with its facts, never hidden. */
import type { Notification } from '#contract';
import type { Format } from '../../format/index.ts';
import { factWords } from '../../i18n/facts.ts';
import { hasText, type Text, type TextKey } from '../../i18n/index.ts';

export function notificationText(t: Text, format: Format, notification: Pick<Notification, 'kind' | 'params' | 'count'>): string {
  const key = `shell.notice.${notification.kind.replaceAll('.', '_')}`;
  const { operation, targets, findings, count: counted } = notification.params;
  const actKey = `plans.act.${String(operation).replaceAll('.', '_')}`;
  const act = hasText(actKey) ? t(actKey) : String(operation);
  const count = Number(targets ?? findings ?? counted ?? notification.count);
  if (hasText(`${key}_other`) || hasText(key)) return t(key as TextKey, { ...withNumbers(format, factWords(t, notification.params)), act, count });
  const facts = Object.entries(notification.params).map(([name, value]) => `${name}: ${String(value)}`);
  return [notification.kind, ...facts].join(' · ');
}
