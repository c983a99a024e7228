/** Whether the loop runs by itself, since when not and why, and what it starts next. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { AutomodeStatus } from '#contract';
import { hasText, useFormat, useText, type Text } from '../../i18n/index.ts';
import type { AutomodeAct } from '../../state/address.ts';
import { useNow } from '../../state/useOperation.ts';
import { StatusChip } from '../../ui/status.tsx';
import { Ago, Facts, Instant, Mono } from '../../ui/values.tsx';
import { Card } from './Card.tsx';
import { automationSeverity } from './words.ts';

interface StateCardProps {
  readonly status: AutomodeStatus;
  readonly mayAct: (act: AutomodeAct) => boolean;
  readonly onAct: (act: AutomodeAct) => void;
}

function blockText(t: Text, block: string): string {
  const key = `automode.block.${block}`;
  return hasText(key) ? t(key) : block;
}

function Next({ next }: { readonly next: AutomodeStatus['next'] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const now = useNow(1000);
  if (next.length === 0) return <Typography variant="body2" color="text.secondary">{t('automode.no_jobs')}</Typography>;
  return (
    <Facts
      rows={next.map(({ job, at, block }) => [job, (
        <span key={job}>
          {at === null ? t('automode.not_scheduled') : Date.parse(at) <= now ? t('automode.due_now') : t('automode.in', { time: format.duration(Date.parse(at) - now) })}
          {at === null ? null : <> · <Instant value={at} /></>}
          {/* Where the time is told, that it has not come yet goes without saying. */}
          {block === null || (block === 'not_due' && at !== null) ? null : <Typography component="span" variant="body2" color="text.secondary"> · {blockText(t, block)}</Typography>}
        </span>
      )])}
    />
  );
}

export function StateCard({ status, mayAct, onAct }: StateCardProps): ReactElement {
  const t = useText();
  const { automation, running, next } = status;
  const { pause, kill_switch: killed, overrides } = automation;
  const inForce = overrides.filter((one) => one.status !== 'expired');
  return (
    <Card
      title={t('automode.state_title')}
      chip={<StatusChip severity={automationSeverity[automation.state]} label={t(`automode.state.${automation.state}`)} />}
      actions={
        <>
          <Button disabled={!mayAct('cycle') || next.length === 0} onClick={() => onAct('cycle')}>{t('automode.act.cycle')}</Button>
          {killed === null
            ? <Button color="error" disabled={!mayAct('kill')} onClick={() => onAct('kill')}>{t('automode.act.kill')}</Button>
            : <Button disabled={!mayAct('release')} onClick={() => onAct('release')}>{t('automode.act.release')}</Button>}
        </>
      }
    >
      {pause === null ? null : (
        <Typography variant="body2">
          {t('automode.paused_by', { by: pause.by })} <Ago value={pause.at} />{' · '}
          {pause.until === null ? t('automode.no_end') : <>{t('automode.until')} <Instant value={pause.until} /></>}
          {pause.reason === null ? null : <> · {pause.reason}</>}
        </Typography>
      )}
      {killed === null ? null : <Typography variant="body2" color="error">{t('automode.killed_by', { by: killed.by })} <Ago value={killed.at} /> · {killed.reason}</Typography>}
      {inForce.map((one) => (
        <Typography key={one.file} variant="body2">
          {t(one.status === 'unreadable' ? 'automode.override_unreadable' : 'automode.override_active', { component: one.component })} · {one.reason ?? <Mono>{one.file}</Mono>}
          {one.expires_at === null ? null : <> · {t('automode.until')} <Instant value={one.expires_at} /></>}
        </Typography>
      ))}
      <Typography variant="h3" sx={{ mt: 1 }}>{t('automode.running_title')}</Typography>
      {running.length === 0 ? <Typography variant="body2" color="text.secondary">{t('automode.nothing_runs')}</Typography> : null}
      {running.map((one) => <Typography key={one.run_id} variant="body2">{one.job} · <Ago value={one.since} /> · {one.by}</Typography>)}
      <Typography variant="h3" sx={{ mt: 1 }}>{t('automode.next_title')}</Typography>
      <Box><Next next={next} /></Box>
    </Card>
  );
}
