/** Training: the schedule, the jobs with their logs, and the data that they train on. */
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { FeedStatus, Severity } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { CliLine, Instant, Mono } from '../../ui/values.tsx';
import { Jobs } from './Jobs.tsx';
import { useAgainOnPolicy } from './place.ts';
import { ScheduleCard } from './ScheduleCard.tsx';

const feedSeverity = { ok: 'ok', stale: 'blocked', missing: 'unknown', incomplete: 'blocked' } as const satisfies Record<FeedStatus['status'], Severity>;

function FeedRow({ feed }: { readonly feed: FeedStatus }): ReactElement {
  const t = useText();
  const format = useFormat();
  const span = (seconds: number): string => format.duration(seconds * 1000);
  const gaps = feed.missing_rows === null ? '–' : format.number(feed.missing_rows);
  return (
    <TableRow hover>
      <TableCell>{feed.name}<Typography variant="caption" component="div" color="text.secondary"><Mono>{feed.path}</Mono></Typography></TableCell>
      <TableCell><StatusChip severity={feedSeverity[feed.status]} label={t(`models.feed.${feed.status}`)} />{feed.problem === null ? null : <Technical text={feed.problem} />}</TableCell>
      <TableCell align="right">{format.number(feed.rows)} / {format.number(feed.min_rows)}</TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>{feed.last_timestamp === null ? '–' : <Instant value={feed.last_timestamp} />}</TableCell>
      <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>{feed.age_seconds === null ? '–' : span(feed.age_seconds)} / {span(feed.max_age_seconds)}</TableCell>
      <TableCell align="right">{gaps} · {format.number(feed.incomplete_rows)}</TableCell>
    </TableRow>
  );
}

function Feeds(): ReactElement {
  const t = useText();
  const { workspace } = useSnapshot();
  const query = useOperation('retraining.feeds', {}, ['retraining.changed']);
  useAgainOnPolicy(query.reload);
  const feeds = query.data?.feeds ?? [];
  return (
    <Box component="section" aria-label={t('models.feeds.title')}>
      <Typography variant="h2" sx={{ mt: 3, mb: 1 }}>{t('models.feeds.title')}</Typography>
      {query.error === null ? null : <ErrorNotice error={query.error} onRetry={query.reload} />}
      {query.data === null && query.error === null ? <Skeleton variant="rounded" height={80} /> : null}
      {query.data !== null && feeds.length === 0 ? <Empty title={t('models.feeds.none')} hint={t('models.feeds.none_hint')} /> : null}
      {feeds.length === 0 ? null : (
        <Table aria-label={t('models.feeds.title')} sx={{ bgcolor: 'background.paper' }}>
          <TableHead>
            <TableRow>
              <TableCell>{t('models.column.feed')}</TableCell><TableCell>{t('models.column.health')}</TableCell><TableCell align="right">{t('models.column.rows')}</TableCell>
              <TableCell>{t('models.column.newest')}</TableCell><TableCell align="right">{t('models.column.age')}</TableCell><TableCell align="right">{t('models.column.gaps')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>{feeds.map((feed) => <FeedRow key={feed.name} feed={feed} />)}</TableBody>
        </Table>
      )}
      <Box sx={{ mt: 1 }}><CliLine line={cliLine('retraining.feeds', {}, { workspace: workspace.path })} /></Box>
    </Box>
  );
}

export function Training(): ReactElement {
  return (
    <Box sx={{ pt: 1 }}>
      <ScheduleCard />
      <Jobs />
      <Feeds />
    </Box>
  );
}
