/** The last changes of models, cycles and trainings, each with what the guardrails said at that moment. */
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Tab from '@mui/material/Tab';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Tabs from '@mui/material/Tabs';
import { useState, type ReactElement, type ReactNode } from 'react';
import type { OperationOutput } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Instant } from '../../ui/values.tsx';
import { Card } from './Card.tsx';
import { cycleSeverity, promotionText } from './words.ts';

type Answer = OperationOutput<'automode.events'>;
const lists = ['changes', 'cycles', 'trainings'] as const;
type List = (typeof lists)[number];

function Guarded({ active, killed }: { readonly active: boolean | null; readonly killed: boolean | null }): ReactElement {
  const t = useText();
  if (killed === true) return <StatusChip severity="blocked" label={t('automode.guarded.kill_switch')} />;
  if (active === true) return <StatusChip severity="attention" label={t('automode.guarded.yes')} />;
  return active === null ? <StatusChip severity="unknown" label={t('automode.guarded.unknown')} /> : <StatusChip severity="ok" label={t('automode.guarded.no')} />;
}

function Rows({ label, heads, children }: { readonly label: string; readonly heads: readonly string[]; readonly children: ReactNode }): ReactElement {
  return (
    <Table aria-label={label} sx={{ '& td, & th': { px: 1 } }}>
      <TableHead><TableRow>{heads.map((head) => <TableCell key={head}>{head}</TableCell>)}</TableRow></TableHead>
      <TableBody>{children}</TableBody>
    </Table>
  );
}

function Changes({ events }: { readonly events: Answer['model_events'] }): ReactElement {
  const t = useText();
  const heads = [t('automode.column.at'), t('automode.column.model'), t('automode.column.version'), t('automode.column.how'), t('automode.column.guardrail'), t('automode.column.reason')];
  if (events.length === 0) return <Empty title={t('automode.no_changes')} hint={t('automode.no_changes_hint')} />;
  return (
    <Rows label={t('automode.list.changes')} heads={heads}>
      {events.map((one) => (
        <TableRow key={`${one.at} ${one.model} ${one.version ?? ''}`}>
          <TableCell sx={{ whiteSpace: 'nowrap' }}><Instant value={one.at} /></TableCell>
          <TableCell>{one.model}</TableCell>
          <TableCell>{one.previous_version === null ? one.version : `${one.previous_version} → ${one.version ?? '–'}`}</TableCell>
          <TableCell>{one.mode === 'manual' || one.mode === 'auto' || one.mode === 'rollback' || one.mode === 'undo' ? t(`automode.mode.${one.mode}`) : one.mode ?? '–'}{one.by === null ? '' : ` · ${one.by}`}</TableCell>
          <TableCell><Guarded active={one.guardrail_active} killed={one.kill_switch} /></TableCell>
          <TableCell>{one.reason ?? '–'}</TableCell>
        </TableRow>
      ))}
    </Rows>
  );
}

function Cycles({ cycles }: { readonly cycles: Answer['cycles'] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const heads = [t('automode.column.at'), t('automode.job'), t('automode.column.status'), t('automode.column.promotion'), t('automode.column.took'), t('automode.column.by')];
  if (cycles.length === 0) return <Empty title={t('automode.no_cycles')} hint={t('automode.no_cycles_hint')} />;
  return (
    <Rows label={t('automode.list.cycles')} heads={heads}>
      {cycles.map((one) => (
        <TableRow key={one.id}>
          <TableCell sx={{ whiteSpace: 'nowrap' }}><Instant value={one.started_at} /></TableCell>
          <TableCell>{one.job}</TableCell>
          <TableCell><StatusChip severity={cycleSeverity[one.status]} label={t(`automode.cycle_status.${one.status}`)} title={one.training?.reason ?? ''} /></TableCell>
          <TableCell>{promotionText(t, one)}</TableCell>
          <TableCell sx={{ whiteSpace: 'nowrap' }}>{one.duration_seconds === null ? '–' : format.duration(one.duration_seconds * 1000)}</TableCell>
          <TableCell>{one.started_by}</TableCell>
        </TableRow>
      ))}
    </Rows>
  );
}

function Trainings({ events }: { readonly events: Answer['retraining_events'] }): ReactElement {
  const t = useText();
  const heads = [t('automode.column.at'), t('automode.job'), t('automode.column.status'), t('automode.column.guardrail'), t('automode.column.reason')];
  if (events.length === 0) return <Empty title={t('automode.no_trainings')} hint={t('automode.no_trainings_hint')} />;
  return (
    <Rows label={t('automode.list.trainings')} heads={heads}>
      {events.map((one) => (
        <TableRow key={`${one.at} ${one.job} ${one.record_id ?? ''}`}>
          <TableCell sx={{ whiteSpace: 'nowrap' }}><Instant value={one.at} /></TableCell>
          <TableCell>{one.job}</TableCell>
          <TableCell><StatusChip severity={one.status === 'success' ? 'ok' : 'blocked'} label={t(`automode.training_status.${one.status}`)} /></TableCell>
          <TableCell><Guarded active={one.guardrail_active} killed={one.kill_switch} /></TableCell>
          <TableCell>{one.reason ?? '–'}</TableCell>
        </TableRow>
      ))}
    </Rows>
  );
}

export function Events(): ReactElement {
  const t = useText();
  const [list, setList] = useState<List>('changes');
  const answer = useOperation('automode.events', { limit: 25 }, ['automode.changed', 'models.changed', 'retraining.changed']);
  return (
    <Card title={t('automode.events')}>
      <Tabs value={list} onChange={(_event, next: List) => setList(next)} aria-label={t('automode.events')}>
        {lists.map((one) => <Tab key={one} value={one} label={t(`automode.list.${one}`)} />)}
      </Tabs>
      {answer.error === null ? null : <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {answer.data === null && answer.error === null ? <Skeleton variant="rounded" height={160} /> : null}
      {answer.data === null ? null : (
        <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t(`automode.list.${list}`)}>
          {list === 'changes' ? <Changes events={answer.data.model_events} /> : list === 'cycles' ? <Cycles cycles={answer.data.cycles} /> : <Trainings events={answer.data.retraining_events} />}
        </Box>
      )}
    </Card>
  );
}
