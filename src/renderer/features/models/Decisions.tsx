/** What was decided about models, when, by whom and why, newest first; and what stood at any instant before. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { JournalEntry } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { SeverityIcon } from '../../ui/status.tsx';
import { CliLine, Instant } from '../../ui/values.tsx';
import { AsOf } from './AsOf.tsx';
import { decisionGroupNames, decisionOf, settledOnly, typesOf, type DecisionGroup } from './decisions.ts';
import { InstantField } from '../../ui/dateFields.tsx';
import { goModels, useModelsPlace } from './place.ts';
import { Proof } from './Proof.tsx';

function Row({ entry }: { readonly entry: JournalEntry }): ReactElement {
  const t = useText();
  const format = useFormat();
  const decision = decisionOf(t, format, entry);
  return (
    <Box component="li" sx={{ display: 'flex', gap: 1.5, py: 0.75, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}>
      <Box sx={{ width: 20, flexShrink: 0, pt: 0.25 }}>{decision.severity === 'neutral' ? null : <SeverityIcon severity={decision.severity} />}</Box>
      <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
        <Typography variant="body2">{decision.text}</Typography>
        {decision.reason === null ? null : <Typography variant="caption" component="div" color="text.secondary">{decision.reason}</Typography>}
      </Box>
      <Box sx={{ width: 240, flexShrink: 0, textAlign: 'right' }}>
        <Typography variant="body2"><Instant value={entry.at} /></Typography>
        <Typography variant="caption" component="div" color="text.secondary">{entry.actor.name} · {t(`words.door.${entry.actor.door}`)} · <Proof entries={[entry]} /></Typography>
      </Box>
      <Box sx={{ flexShrink: 0 }}>
        <Button aria-label={t('models.as_of.look_at', { seq: entry.seq })} onClick={() => goModels({ at: entry.at })}>{t('models.as_of.look')}</Button>
      </Box>
    </Box>
  );
}

/** One heading per day of this computer's zone. */
function Timeline({ entries }: { readonly entries: readonly JournalEntry[] }): ReactElement {
  const format = useFormat();
  const days = Map.groupBy(entries, (entry) => format.date(entry.at));
  return (
    <>
      {[...days].map(([day, list]) => (
        <Box component="section" key={day} aria-label={day}>
          <Typography variant="h3" component="h2" sx={{ mt: 2, mb: 0.5 }}>{day}</Typography>
          <Box component="ol" sx={{ listStyle: 'none', m: 0, px: 1.5, bgcolor: 'background.paper', border: 1, borderColor: 'divider', borderRadius: 1 }}>
            {list.map((entry) => <Row key={entry.seq} entry={entry} />)}
          </Box>
        </Box>
      ))}
    </>
  );
}

export function Decisions(): ReactElement {
  const t = useText();
  const { workspace } = useSnapshot();
  const { at } = useModelsPlace();
  const [groups, setGroups] = useState<readonly DecisionGroup[]>(decisionGroupNames);
  const [limit, setLimit] = useState(100);
  const type = typesOf(groups.length === 0 ? decisionGroupNames : groups);
  const input = { limit, type, ...(at === null ? {} : { until: at }) };
  const list = useOperation('journal.list', input, ['journal.appended']);
  const entries = settledOnly(list.data?.entries ?? []);
  return (
    <Box sx={{ pt: 1.5 }}>
      <Box role="search" aria-label={t('models.decisions.choose')} sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'flex-start', mb: 1.5 }}>
        <InstantField label={t('models.as_of.field')} hint={t('models.as_of.hint')} value={at} width={320} onChange={(next) => goModels({ at: next }, 'replace')} />
        {at === null ? null : <Button variant="outlined" sx={{ mt: 0.5 }} onClick={() => goModels({ at: null })}>{t('models.as_of.now')}</Button>}
        <ToggleButtonGroup size="small" color="primary" value={[...groups]} aria-label={t('models.decisions.choose')} onChange={(_event, next: DecisionGroup[]) => setGroups(next)}>
          {decisionGroupNames.map((group) => <ToggleButton key={group} value={group}>{t(`models.decisions.${group}`)}</ToggleButton>)}
        </ToggleButtonGroup>
      </Box>
      {at === null ? null : <AsOf key={at} at={at} />}
      {list.error === null ? null : <ErrorNotice error={list.error} onRetry={list.reload} />}
      {list.data === null && list.error === null ? <Skeleton variant="rounded" height={200} /> : null}
      {list.data !== null && entries.length === 0 ? <Empty title={t('models.decisions.none')} hint={t('models.decisions.none_hint')} /> : null}
      <Timeline entries={entries} />
      {list.data?.has_more === true && limit < 1000 ? <Button sx={{ mt: 1 }} onClick={() => setLimit(Math.min(1000, limit + 200))}>{t('journal.older')}</Button> : null}
      <Box sx={{ mt: 2 }}><CliLine line={cliLine('journal.list', input, { workspace: workspace.path })} /></Box>
    </Box>
  );
}
