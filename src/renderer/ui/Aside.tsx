/** The drawer for the details of a row: beside the table, left with Esc, with an address of its own. */
import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import type { ReactElement, ReactNode } from 'react';
import { useText } from '../i18n/index.ts';
import { CopyButton } from './values.tsx';

interface AsideProps {
  readonly label: string;
  readonly title: ReactNode;
  readonly address: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}

export function Aside({ label, title, address, onClose, children, foot }: AsideProps): ReactElement {
  const t = useText();
  return (
    <Box
      component="aside" aria-label={label} onKeyDown={(event) => { if (event.key === 'Escape') onClose(); }}
      sx={{ width: 400, flexShrink: 0, borderLeft: 1, borderColor: 'divider', bgcolor: 'background.paper', display: 'flex', flexDirection: 'column', minHeight: 0 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, p: 2, pb: 1 }}>
        <Typography variant="h2" sx={{ flex: 1, overflowWrap: 'anywhere' }}>{title}</Typography>
        <CopyButton text={address} label={t('shell.copy_address')} />
        <IconButton size="small" aria-label={t('shell.close')} onClick={onClose}><Close fontSize="small" /></IconButton>
      </Box>
      <Box sx={{ flex: 1, overflow: 'auto', px: 2, pb: 2 }} tabIndex={0} role="region" aria-label={label}>{children}</Box>
      {foot === undefined ? null : <Box sx={{ borderTop: 1, borderColor: 'divider', p: 1.5, display: 'flex', flexDirection: 'column', gap: 1 }}>{foot}</Box>}
    </Box>
  );
}
