/** Preferences that a person may change, and the facts that they should know: policy, key, versions, the check. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useId, type ReactElement, type ReactNode } from 'react';
import { gatedOperations, languages, themes } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { loopName } from '../../ui/loopName.ts';
import { changePreferences } from '../../state/preferences.ts';
import { useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { PageHead } from '../../ui/page.tsx';
import { Said } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Facts, Mono } from '../../ui/values.tsx';
import { actName } from '../plans/sentence.ts';
import { Check } from './Check.tsx';

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  const id = useId();
  return (
    <Paper variant="outlined" component="section" aria-labelledby={id} sx={{ p: 2, display: 'flex', flexDirection: 'column', gap: 1.5, minWidth: 0 }}>
      <Typography variant="h2" id={id}>{title}</Typography>
      {children}
    </Paper>
  );
}

const densities = ['comfortable', 'compact'] as const;
const sizes = [25, 50, 100] as const;
const languageNames = { en: 'English', pl: 'Polski' } as const;

function Preferences(): ReactElement {
  const t = useText();
  const { language } = useFormat();
  const { preferences } = useSnapshot();
  return (
    <Card title={t('settings.preferences')}>
      <TextField select label={t('settings.language')} value={language} onChange={(event) => changePreferences({ language: languages.find((one) => one === event.target.value) ?? null })}>
        {languages.map((one) => <MenuItem key={one} value={one}>{languageNames[one]}</MenuItem>)}
      </TextField>
      <TextField select label={t('settings.theme')} value={preferences.theme} onChange={(event) => changePreferences({ theme: themes.find((one) => one === event.target.value) ?? 'system' })}>
        {themes.map((one) => <MenuItem key={one} value={one}>{t(`words.theme.${one}`)}</MenuItem>)}
      </TextField>
      <TextField select label={t('settings.density')} value={preferences.density} onChange={(event) => changePreferences({ density: densities.find((one) => one === event.target.value) ?? 'comfortable' })}>
        {densities.map((one) => <MenuItem key={one} value={one}>{t(`words.density.${one}`)}</MenuItem>)}
      </TextField>
      <TextField select label={t('settings.page_size')} value={preferences.page_size} onChange={(event) => changePreferences({ page_size: sizes.find((one) => one === Number(event.target.value)) ?? 50 })}>
        {sizes.map((one) => <MenuItem key={one} value={one}>{one}</MenuItem>)}
      </TextField>
    </Card>
  );
}

function Policy(): ReactElement {
  const t = useText();
  const format = useFormat();
  const { policy, policy_problems, policy_problem_notes } = useSnapshot();
  const info = useOperation('workspace.info', {}, ['console.delta']);
  const list = (values: readonly string[]): string => (values.length === 0 ? t('settings.nothing') : values.join(', '));
  return (
    <Card title={t('settings.policy')}>
      <Typography variant="body2" color="text.secondary">{t('settings.policy_hint')} <Mono>{info.data?.policy_path ?? 'config/console.json'}</Mono></Typography>
      {policy_problems.map((problem, index) => <Alert key={problem} severity="warning" variant="outlined"><Said text={problem} notes={policy_problem_notes?.slice(index, index + 1)} /></Alert>)}
      <Facts
        rows={[
          ...gatedOperations.map((name) => [t('settings.approval_of', { act: actName(name, t) }), t(`words.approval.${policy.approval[name] ?? 'off'}`)] as const),
          [t('settings.unapproved'), format.duration(policy.unapproved_minutes * 60_000)],
          [t('settings.approved'), format.duration(policy.approved_hours * 3_600_000)],
          [t('settings.retention'), t('settings.days', { count: policy.trash_retention_days })],
          [t('settings.protected'), list(policy.protected_paths)],
          [t('settings.archive_roots'), list(policy.archive_roots)],
          [t('settings.admins'), list(policy.admins)],
          [t('settings.viewers'), list(policy.viewers)],
        ]}
      />
    </Card>
  );
}

function Key(): ReactElement {
  const t = useText();
  const { key } = useSnapshot();
  return (
    <Card title={t('settings.key')}>
      <Box><StatusChip severity={key.storage === 'keyring' ? 'ok' : key.storage === 'file' ? 'attention' : 'unknown'} label={t(`words.key_storage.${key.storage}`)} /></Box>
      {key.key_id === null ? null : <Facts rows={[[t('settings.key_id'), <Mono key="id">{key.key_id}</Mono>]]} />}
      {key.warning === null ? null : <Alert severity="warning" variant="outlined">{t('settings.key_warning')} <Said text={key.warning} notes={key.warning_notes} /></Alert>}
    </Card>
  );
}

function Engines(): ReactElement {
  const t = useText();
  const { loops, versions, host_kind } = useSnapshot();
  return (
    <Card title={t('settings.engines')}>
      {loops.map((loop) => <Box key={loop.name} sx={{ display: 'flex', gap: 1, alignItems: 'center' }}><StatusChip severity={loop.severity} label={t(`words.severity.${loop.severity}`)} /><Typography variant="body2" component="div">{loopName(t, loop.name)}{loop.detail === null ? null : <> · <Said text={loop.detail} notes={loop.detail_notes} /></>}</Typography></Box>)}
      <Facts rows={[[t('shell.about.door'), t(`words.host_kind.${host_kind}`)], ...Object.entries(versions).map(([name, version]) => [name, <Mono key={name}>{version}</Mono>] as const)]} />
    </Card>
  );
}

export function Settings(): ReactElement {
  const t = useText();
  const { workspace, actor, role } = useSnapshot();
  return (
    <Box>
      <PageHead title={t('shell.pages.settings')} state={t('settings.state', { name: actor.name, role: t(`words.role.${role}`), workspace: workspace.name })} />
      <Box sx={{ px: 2, pb: 2, display: 'grid', gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', gap: 2, alignItems: 'start' }}>
        <Box sx={{ display: 'flex', flexDirection: 'column', gap: 2, minWidth: 0 }}><Preferences /><Key /><Engines /></Box>
        <Policy />
        <Box sx={{ gridColumn: '1 / 3' }}><Card title={t('settings.check')}><Check /></Card></Box>
      </Box>
    </Box>
  );
}
