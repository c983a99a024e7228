/** Two versions of a model side by side: metrics, parameters, gates, and how the model did over time and window by window. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Skeleton from '@mui/material/Skeleton';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import { cliLine } from '../../format/cliLine.ts';
import { useText } from '../../i18n/index.ts';
import { startModels } from '../../state/address.ts';
import { fullAddress } from '../../state/place.ts';
import { mayDo } from '../../state/rights.ts';
import { openPlan, useSnapshot } from '../../state/store.ts';
import { useLasting, useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { CliLine, CopyButton } from '../../ui/values.tsx';
import { CompareCharts } from './CompareCharts.tsx';
import { Gates } from './Gates.tsx';
import { MetricTable, ParameterTable } from './MetricTable.tsx';
import { gateEvents, goModels, modelEvents, useModelsPlace, type ModelHistory, type ModelRow } from './place.ts';

/** Every version that anybody knows of, the champion first. */
function versionsOf(row: ModelRow, history: ModelHistory | null): readonly string[] {
  const known = [
    row.version, ...row.challengers.map((one) => one.version), ...(history?.earlier_champions.map((one) => one.version) ?? []), ...(history?.retired.map((one) => one.version) ?? []),
    ...(history?.reports.map((one) => one.version) ?? []),
  ];
  return [...new Set(known.filter((one) => one !== null))];
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly none?: string;
  readonly onChange: (value: string | null) => void;
}

function Choice({ label, value, options, none, onChange }: ChoiceProps): ReactElement {
  const all = value === '' || options.includes(value) ? options : [value, ...options];
  return (
    <TextField select label={label} value={value} sx={{ minWidth: 180 }} onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)} slotProps={{ select: { displayEmpty: none !== undefined }, inputLabel: { shrink: true } }}>
      {none === undefined ? null : <MenuItem value="">{none}</MenuItem>}
      {all.map((one) => <MenuItem key={one} value={one}>{one}</MenuItem>)}
    </TextField>
  );
}

function Versions({ row, history, version, against }: { readonly row: ModelRow; readonly history: ModelHistory | null; readonly version: string; readonly against: string | null }): ReactElement {
  const t = useText();
  const { workspace, role } = useSnapshot();
  const [all, setAll] = useState(false);
  const input = { model: row.model, version, ...(against === null ? {} : { against }) };
  const compared = useOperation('models.compare', input, gateEvents);
  const greyed = useLasting(compared.loading && compared.data !== null);
  const challenger = row.challengers.some((one) => one.version === version);
  const earlier = history?.earlier_champions.some((one) => one.version === version) === true;
  const may = workspace.read_only === null && mayDo(role, 'models.promote');
  if (compared.error !== null) return <ErrorNotice error={compared.error} onRetry={compared.reload} />;
  if (compared.data === null) return <Skeleton variant="rounded" height={320} />;
  const { data } = compared;
  const changed = data.parameters.filter((one) => one.changed).length;
  return (
    <Box sx={{ opacity: greyed ? 0.55 : 1 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap', mb: 1 }}>
        {challenger ? <Button variant="contained" disabled={!may} onClick={() => openPlan({ operation: 'models.promote', input: { model: row.model, version } })}>{t('models.act.promote_this', { version, model: row.model })}</Button> : null}
        {!challenger && earlier ? <Button variant="contained" disabled={!may} onClick={() => openPlan({ operation: 'models.rollback', input: { model: row.model, version } })}>{t('models.act.rollback_this', { version, model: row.model })}</Button> : null}
        <CopyButton text={fullAddress({ ...startModels, tab: 'compare', model: row.model, version, against })} label={t('models.compare.copy_address')} />
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', justifyContent: 'flex-end' }}><CliLine line={cliLine('models.compare', input, { workspace: workspace.path })} /></Box>
      </Box>
      {data.candidate_degraded ? <Alert severity="error" variant="outlined" sx={{ mb: 1 }}>{t('models.warning.candidate_degraded')}</Alert> : null}
      <Typography variant="h2" sx={{ mb: 0.5 }}>{t('models.gates.title')}</Typography>
      <Gates gates={data.gates} />
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 560px), 1fr))', gap: 3, mt: 2, alignItems: 'start' }}>
        <Box sx={{ minWidth: 0 }}>
          <Typography variant="h2" sx={{ mb: 0.5 }}>{t('models.compare.metrics')}</Typography>
          {data.metrics.length === 0 ? <Empty title={t('models.compare.no_metrics')} hint={t('models.compare.no_metrics_hint')} /> : <MetricTable rows={data.metrics} champion={data.champion_version} candidate={data.candidate_version} />}
        </Box>
        <Box sx={{ minWidth: 0 }}>
          <CompareCharts history={history} champion={{ version: data.champion_version, report: data.champion }} candidate={{ version: data.candidate_version, report: data.candidate }} />
          <Typography variant="h2" sx={{ mt: 2 }}>{t('models.compare.parameters_changed', { count: changed })}</Typography>
          {data.parameters.length > changed ? <FormControlLabel control={<Checkbox checked={all} onChange={(_event, next) => setAll(next)} />} label={t('models.compare.all_parameters')} /> : null}
          <ParameterTable rows={data.parameters} champion={data.champion_version} candidate={data.candidate_version} changedOnly={!all} />
        </Box>
      </Box>
    </Box>
  );
}

export function Compare({ models }: { readonly models: readonly ModelRow[] }): ReactElement {
  const t = useText();
  const { workspace } = useSnapshot();
  const place = useModelsPlace();
  const row = models.find((one) => one.model === place.model) ?? (place.model === null ? models[0] : undefined) ?? null;
  const history = useOperation('models.history', row === null ? null : { model: row.model }, modelEvents);
  if (models.length === 0) return <Empty title={t('models.empty.title')} hint={t('models.empty.hint', { base: `${workspace.path}/var/models/quality` })} />;
  const mine = row !== null && history.data?.model === row.model ? history.data : null;
  const versions = row === null ? [] : versionsOf(row, mine);
  const version = place.version ?? row?.best_challenger?.version ?? row?.challengers[0]?.version ?? row?.version ?? null;
  return (
    <>
      <Box role="search" aria-label={t('models.compare.choose')} sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', py: 1 }}>
        <Choice label={t('models.column.model')} value={row?.model ?? place.model ?? ''} options={models.map((one) => one.model)} onChange={(model) => goModels({ model, version: null, against: null })} />
        <Choice label={t('models.compare.version')} value={version ?? ''} options={versions} onChange={(next) => goModels({ version: next })} />
        <Choice label={t('models.compare.against')} value={place.against ?? ''} options={versions.filter((one) => one !== version)} none={t('models.compare.against_champion')} onChange={(against) => goModels({ against })} />
      </Box>
      {row === null ? <Alert severity="warning" variant="outlined">{t('models.gone', { model: place.model ?? '' })}</Alert> : null}
      {history.error === null ? null : <ErrorNotice error={history.error} onRetry={history.reload} />}
      {row !== null && version === null ? <Empty title={t('models.compare.nothing')} hint={t('models.challengers.none_hint')} /> : null}
      {row === null || version === null ? null : <Versions key={row.model} row={row} history={mine} version={version} against={place.against} />}
    </>
  );
}
