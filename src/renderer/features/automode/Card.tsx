/** A titled box of the panel: its name, its state, what can be done with it. */
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useId, type ReactElement, type ReactNode } from 'react';

interface CardProps {
  readonly title: string;
  readonly chip?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Card({ title, chip, actions, children }: CardProps): ReactElement {
  const id = useId();
  return (
    <Paper variant="outlined" component="section" aria-labelledby={id} sx={{ p: 2, minWidth: 0, display: 'flex', flexDirection: 'column', gap: 0.75 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
        <Typography variant="h2" id={id}>{title}</Typography>
        {chip}
        <Box sx={{ ml: 'auto', display: 'flex', gap: 0.5 }}>{actions}</Box>
      </Box>
      {children}
    </Paper>
  );
}
