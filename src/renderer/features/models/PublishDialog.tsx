/** Puts an artifact of the workspace into the repository under a version; what is active stays as it is. */
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useState, type KeyboardEvent, type ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { showToast } from '../../state/store.ts';
import { ActDialog } from '../../ui/ActDialog.tsx';

const noEnter = (event: KeyboardEvent): void => {
  if (event.key === 'Enter') event.preventDefault();
};

export function PublishDialog({ models, onClose }: { readonly models: readonly string[]; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const [model, setModel] = useState(models[0] ?? '');
  const [path, setPath] = useState('');
  const [version, setVersion] = useState('');
  const [alias, setAlias] = useState('latest');
  const aliases = alias.split(/[\s,]+/u).filter((one) => one !== '');
  const draft = { model: model.trim(), path: path.trim(), version: version.trim(), alias: aliases };
  const complete = draft.model !== '' && draft.path !== '' && draft.version !== '';
  return (
    <ActDialog
      operation="artifacts.publish" input={complete ? draft : null} draft={draft} title={t('models.publish.title')} text={t('models.publish.text')}
      button={complete ? t('models.publish.button', { model: draft.model, version: draft.version }) : t('models.artifacts.publish')} onClose={onClose}
      onDone={(output) => showToast('ok', t(output.already_there ? 'models.publish.there' : 'models.publish.done', { version: output.version.version }))}
    >
      <Autocomplete freeSolo options={[...models]} inputValue={model} onInputChange={(_event, value) => setModel(value)} clearText={t('reports.filter.clear_choice')} renderInput={(params) => <TextField {...params} label={t('models.column.model')} required onKeyDown={noEnter} />} />
      <TextField label={t('models.publish.path')} helperText={t('models.publish.path_hint')} value={path} required onChange={(event) => setPath(event.target.value)} onKeyDown={noEnter} slotProps={{ htmlInput: { maxLength: 4096, spellCheck: false } }} />
      <Box sx={{ display: 'flex', gap: 2 }}>
        <TextField label={t('models.column.version')} helperText={t('models.publish.version_hint')} value={version} required sx={{ flex: 1 }} onChange={(event) => setVersion(event.target.value)} onKeyDown={noEnter} slotProps={{ htmlInput: { maxLength: 100, spellCheck: false } }} />
        <TextField label={t('models.column.aliases')} helperText={t('models.publish.alias_hint')} value={alias} sx={{ flex: 1 }} onChange={(event) => setAlias(event.target.value)} onKeyDown={noEnter} slotProps={{ htmlInput: { maxLength: 300, spellCheck: false } }} />
      </Box>
    </ActDialog>
  );
}
