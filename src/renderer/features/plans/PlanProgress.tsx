/** Work under way: counts, speed, time left, and a Stop that says what stopping leaves. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import { useFormat, useText } from '../../i18n/index.ts';
import { useNow } from '../../state/useOperation.ts';
import { Mono } from '../../ui/values.tsx';
import { paceOf } from './rules.ts';
import type { PlanLife } from './usePlan.ts';

interface PlanProgressProps {
  readonly life: PlanLife;
  readonly permanent: boolean;
  readonly onStop: () => void;
}

export function PlanProgress({ life, permanent, onStop }: PlanProgressProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const now = useNow(500);
  const { progress, phase, startedAt } = life;
  const pace = progress === null ? null : paceOf(progress, now - startedAt);
  const title = phase === 'planning' ? t('plans.progress.planning') : phase === 'undoing' ? t('plans.progress.undoing') : t('plans.progress.applying');
  const stopHint = phase === 'planning' ? t('plans.progress.stop_planning') : phase === 'undoing' ? t('plans.progress.stop_undoing') : permanent ? t('plans.progress.stop_permanent') : t('plans.progress.stop_applying');
  const share = pace?.share ?? null;
  const speed = pace?.bytesPerSecond ?? null;
  const left = pace?.leftMs ?? null;
  const item = progress?.item ?? null;
  return (
    <Box role="region" aria-label={title} sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 1.5 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
        <Typography variant="body2" sx={{ flex: 1 }} role="status">
          {title}
          {progress === null ? '' : ` · ${format.number(progress.done)}${progress.total === null ? '' : ` / ${format.number(progress.total)}`}`}
          {progress !== null && progress.bytes_done > 0 ? ` · ${format.bytes(progress.bytes_done)}${progress.bytes_total === null ? '' : ` / ${format.bytes(progress.bytes_total)}`}` : ''}
          {speed === null ? '' : ` · ${format.speed(speed)}`}
          {left === null ? '' : ` · ${t('plans.progress.left', { time: format.duration(left) })}`}
        </Typography>
        <Button color="inherit" variant="outlined" onClick={onStop} title={stopHint}>{t('plans.progress.stop')}</Button>
      </Box>
      <LinearProgress aria-label={title} sx={{ my: 1 }} {...(share === null ? {} : { variant: 'determinate' as const, value: share * 100 })} />
      <Typography variant="caption" color="text.secondary">{stopHint}{item === null ? null : <> <Mono>{item}</Mono></>}</Typography>
    </Box>
  );
}
