/** Names what copies cannot hold, with the reason, in the preview and in the result alike. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import type { ReactElement } from 'react';
import type { PlanView } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { Mono } from '../../ui/values.tsx';

const listed = 5;

export function LeftOut({ plan }: { readonly plan: PlanView }): ReactElement | null {
  const t = useText();
  const format = useFormat();
  const { left_out_count: count, left_out: paths } = plan.facts;
  if (typeof count !== 'number' || count === 0 || !Array.isArray(paths)) return null;
  const shown = paths.slice(0, listed).map(String);
  return (
    <Alert severity="warning" variant="outlined">
      {t('plans.left_out', { count, shown: format.number(count) })}
      <Box component="ul" sx={{ m: 0, pl: 2 }}>
        {shown.map((path) => <li key={path}><Mono>{path}</Mono></li>)}
        {count > shown.length ? <li>{t('plans.left_out_more', { shown: format.number(count - shown.length) })}</li> : null}
      </Box>
    </Alert>
  );
}
