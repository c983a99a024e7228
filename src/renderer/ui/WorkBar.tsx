/** A bar for work whose end may still be unknown. */
import LinearProgress from '@mui/material/LinearProgress';
import type { ReactElement } from 'react';
import type { Progress } from '#contract';

export function WorkBar({ label, progress }: { readonly label: string; readonly progress: Progress | null }): ReactElement {
  const total = progress?.total ?? null;
  const known = progress !== null && total !== null && total > 0;
  return <LinearProgress aria-label={label} {...(known ? { variant: 'determinate' as const, value: Math.min(100, (progress.done / total) * 100) } : {})} />;
}
