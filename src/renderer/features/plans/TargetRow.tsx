/** One target; opened, it shows the files, links and folders that go with it. */
import ExpandLess from '@mui/icons-material/ExpandLess';
import ExpandMore from '@mui/icons-material/ExpandMore';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Skeleton from '@mui/material/Skeleton';
import TableCell from '@mui/material/TableCell';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { Drift, PlanView, Severity } from '#contract';
import { utcText } from '../../format/index.ts';
import { shownName } from '../../format/names.ts';
import { hasText, useText, type Text } from '../../i18n/index.ts';
import { useOperation } from '../../state/useOperation.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Said, useSaid } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Bytes, Instant, Mono } from '../../ui/values.tsx';
import type { Target } from './PlanTargets.tsx';

const resultSeverity = { done: 'ok', skipped_existing: 'attention', not_found: 'attention', error: 'blocked', not_started: 'attention', undone: 'neutral' } as const satisfies Record<string, Severity | 'neutral'>;
const plannedSeverity = { planned: 'neutral', skipped_existing: 'attention', not_found: 'attention', error: 'blocked' } as const satisfies Record<string, Severity | 'neutral'>;

function Status({ plan, target, drift }: { readonly plan: PlanView; readonly target: Target; readonly drift: readonly Drift[] }): ReactElement {
  const t = useText();
  const say = useSaid();
  if (target.result?.status === 'done' && plan.undo !== null && plan.undo.failed === 0) return <StatusChip severity="neutral" label={t('words.result_status.undone')} />;
  if (target.result !== null) return <StatusChip severity={resultSeverity[target.result.status]} label={t(`words.result_status.${target.result.status}`)} {...(target.result.error === null ? {} : { title: say({ text: target.result.error, notes: target.result.notes }) })} />;
  const first = drift[0];
  if (first !== undefined) return <StatusChip severity="attention" label={t(`words.drift.${first.change}`)} title={drift.map((one) => `${shownName(one.path)}: ${say({ text: one.detail, notes: one.notes })}`).join('\n')} />;
  return <StatusChip severity={plannedSeverity[target.status]} label={t(`words.target_status.${target.status}`)} {...(target.error === null ? {} : { title: say({ text: target.error, notes: target.notes }) })} />;
}

const reasonText = (t: Text, { code, value }: Target['reasons'][number]): string => {
  if ((code === 'since' || code === 'until' || code === 'expired') && value !== null) return `${t(`plans.reason.${code}`)}: ${utcText(value)}`;
  if (code === 'older_than' && value !== null) return t('plans.older_than', { count: Number.parseInt(value, 10) });
  const key = `plans.reason.${code}`;
  const word = hasText(key) ? t(key) : code;
  return value === null || value === '' ? word : `${word}: ${shownName(value)}`;
};

const itemsShown = 50;

function Items({ plan, target }: { readonly plan: PlanView; readonly target: Target }): ReactElement {
  const t = useText();
  const [limit, setLimit] = useState(itemsShown);
  const items = useOperation('plans.items', { id: plan.id, target: target.n, limit });
  if (items.error !== null) return <ErrorNotice error={items.error} onRetry={items.reload} />;
  if (items.data === null) return <Skeleton height={60} />;
  const { total_count } = items.data.pagination;
  return (
    <>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }} aria-label={t('plans.items', { path: target.relative_path })}>
        {items.data.items.map((item) => (
          <Box component="li" key={item.path} sx={{ display: 'flex', gap: 2 }}>
            <Box sx={{ flex: 1, minWidth: 0 }}><Mono>{item.path}</Mono></Box>
            <Typography variant="caption" sx={{ width: 90 }}>{t(`words.item_kind.${item.kind}`)}</Typography>
            <Typography variant="caption" sx={{ width: 90, textAlign: 'right' }}><Bytes value={item.size} /></Typography>
          </Box>
        ))}
      </Box>
      {total_count > items.data.items.length ? <Button onClick={() => setLimit(Math.min(1000, limit * 4))}>{t('plans.more_items', { count: total_count - items.data.items.length })}</Button> : null}
    </>
  );
}

interface TargetRowProps {
  readonly plan: PlanView;
  readonly target: Target;
  readonly drift: readonly Drift[];
  readonly open: boolean;
  readonly onToggle: () => void;
}

export function TargetRow({ plan, target, drift, open, onToggle }: TargetRowProps): ReactElement {
  const t = useText();
  const problem = target.result?.error ?? target.error;
  const notes = (target.result?.error ?? null) === null ? target.notes : target.result?.notes;
  const label = t(open ? 'plans.hide_items' : 'plans.show_items', { path: target.relative_path });
  return (
    <>
      <TableRow hover sx={{ '& > td': { borderBottom: open ? 0 : undefined }, ...(drift.length > 0 ? { bgcolor: 'action.selected' } : {}) }}>
        <TableCell sx={{ p: 0.5 }}>
          <IconButton size="small" aria-label={label} aria-expanded={open} onClick={onToggle}>{open ? <ExpandLess fontSize="small" /> : <ExpandMore fontSize="small" />}</IconButton>
        </TableCell>
        <TableCell sx={{ overflowWrap: 'anywhere', minWidth: 240 }} title={shownName(target.absolute_path)}>
          {shownName(target.relative_path)}
          {target.destination === null ? null : <Typography variant="caption" component="div" color="text.secondary">→ <Mono>{target.destination}</Mono></Typography>}
          {problem === null ? null : <Typography variant="caption" component="div" color="error"><Said text={problem} notes={notes} /></Typography>}
        </TableCell>
        <TableCell align="right">{target.files}</TableCell>
        <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}><Bytes value={target.bytes} /></TableCell>
        <TableCell sx={{ whiteSpace: 'nowrap' }}>{target.updated_at === null ? '–' : <Instant value={target.updated_at} />}</TableCell>
        <TableCell><Status plan={plan} target={target} drift={drift} /></TableCell>
        <TableCell>{target.reasons.map((reason) => reasonText(t, reason)).join('; ')}</TableCell>
      </TableRow>
      {open ? <TableRow><TableCell /><TableCell colSpan={6}><Items plan={plan} target={target} /></TableCell></TableRow> : null}
    </>
  );
}
