/** Every key of the window in one list. */
import Box from '@mui/material/Box';
import type { ReactElement } from 'react';
import { useText, type TextKey } from '../../i18n/index.ts';
import { InfoDialog } from '../../ui/InfoDialog.tsx';
import { Facts } from '../../ui/values.tsx';

const keys: readonly (readonly [string, TextKey])[] = [
  ['Ctrl+K', 'shell.shortcuts.palette'],
  ['/', 'shell.shortcuts.filter'],
  ['?', 'shell.shortcuts.list'],
  ['Alt+1 … Alt+7', 'shell.shortcuts.pages'],
  ['↑ ↓ ← →', 'shell.shortcuts.arrows'],
  ['Enter', 'shell.shortcuts.enter'],
  ['Delete', 'shell.shortcuts.delete'],
  ['Esc', 'shell.shortcuts.escape'],
];

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useText();
  return (
    <InfoDialog title={t('shell.shortcuts.title')} onClose={onClose}>
      <Facts rows={keys.map(([key, text]) => [key, <Box component="span" key={key}>{t(text)}</Box>] as const)} />
    </InfoDialog>
  );
}
