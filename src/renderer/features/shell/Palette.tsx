/** Ctrl+K: find a page or an operation by typing a part of its name, run it with Enter. */
import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import DialogTitle from '@mui/material/DialogTitle';
import InputBase from '@mui/material/InputBase';
import Typography from '@mui/material/Typography';
import { useMemo, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { usePlace } from '../../state/place.ts';
import { useSnapshot } from '../../state/store.ts';
import { visuallyHidden } from '../../ui/hidden.ts';
import { listActions, type Action } from './actions.ts';

const fold = (text: string): string => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ł', 'l');

/** Every typed word must occur somewhere; accents may be left out. */
export function matches(action: Pick<Action, 'label' | 'hint'>, typed: string): boolean {
  const text = fold(`${action.label} ${action.hint}`);
  return fold(typed).split(/\s+/u).every((word) => text.includes(word));
}

function useActions(typed: string): readonly Action[] {
  const t = useText();
  const place = usePlace();
  const { role, workspace } = useSnapshot();
  const all = useMemo(() => listActions({ t, role, place, readOnly: workspace.read_only !== null }), [t, role, place, workspace.read_only]);
  return useMemo(() => all.filter((action) => matches(action, typed)), [all, typed]);
}

export function Palette({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useText();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const actions = useActions(typed);
  const chosen = actions[Math.min(at, actions.length - 1)];
  const run = (action: Action | undefined): void => {
    if (action === undefined || action.blocked !== null) return;
    onClose();
    action.run();
  };
  const move = (step: number): void => {
    const next = actions.length === 0 ? 0 : (at + step + actions.length) % actions.length;
    setAt(next);
    document.querySelector(`#action-${actions[next]?.id.replaceAll('.', '-') ?? ''}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter') run(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" sx={{ '& .MuiDialog-container': { alignItems: 'flex-start', pt: 6 } }}>
      <DialogTitle sx={visuallyHidden}>{t('shell.palette.title')}</DialogTitle>
      <InputBase
        autoFocus fullWidth value={typed} placeholder={t('shell.palette.placeholder')} sx={{ px: 2, py: 1.5 }} onKeyDown={onKeyDown}
        onChange={(event) => { setTyped(event.target.value); setAt(0); }}
        inputProps={{
          role: 'combobox', 'aria-label': t('shell.palette.title'), 'aria-expanded': true, 'aria-controls': 'palette-list',
          'aria-activedescendant': chosen === undefined ? undefined : `action-${chosen.id.replaceAll('.', '-')}`,
        }}
      />
      <Box component="ul" id="palette-list" role="listbox" tabIndex={0} aria-label={t('shell.palette.title')} sx={{ m: 0, p: 1, listStyle: 'none', overflow: 'auto', maxHeight: 420, borderTop: 1, borderColor: 'divider' }}>
        {actions.map((action) => (
          <Box
            component="li" key={action.id} id={`action-${action.id.replaceAll('.', '-')}`} role="option" aria-selected={action === chosen} aria-disabled={action.blocked !== null}
            onClick={() => run(action)}
            sx={{ display: 'flex', gap: 2, px: 1.5, py: 0.75, borderRadius: 1, cursor: action.blocked === null ? 'pointer' : 'default', bgcolor: action === chosen ? 'action.selected' : 'transparent' }}
          >
            <Typography variant="body2" sx={{ flex: 1 }}>{action.label}</Typography>
            <Typography variant="caption" color="text.secondary">{action.blocked ?? action.hint}</Typography>
          </Box>
        ))}
      </Box>
      {actions.length === 0 ? <Typography variant="body2" color="text.secondary" sx={{ px: 2, pb: 2 }}>{t('shell.palette.none')}</Typography> : null}
    </Dialog>
  );
}
