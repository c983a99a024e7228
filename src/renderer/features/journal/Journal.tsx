/** The journal: what was meant to happen and what was seen to happen, and the proof that nothing in it was changed. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TextField from '@mui/material/TextField';
import { useState, type ReactElement } from 'react';
import type { JournalEntry } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import type { JournalFilter } from '../../state/address.ts';
import { goTo, usePlace } from '../../state/place.ts';
import { useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { DateField } from '../../ui/dateFields.tsx';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Instant, Mono } from '../../ui/values.tsx';
import { filterFieldId } from '../../ui/ids.ts';
import { EntryDrawer } from './EntryDrawer.tsx';
import { entryTypeText } from './entryType.ts';
import { Verify } from './Verify.tsx';

interface FilterRowProps {
  readonly filter: JournalFilter;
  readonly onChange: (filter: JournalFilter) => void;
}

function FilterRow({ filter, onChange }: FilterRowProps): ReactElement {
  const t = useText();
  const set = (key: keyof JournalFilter, value: string): void => {
    const { [key]: _old, ...rest } = filter;
    onChange(value === '' ? rest : { ...rest, [key]: value });
  };
  return (
    <Box role="search" aria-label={t('reports.filter.title')} sx={{ display: 'flex', gap: 1, px: 2, py: 1, flexWrap: 'wrap' }}>
      <TextField id={filterFieldId} type="search" label={t('journal.filter.query')} value={filter.query ?? ''} sx={{ width: 170 }} onChange={(event) => set('query', event.target.value)} slotProps={{ htmlInput: { maxLength: 200 } }} />
      <TextField label={t('journal.filter.type')} value={filter.type ?? ''} sx={{ width: 130 }} onChange={(event) => set('type', event.target.value)} slotProps={{ htmlInput: { maxLength: 100 } }} />
      <TextField label={t('journal.filter.subject')} value={filter.subject ?? ''} sx={{ width: 200 }} onChange={(event) => set('subject', event.target.value)} slotProps={{ htmlInput: { maxLength: 200 } }} />
      <DateField label={t('journal.filter.since')} value={filter.since} onChange={(value) => set('since', value)} />
      <DateField label={t('journal.filter.until')} value={filter.until} onChange={(value) => set('until', value)} />
    </Box>
  );
}

/** Takes what the other columns leave; a longer text is cut there, and whole in its hint. */
const leftover = { width: '100%', maxWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

/** With the drawer open there is room for fewer columns; the drawer shows what is left out. */
function EntryTable({ entries, seq, onOpen }: { readonly entries: readonly JournalEntry[]; readonly seq: number | null; readonly onOpen: (seq: number) => void }): ReactElement {
  const t = useText();
  const wide = seq === null;
  return (
    <Table stickyHeader aria-label={t('shell.pages.journal')} sx={{ bgcolor: 'background.paper', '& td, & th': { px: 1.25, whiteSpace: 'nowrap' } }}>
      <TableHead>
        <TableRow>
          <TableCell align="right">{t('journal.column.seq')}</TableCell><TableCell>{t('journal.column.at')}</TableCell><TableCell>{t('journal.column.type')}</TableCell>
          <TableCell>{t('journal.column.stage')}</TableCell>{wide ? <TableCell>{t('journal.column.actor')}</TableCell> : null}{wide ? <TableCell>{t('journal.column.subject')}</TableCell> : null}
        </TableRow>
      </TableHead>
      <TableBody>
        {entries.map((entry) => (
          <TableRow key={entry.seq} hover selected={entry.seq === seq} onClick={() => onOpen(entry.seq)} sx={{ cursor: 'pointer' }}>
            <TableCell align="right"><Button sx={{ p: 0, minWidth: 0 }} aria-label={t('journal.open', { seq: entry.seq })} onClick={(event) => { event.stopPropagation(); onOpen(entry.seq); }}>{entry.seq}</Button></TableCell>
            <TableCell><Instant value={entry.at} /></TableCell>
            <TableCell sx={wide ? {} : leftover}><span title={entry.type}>{entryTypeText(t, entry.type)}</span></TableCell>
            <TableCell>{t(`words.stage.${entry.stage}`)}</TableCell>
            {wide ? <TableCell>{entry.actor.name} · {t(`words.door.${entry.actor.door}`)}</TableCell> : null}
            {wide ? <TableCell sx={leftover} {...(entry.subject === null ? {} : { title: entry.subject })}>{entry.subject === null ? '–' : <Mono>{entry.subject}</Mono>}</TableCell> : null}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

export function Journal(): ReactElement {
  const t = useText();
  const format = useFormat();
  const place = usePlace();
  const { verification } = useSnapshot();
  const filter = place.page === 'journal' ? place.filter : {};
  const seq = place.page === 'journal' ? place.seq : null;
  const [limit, setLimit] = useState(100);
  const { type, ...rest } = filter;
  const list = useOperation('journal.list', { ...rest, limit, ...(type === undefined ? {} : { type: [type] }) }, ['journal.appended']);
  const entries = list.data?.entries ?? [];
  const state = verification === null ? t('journal.state_unknown') : t('journal.state', { count: verification.entries, status: t(`words.verification.${verification.status}`), at: format.utc(verification.verified_at) });
  return (
    <Box sx={{ display: 'flex', height: '100%' }}>
      <Box sx={{ flex: 1, minWidth: 0, overflow: 'auto' }}>
        <PageHead title={t('shell.pages.journal')} state={state} />
        <Verify />
        <FilterRow filter={filter} onChange={(next) => goTo({ page: 'journal', seq, filter: next }, 'replace')} />
        <Box sx={{ px: 2, pb: 2 }}>
          {list.error === null ? null : <ErrorNotice error={list.error} onRetry={list.reload} />}
          {list.data === null && list.error === null ? <Skeleton variant="rounded" height={240} /> : null}
          {list.data !== null && entries.length === 0 ? <Empty title={t('journal.none')} hint={t('journal.none_hint')} /> : null}
          {entries.length === 0 ? null : <EntryTable entries={entries} seq={seq} onOpen={(next) => goTo({ page: 'journal', seq: next, filter })} />}
          {list.data?.has_more === true && limit < 1000 ? <Button onClick={() => setLimit(Math.min(1000, limit + 300))}>{t('journal.older')}</Button> : null}
        </Box>
      </Box>
      {seq === null ? null : <EntryDrawer key={seq} seq={seq} onClose={() => goTo({ page: 'journal', seq: null, filter })} onOpen={(next) => goTo({ page: 'journal', seq: next, filter })} />}
    </Box>
  );
}
