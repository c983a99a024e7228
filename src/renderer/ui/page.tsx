/** The head that every panel has: its name, one line of what is true now, one primary action. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactElement, ReactNode } from 'react';

interface PageHeadProps {
  readonly title: string;
  readonly state: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHead({ title, state, actions }: PageHeadProps): ReactElement {
  return (
    <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 2, px: 2, pt: 1.5, pb: 1 }}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="h1">{title}</Typography>
        <Typography variant="body2" color="text.secondary" component="div" role="status">{state}</Typography>
      </Box>
      <Box sx={{ display: 'flex', gap: 1, flexShrink: 0 }}>{actions}</Box>
    </Box>
  );
}
