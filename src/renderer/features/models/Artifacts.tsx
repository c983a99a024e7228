/** The repository of artifacts: which version of a model is active, whether each is sound, and the acts on them. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { ModelRepositoryView, ModelVersion } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { mayDo } from '../../state/rights.ts';
import { openPlan, useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { CliLine, Instant, Mono } from '../../ui/values.tsx';
import { ArtifactVerdict } from './ArtifactVerdict.tsx';
import { headMetric, metricText } from './metrics.ts';
import { modelEvents } from './place.ts';
import { PublishDialog } from './PublishDialog.tsx';
import { rowKeys } from './rowKeys.ts';
import { VerifyArtifacts } from './VerifyArtifacts.tsx';

interface Reference {
  readonly model: string;
  readonly version: string;
}

function State({ version }: { readonly version: ModelVersion }): ReactElement {
  const t = useText();
  if (version.problem !== null) return <><StatusChip severity="unknown" label={t('models.artifacts.unusable')} /><Technical text={version.problem} /></>;
  return version.active ? <StatusChip severity="ok" label={t('models.artifacts.active')} /> : <StatusChip severity="neutral" label={t('models.artifacts.kept')} />;
}

interface VersionRowProps {
  readonly model: string;
  readonly version: ModelVersion;
  readonly may: boolean;
  readonly chosen: boolean;
  readonly onValidate: () => void;
}

function VersionRow({ model, version, may, chosen, onValidate }: VersionRowProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const text = (name: string): string => {
    const value = headMetric(version.metrics, name);
    return value === null ? '–' : metricText(format, name, value);
  };
  const words = { model, version: version.version };
  return (
    <TableRow hover selected={chosen}>
      <TableCell>
        <Button sx={{ p: 0, minWidth: 0 }} aria-label={t('models.artifacts.validate_this', words)} onClick={onValidate}>{version.version}</Button>
        <Typography variant="caption" component="div" color="text.secondary"><Mono>{version.file}</Mono></Typography>
      </TableCell>
      <TableCell><State version={version} /></TableCell>
      <TableCell>{version.aliases.length === 0 ? '–' : version.aliases.join(', ')}</TableCell>
      <TableCell align="right">{text('directional_accuracy')}</TableCell>
      <TableCell align="right">{text('mae')}</TableCell>
      <TableCell>{version.saved_at === null ? '–' : <Instant value={version.saved_at} />}</TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        <Button onClick={onValidate} aria-label={t('models.artifacts.validate_this', words)}>{t('models.artifacts.validate')}</Button>
        {version.active ? null : <Button disabled={!may} aria-label={t('models.artifacts.activate_this', words)} onClick={() => openPlan({ operation: 'artifacts.activate', input: { model, ref: version.version } })}>{t('models.artifacts.activate')}</Button>}
      </TableCell>
    </TableRow>
  );
}

interface RepositoryProps {
  readonly repository: ModelRepositoryView;
  readonly may: boolean;
  readonly chosen: Reference | null;
  readonly onValidate: (version: string) => void;
}

function Repository({ repository, may, chosen, onValidate }: RepositoryProps): ReactElement {
  const t = useText();
  const { model, versions } = repository;
  return (
    <Box component="section" aria-label={t('models.artifacts.of', { model })} sx={{ mt: 2 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap', mb: 0.5 }}>
        <Typography variant="h2">{model}</Typography>
        <Typography variant="body2" color="text.secondary">{repository.active === null ? t('models.artifacts.none_active') : t('models.artifacts.active_is', { version: repository.active })}</Typography>
        <Box sx={{ flex: 1 }} />
        <Button disabled={!may || repository.active === null} aria-label={t('models.artifacts.rollback_this', { model })} onClick={() => openPlan({ operation: 'artifacts.rollback', input: { model } })}>{t('models.artifacts.rollback')}</Button>
      </Box>
      {repository.problem === null ? null : <Alert severity="error" variant="outlined">{t('models.artifacts.manifest_broken')}<Technical text={repository.problem} /></Alert>}
      {versions.length === 0 ? <Typography variant="body2" color="text.secondary">{t('models.artifacts.no_versions')}</Typography> : (
        <Table aria-label={t('models.artifacts.of', { model })} onKeyDown={rowKeys} sx={{ bgcolor: 'background.paper', '& td, & th': { px: 1 } }}>
          <TableHead>
            <TableRow>
              <TableCell>{t('models.column.version')}</TableCell><TableCell>{t('models.column.health')}</TableCell><TableCell>{t('models.column.aliases')}</TableCell>
              <TableCell align="right">{t('models.metric_short.directional_accuracy')}</TableCell><TableCell align="right">{t('models.metric_short.mae')}</TableCell>
              <TableCell>{t('models.column.saved')}</TableCell><TableCell>{t('models.column.acts')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {versions.map((version) => <VersionRow key={version.version} model={model} version={version} may={may} chosen={chosen?.model === model && chosen.version === version.version} onValidate={() => onValidate(version.version)} />)}
          </TableBody>
        </Table>
      )}
    </Box>
  );
}

export function Artifacts(): ReactElement {
  const t = useText();
  const { workspace, role } = useSnapshot();
  const list = useOperation('artifacts.list', {}, modelEvents);
  const [chosen, setChosen] = useState<Reference | null>(null);
  const [publishing, setPublishing] = useState(false);
  const models = list.data?.models ?? [];
  const may = workspace.read_only === null && mayDo(role, 'artifacts.activate');
  return (
    <Box sx={{ pt: 1 }}>
      <VerifyArtifacts>
        <Button variant="outlined" disabled={workspace.read_only !== null || !mayDo(role, 'artifacts.publish')} onClick={() => setPublishing(true)}>{t('models.artifacts.publish')}</Button>
      </VerifyArtifacts>
      {chosen === null ? null : <ArtifactVerdict key={`${chosen.model}/${chosen.version}`} {...chosen} onClose={() => setChosen(null)} />}
      {list.error === null ? null : <ErrorNotice error={list.error} onRetry={list.reload} />}
      {list.data === null && list.error === null ? <Skeleton variant="rounded" height={200} /> : null}
      {list.data !== null && models.length === 0 ? <Empty title={t('models.artifacts.empty')} hint={t('models.artifacts.empty_hint', { base: `${workspace.path}/models` })} /> : null}
      {models.map((repository) => <Repository key={repository.model} repository={repository} may={may} chosen={chosen} onValidate={(version) => setChosen({ model: repository.model, version })} />)}
      <Box sx={{ mt: 2 }}><CliLine line={cliLine('artifacts.list', {}, { workspace: workspace.path })} /></Box>
      {publishing ? <PublishDialog models={models.map((one) => one.model)} onClose={() => setPublishing(false)} /> : null}
    </Box>
  );
}
