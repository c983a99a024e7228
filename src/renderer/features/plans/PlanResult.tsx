/** What was seen to happen, with the evidence for it. */
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { PlanView } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { goTo } from '../../state/place.ts';
import { closePlan } from '../../state/store.ts';
import { Said } from '../../ui/said.tsx';
import { CopyButton, Instant, Mono } from '../../ui/values.tsx';

const severity = { empty: 'info', completed: 'success', partial_failure: 'warning', error: 'error', cancelled: 'warning', reverted: 'warning' } as const;

function Evidence({ paths }: { readonly paths: readonly string[] }): ReactElement | null {
  const t = useText();
  if (paths.length === 0) return null;
  return (
    <Box sx={{ mt: 1 }}>
      <Typography variant="caption" color="text.secondary">{t('plans.result.evidence')}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 2 }}>
        {paths.map((path) => <li key={path}><Mono>{path}</Mono> <CopyButton text={path} label={t('plans.result.copy_path')} /></li>)}
      </Box>
    </Box>
  );
}

export function PlanResult({ plan }: { readonly plan: PlanView }): ReactElement | null {
  const t = useText();
  const format = useFormat();
  const { outcome, undo } = plan;
  if (outcome === null) return null;
  const took = Date.parse(outcome.ended_at) - Date.parse(outcome.started_at);
  const leave = (go: () => void): void => {
    closePlan();
    go();
  };
  return (
    <Alert severity={undo === null ? severity[outcome.status] : undo.failed > 0 ? 'warning' : 'info'} variant="outlined" role="status">
      <AlertTitle>{undo === null ? t(`words.outcome_status.${outcome.status}`) : t('words.plan_status.undone')}</AlertTitle>
      <Typography variant="body2">
        {t('plans.result.done', { count: outcome.done, shown: format.number(outcome.done) })} · {t('plans.count.files', { count: outcome.files, shown: format.number(outcome.files) })}{outcome.bytes > 0 || outcome.trash_id !== null ? ` · ${format.bytes(outcome.bytes)}` : ''}
        {outcome.skipped > 0 ? ` · ${t('plans.result.skipped', { count: outcome.skipped })}` : ''}
        {outcome.failed > 0 ? ` · ${t('plans.result.failed', { count: outcome.failed })}` : ''}
        {' · '}{outcome.actor.name}, <Instant value={outcome.ended_at} /> ({format.duration(took)})
      </Typography>
      {outcome.error === null ? null : <Typography variant="body2" component="div"><Said text={outcome.error} notes={outcome.notes} /></Typography>}
      {undo === null ? null : <Typography variant="body2">{t('plans.result.undone', { name: undo.actor.name, restored: undo.restored, failed: undo.failed })} <Instant value={undo.at} /></Typography>}
      {(undo?.problems ?? []).length === 0 ? null : <Typography variant="body2" component="div"><Said text={(undo?.problems ?? []).slice(0, 20).join('\n')} notes={undefined} /></Typography>}
      <Evidence paths={outcome.evidence} />
      <Box sx={{ display: 'flex', gap: 1, mt: 1 }}>
        {outcome.trash_id === null ? null : <Button color="inherit" onClick={() => leave(() => goTo({ page: 'trash', entry: outcome.trash_id }))}>{t('plans.result.open_trash')}</Button>}
        <Button color="inherit" onClick={() => leave(() => goTo({ page: 'journal', seq: null, filter: { subject: plan.id } }))}>{t('plans.result.open_journal')}</Button>
      </Box>
    </Alert>
  );
}
