/** One trash entry with its files, and the way back for them. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { OperationOutput } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { fullAddress, goTo } from '../../state/place.ts';
import { openPlan, useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Aside } from '../../ui/Aside.tsx';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Said } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Bytes, CliLine, Facts, Instant, Mono } from '../../ui/values.tsx';
import { actName } from '../plans/sentence.ts';
import { mayDo } from '../../state/rights.ts';
import { RestoreDialog } from './RestoreDialog.tsx';

type Shown = OperationOutput<'trash.show'>;

function Items({ shown, onMore }: { readonly shown: Shown; readonly onMore: () => void }): ReactElement {
  const t = useText();
  const more = shown.pagination.total_count - shown.items.length;
  return (
    <>
      <Typography variant="h3" component="h3" sx={{ mt: 2, mb: 0.5 }}>{t('trash.files', { count: shown.pagination.total_count })}</Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {shown.items.map((item) => (
          <Box component="li" key={item.original_path} sx={{ display: 'flex', gap: 1, py: 0.25 }}>
            <Box sx={{ flex: 1, minWidth: 0 }}><Mono>{item.original_path}</Mono></Box>
            {item.present ? <Typography variant="caption" sx={{ whiteSpace: 'nowrap' }}>{item.kind === 'file' ? <Bytes value={item.size} /> : t(`words.item_kind.${item.kind}`)}</Typography> : <StatusChip severity="attention" label={t('trash.not_here')} />}
          </Box>
        ))}
      </Box>
      {more > 0 ? <Button onClick={onMore}>{t('plans.more_items', { count: more })}</Button> : null}
    </>
  );
}

export function TrashDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const format = useFormat();
  const { workspace, role } = useSnapshot();
  const [limit, setLimit] = useState(100);
  const [restoring, setRestoring] = useState(false);
  const show = useOperation('trash.show', { id, limit }, ['trash.changed']);
  const entry = show.data?.entry ?? null;
  const mayChange = workspace.read_only === null && entry !== null && entry.status !== 'unreadable';
  const foot = (
    <>
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button variant="contained" disabled={!mayChange || !mayDo(role, 'trash.restore')} onClick={() => setRestoring(true)}>{t('trash.restore')}</Button>
        <Button color="error" disabled={!mayChange || !mayDo(role, 'trash.empty')} onClick={() => openPlan({ operation: 'trash.empty', input: { id: [id] } })}>{t('trash.destroy')}</Button>
      </Box>
      <CliLine line={cliLine('trash.restore', { id }, { workspace: workspace.path })} />
    </>
  );
  return (
    <Aside label={t('trash.details', { id })} title={entry === null ? id : actName(entry.operation, t)} address={fullAddress({ page: 'trash', entry: id })} onClose={onClose} foot={foot}>
      {show.error === null ? null : <ErrorNotice error={show.error} onRetry={show.reload} />}
      {show.data === null || entry === null ? (show.error === null ? <Skeleton variant="rounded" height={300} /> : null) : (
        <>
          {entry.problem === null ? null : <Alert severity="error" variant="outlined" sx={{ mb: 1 }}><Said text={entry.problem} notes={entry.problem_notes} /></Alert>}
          <Facts
            rows={[
              [t('trash.column.status'), t(`words.trash_status.${entry.status}`)],
              [t('trash.column.created'), <Instant key="c" value={entry.created_at} />],
              [t('trash.column.keep_until'), entry.keep_until === null ? t('trash.kept_forever') : <Instant key="k" value={entry.keep_until} />],
              [t('trash.column.actor'), `${entry.actor.name} · ${t(`words.door.${entry.actor.door}`)}`],
              [t('trash.column.files'), format.number(entry.files)],
              [t('trash.column.size'), <Bytes key="b" value={entry.bytes} />],
              [t('trash.base'), <Mono key="p">{entry.base}</Mono>],
              [t('trash.location'), <Mono key="l">{entry.location}</Mono>],
              ...(entry.plan_id === null ? [] : [[t('plans.title'), <Button key="pl" sx={{ p: 0 }} onClick={() => goTo({ page: 'approvals', plan: entry.plan_id })}>{entry.plan_id}</Button>] as const]),
            ]}
          />
          <Items shown={show.data} onMore={() => setLimit(Math.min(1000, limit * 4))} />
        </>
      )}
      {restoring ? <RestoreDialog id={id} onClose={(emptied) => { setRestoring(false); if (emptied) onClose(); }} /> : null}
    </Aside>
  );
}
