/** States of models in the one form that states have: a severity with icon, word and colour. */
import type { ReactElement } from 'react';
import type { Severity } from '#contract';
import { hasText, useText } from '../../i18n/index.ts';
import { useSaid } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import type { ModelRow } from './place.ts';

export const healthSeverity = {
  ok: 'ok', degraded: 'blocked', no_champion: 'attention', unreadable: 'unknown', interrupted: 'blocked',
} as const satisfies Record<ModelRow['health'], Severity>;

export function HealthChip({ row }: { readonly row: Pick<ModelRow, 'health' | 'problems'> }): ReactElement {
  const t = useText();
  const title = useSaid()({ text: row.problems.join('\n'), notes: undefined });
  return <StatusChip severity={healthSeverity[row.health]} label={t(`models.health.${row.health}`)} title={title} />;
}

const reportSeverity: Readonly<Record<string, Severity | 'neutral'>> = { improved: 'ok', ok: 'ok', degraded: 'blocked', active: 'ok', challenger: 'neutral' };

/** Status that a quality report gives itself; a word that is not known is shown as it is. */
export function ReportChip({ status }: { readonly status: string | null }): ReactElement {
  const t = useText();
  if (status === null) return <>–</>;
  const key = `models.report_status.${status}`;
  return <StatusChip severity={reportSeverity[status] ?? 'neutral'} label={hasText(key) ? t(key) : status} />;
}

export function PinChip({ pin }: { readonly pin: ModelRow['pin'] }): ReactElement | null {
  const t = useText();
  if (pin === null || pin.status === 'released' || pin.status === 'expired') return null;
  return <StatusChip severity={pin.status === 'unreadable' ? 'unknown' : 'neutral'} label={t(`models.pin_status.${pin.status}`)} {...(pin.reason === null ? {} : { title: pin.reason })} />;
}

/** Values that other programs write: an instant as text, or nothing that can be shown. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
