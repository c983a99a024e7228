/** What was deleted and can come back: every entry, its files, restoring with a decision for each conflict. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useState, type ReactElement } from 'react';
import type { TrashEntry } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { goTo, usePlace } from '../../state/place.ts';
import { openPlan, useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { PageHead } from '../../ui/page.tsx';
import { useSaid } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Ago, Bytes, Instant } from '../../ui/values.tsx';
import { actName } from '../plans/sentence.ts';
import { mayDo } from '../../state/rights.ts';
import { TrashDrawer } from './TrashDrawer.tsx';

const severity = { present: 'ok', partly_restored: 'attention', incomplete: 'blocked', unreadable: 'blocked' } as const;

function EntryRow({ entry, chosen }: { readonly entry: TrashEntry; readonly chosen: boolean }): ReactElement {
  const t = useText();
  const format = useFormat();
  const say = useSaid();
  const open = (): void => goTo({ page: 'trash', entry: entry.id });
  return (
    <TableRow hover selected={chosen} onClick={open} sx={{ cursor: 'pointer' }}>
      <TableCell><Button sx={{ p: 0 }} onClick={open} aria-label={t('trash.open', { act: actName(entry.operation, t), id: entry.id })}>{actName(entry.operation, t)}</Button></TableCell>
      <TableCell><StatusChip severity={severity[entry.status]} label={t(`words.trash_status.${entry.status}`)} {...(entry.problem === null ? {} : { title: say({ text: entry.problem, notes: entry.problem_notes }) })} /></TableCell>
      <TableCell align="right">{format.number(entry.files)}</TableCell>
      <TableCell align="right"><Bytes value={entry.bytes} /></TableCell>
      <TableCell><Instant value={entry.created_at} /></TableCell>
      <TableCell>{entry.keep_until === null ? t('trash.kept_forever') : <Ago value={entry.keep_until} />}</TableCell>
      <TableCell>{entry.actor.name}</TableCell>
    </TableRow>
  );
}

function EntryTable({ entries, chosen }: { readonly entries: readonly TrashEntry[]; readonly chosen: string | null }): ReactElement {
  const t = useText();
  return (
    <Table stickyHeader aria-label={t('shell.pages.trash')} sx={{ bgcolor: 'background.paper', '& td, & th': { px: 1 } }}>
      <TableHead>
        <TableRow>
          <TableCell>{t('trash.column.act')}</TableCell><TableCell>{t('trash.column.status')}</TableCell><TableCell align="right">{t('trash.column.files')}</TableCell><TableCell align="right">{t('trash.column.size')}</TableCell>
          <TableCell>{t('trash.column.created')}</TableCell><TableCell>{t('trash.column.keep_until')}</TableCell><TableCell>{t('trash.column.actor')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>{entries.map((entry) => <EntryRow key={entry.id} entry={entry} chosen={entry.id === chosen} />)}</TableBody>
    </Table>
  );
}

export function Trash(): ReactElement {
  const t = useText();
  const format = useFormat();
  const place = usePlace();
  const { role, workspace } = useSnapshot();
  const [limit, setLimit] = useState(100);
  const list = useOperation('trash.list', { limit }, ['trash.changed']);
  const chosen = place.page === 'trash' ? place.entry : null;
  const mayEmpty = workspace.read_only === null && mayDo(role, 'trash.empty');
  const entries = list.data?.entries ?? [];
  const totals = list.data?.totals ?? null;
  const more = (list.data?.pagination.total_count ?? 0) - entries.length;
  return (
    <Box sx={{ display: 'flex', height: '100%' }}>
      <Box sx={{ flex: 1, minWidth: 0, overflow: 'auto' }}>
        <PageHead
          title={t('shell.pages.trash')}
          state={totals === null ? t('trash.unknown') : t('trash.state', { count: totals.entries, size: format.bytes(totals.bytes) })}
          actions={
            <>
              <Button disabled={!mayEmpty || entries.length === 0} onClick={() => openPlan({ operation: 'trash.empty', input: { expired_only: true } })}>{t('trash.empty_expired')}</Button>
              <Button disabled={!mayEmpty || entries.length === 0} onClick={() => openPlan({ operation: 'trash.empty', input: {} })}>{t('trash.empty_all')}</Button>
            </>
          }
        />
        <Box sx={{ px: 2, pb: 2 }}>
          {list.error === null ? null : <ErrorNotice error={list.error} onRetry={list.reload} />}
          {list.data === null && list.error === null ? <Skeleton variant="rounded" height={240} /> : null}
          {list.data !== null && entries.length === 0 ? <Empty title={t('trash.none')} hint={t('trash.none_hint')} /> : null}
          {entries.length === 0 ? null : <EntryTable entries={entries} chosen={chosen} />}
          {more > 0 && limit < 1000 ? <Button onClick={() => setLimit(Math.min(1000, limit * 3))}>{t('approvals.more', { count: more })}</Button> : null}
        </Box>
      </Box>
      {chosen === null ? null : <TrashDrawer key={chosen} id={chosen} onClose={() => goTo({ page: 'trash', entry: null })} />}
    </Box>
  );
}
