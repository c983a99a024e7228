/** A dialog that only shows something and is left with Esc or its one button. */
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId, type ReactElement, type ReactNode } from 'react';
import { useText } from '../i18n/index.ts';

interface InfoDialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

export function InfoDialog({ title, onClose, children, actions }: InfoDialogProps): ReactElement {
  const t = useText();
  const id = useId();
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={id}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent dividers tabIndex={0}>{children}</DialogContent>
      <DialogActions>
        {actions}
        <Button onClick={onClose} autoFocus>{t('shell.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
