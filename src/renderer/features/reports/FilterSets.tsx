/** Filter sets that the workspace remembers: choose one, save the present filters under a name, remove one. */
import BookmarkBorder from '@mui/icons-material/BookmarkBorder';
import DeleteOutline from '@mui/icons-material/DeleteOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Popover from '@mui/material/Popover';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { memo, useState, type ReactElement } from 'react';
import type { ConsoleErrorBody, FilterSet } from '#contract';
import { useText } from '../../i18n/index.ts';
import { emptyFilter } from '../../state/address.ts';
import { getPlace } from '../../state/place.ts';
import { useTransport } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { changeFilter, reportsPlace, type FilterChange } from './useReports.ts';

/** The set replaces all filters, so what it does not name is taken away. */
function wholeFilter(set: FilterSet): FilterChange {
  const { limit: _limit, offset: _offset, ...filter } = set.filter;
  return { query: undefined, since: undefined, until: undefined, ...emptyFilter, ...filter };
}

function Panel({ onDone }: { readonly onDone: () => void }): ReactElement {
  const t = useText();
  const transport = useTransport();
  const sets = useOperation('reports.filter_sets', {});
  const [name, setName] = useState('');
  const [error, setError] = useState<ConsoleErrorBody | null>(null);
  const save = async (): Promise<void> => {
    const result = await transport.call('reports.save_filter_set', { name, ...reportsPlace(getPlace()).filter });
    setError(result.ok ? null : result.error);
    if (result.ok) setName('');
    sets.reload();
  };
  const remove = async (set: FilterSet): Promise<void> => {
    const result = await transport.call('reports.remove_filter_set', { name: set.name });
    setError(result.ok ? null : result.error);
    sets.reload();
  };
  const list = sets.data?.filter_sets ?? [];
  const shownError = error ?? sets.error;
  return (
    <Box sx={{ p: 2, width: 360 }}>
      {list.length === 0 ? <Typography variant="body2" color="text.secondary">{t('reports.sets.none')}</Typography> : null}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {list.map((set) => (
          <Box component="li" key={set.name} sx={{ display: 'flex', alignItems: 'center' }}>
            <Button color="inherit" sx={{ flex: 1, justifyContent: 'flex-start' }} title={t('reports.sets.saved_by', { name: set.saved_by })} onClick={() => { changeFilter(wholeFilter(set)); onDone(); }}>{set.name}</Button>
            <IconButton size="small" aria-label={t('reports.sets.remove', { name: set.name })} onClick={() => void remove(set)}><DeleteOutline fontSize="small" /></IconButton>
          </Box>
        ))}
      </Box>
      <Box component="form" sx={{ display: 'flex', gap: 1, mt: 1.5 }} onSubmit={(event) => { event.preventDefault(); if (name.trim() !== '') void save(); }}>
        <TextField fullWidth label={t('reports.sets.name')} value={name} onChange={(event) => setName(event.target.value)} slotProps={{ htmlInput: { maxLength: 80 } }} />
        <Button type="submit" variant="outlined" disabled={name.trim() === ''}>{t('reports.sets.save')}</Button>
      </Box>
      {shownError === null ? null : <Box sx={{ mt: 1.5 }}><ErrorNotice error={shownError} /></Box>}
    </Box>
  );
}

/** Needs no properties: what it saves is looked up at the moment of saving. */
export const FilterSets = memo(function FilterSets(): ReactElement {
  const t = useText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button color="inherit" startIcon={<BookmarkBorder />} aria-haspopup="dialog" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>{t('reports.sets.open')}</Button>
      <Popover
        open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('reports.sets.open') } }}
      >
        <Panel onDone={() => setAnchor(null)} />
      </Popover>
    </>
  );
});
