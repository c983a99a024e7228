/** The champions of two registries against each other: what got worse, what is missing on a side, and the report as a file. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { Fragment, useState, type ReactElement } from 'react';
import * as z from 'zod';
import type { ConsoleErrorBody, OperationOutput } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { wordOf } from '../../i18n/facts.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { mayDo } from '../../state/rights.ts';
import { showToast, useSnapshot, useTransport } from '../../state/store.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { CliLine, CopyButton, Mono } from '../../ui/values.tsx';
import { WorkBar } from '../../ui/WorkBar.tsx';
import { saveJson } from './jsonFile.ts';
import { deltaText, metricText, plainText } from './metrics.ts';
import { useBlockName, useMetricName } from './MetricTable.tsx';

type Answer = OperationOutput<'models.diff'>;

/** The parts of the stored report that the table shows. */
const side = z.looseObject({ exists: z.boolean(), status: z.unknown(), problem: z.string().optional() });
const reportSchema = z.looseObject({
  comparisons: z.array(z.looseObject({
    model: z.string(), lhs: side, rhs: side,
    differences: z.looseObject({
      metadata_changed: z.boolean(), status_change: z.looseObject({ from: z.unknown(), to: z.unknown() }).nullable(),
      metrics_delta: z.record(z.string(), z.looseObject({ from: z.number().nullable(), to: z.number().nullable(), delta: z.number().optional() })),
      parameter_changes: z.record(z.string(), z.looseObject({ from: z.unknown(), to: z.unknown() })),
    }),
  })),
});
type Comparison = z.infer<typeof reportSchema>['comparisons'][number];

function Missing({ answer }: { readonly answer: Answer }): ReactElement | null {
  const t = useText();
  const { lhs, rhs } = answer.missing;
  if (lhs.length === 0 && rhs.length === 0) return null;
  return (
    <Alert severity="warning" variant="outlined" sx={{ mb: 1 }}>
      {lhs.length === 0 ? null : <div>{t('models.diff.missing_lhs', { count: lhs.length, models: lhs.join(', ') })}</div>}
      {rhs.length === 0 ? null : <div>{t('models.diff.missing_rhs', { count: rhs.length, models: rhs.join(', ') })}</div>}
    </Alert>
  );
}

function Changes({ one, regressed }: { readonly one: Comparison; readonly regressed: ReadonlySet<string> }): ReactElement {
  const t = useText();
  const format = useFormat();
  const name = useMetricName();
  const blockName = useBlockName();
  const metrics = Object.entries(one.differences.metrics_delta);
  const parameters = Object.entries(one.differences.parameter_changes);
  const status = one.differences.status_change;
  const text = (metric: string, value: number | null): string => (value === null ? '–' : metricText(format, metric, value));
  const word = (value: unknown): string => wordOf(t, ['models.report_status'], plainText(value));
  const label = (metric: string): string => (metric.includes('.') ? `${blockName(metric.slice(0, metric.lastIndexOf('.')))} · ${name(metric)}` : name(metric));
  return (
    <>
      <TableRow>
        <TableCell component="th" scope="rowgroup" colSpan={5} sx={{ fontWeight: 600, bgcolor: 'action.hover' }}>
          {one.model}{metrics.length === 0 && parameters.length === 0 && status === null ? ` · ${t(one.differences.metadata_changed ? 'models.diff.metadata_only' : 'models.diff.equal')}` : ''}
          {one.lhs.problem === undefined ? null : <Technical text={one.lhs.problem} />}
          {one.rhs.problem === undefined ? null : <Technical text={one.rhs.problem} />}
        </TableCell>
      </TableRow>
      {status === null ? null : <TableRow><TableCell>{t('models.column.health')}</TableCell><TableCell align="right">{word(status.from)}</TableCell><TableCell align="right">{word(status.to)}</TableCell><TableCell /><TableCell /></TableRow>}
      {metrics.map(([metric, change]) => (
        <TableRow key={metric} hover>
          <TableCell title={metric}>{label(metric)}</TableCell>
          <TableCell align="right">{text(metric, change.from)}</TableCell>
          <TableCell align="right">{text(metric, change.to)}</TableCell>
          <TableCell align="right">{change.delta === undefined ? '–' : deltaText(format, metric, change.delta, t('models.points'))}</TableCell>
          <TableCell>{regressed.has(metric) ? <StatusChip severity="blocked" label={t('models.diff.regression')} /> : null}</TableCell>
        </TableRow>
      ))}
      {parameters.map(([parameter, change]) => (
        <TableRow key={parameter} hover>
          <TableCell><Mono>{parameter}</Mono></TableCell><TableCell align="right"><Mono>{plainText(change.from)}</Mono></TableCell><TableCell align="right"><Mono>{plainText(change.to)}</Mono></TableCell><TableCell /><TableCell>{t('models.compare.changed')}</TableCell>
        </TableRow>
      ))}
    </>
  );
}

function Result({ answer }: { readonly answer: Answer }): ReactElement {
  const t = useText();
  const parsed = reportSchema.safeParse(answer.report);
  const comparisons = parsed.success ? parsed.data.comparisons : [];
  const regressedIn = (model: string): ReadonlySet<string> => new Set(answer.regressions.flatMap((one) => (one.model === model && one.metric !== null ? [one.metric] : [])));
  const fileName = answer.path.split(/[\\/]/u).at(-1) ?? 'champion_diff.json';
  const save = (): void => {
    saveJson(fileName, answer.report);
    showToast('ok', t('plans.export.saved', { name: fileName }));
  };
  return (
    <Box sx={{ mt: 2 }}>
      <Alert severity={answer.regressions.length > 0 ? 'error' : 'success'} variant="outlined" role="status" sx={{ mb: 1 }} action={<Box sx={{ display: 'flex', alignItems: 'center' }}><CopyButton text={JSON.stringify(answer.report, null, 2)} label={t('models.diff.copy')} /><Button color="inherit" onClick={save}>{t('models.diff.save')}</Button></Box>}>
        {answer.regressions.length > 0 ? t('models.diff.regressions', { count: answer.regressions.length }) : t('models.diff.no_regressions')} · {t('models.diff.stored')} <Mono>{answer.path}</Mono>
      </Alert>
      <Missing answer={answer} />
      {comparisons.length === 0 ? <Empty title={t('models.diff.nothing')} hint={t('models.diff.nothing_hint')} /> : (
        <Table aria-label={t('models.tab.diff')} sx={{ bgcolor: 'background.paper', '& td, & th': { py: 0.25 } }}>
          <TableHead><TableRow><TableCell>{t('models.column.metric')}</TableCell><TableCell align="right">{t('models.diff.from')}</TableCell><TableCell align="right">{t('models.diff.to')}</TableCell><TableCell align="right">{t('models.column.delta')}</TableCell><TableCell>{t('models.column.change')}</TableCell></TableRow></TableHead>
          <TableBody>{comparisons.map((one) => <Fragment key={one.model}><Changes one={one} regressed={regressedIn(one.model)} /></Fragment>)}</TableBody>
        </Table>
      )}
    </Box>
  );
}

export function Diff(): ReactElement {
  const t = useText();
  const transport = useTransport();
  const { workspace, role } = useSnapshot();
  const [lhs, setLhs] = useState('');
  const [rhs, setRhs] = useState('');
  const [tag, setTag] = useState('');
  const [threshold, setThreshold] = useState('0');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ConsoleErrorBody | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const limit = Number(threshold.replace(',', '.'));
  const wrong = threshold.trim() === '' || !Number.isFinite(limit) || limit < 0;
  const given = (key: string, text: string): Record<string, string> => (text.trim() === '' ? {} : { [key]: text.trim() });
  const input = { ...given('lhs', lhs), ...given('rhs', rhs), ...given('tag', tag), threshold: wrong ? 0 : limit };
  const may = workspace.read_only === null && mayDo(role, 'models.diff');
  const run = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const result = await transport.call('models.diff', input);
    setBusy(false);
    if (result.ok) setAnswer(result.value);
    else {
      setError(result.error);
      setAnswer(null);
    }
  };
  const slot = { htmlInput: { maxLength: 4096, spellCheck: false } };
  return (
    <Box sx={{ pt: 1 }}>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 1.5 }}>{t('models.diff.text')}</Typography>
      <Box component="form" onSubmit={(event) => { event.preventDefault(); if (may && !wrong && !busy) void run(); }} sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'flex-start' }}>
        <TextField label={t('models.diff.lhs')} helperText="deploy/packaging/samples/var/models/quality" value={lhs} sx={{ width: 330 }} onChange={(event) => setLhs(event.target.value)} slotProps={slot} />
        <TextField label={t('models.diff.rhs')} helperText="var/models/quality" value={rhs} sx={{ width: 230 }} onChange={(event) => setRhs(event.target.value)} slotProps={slot} />
        <TextField label={t('models.diff.threshold')} helperText={t(wrong ? 'models.diff.threshold_wrong' : 'models.diff.threshold_hint')} error={wrong} value={threshold} sx={{ width: 150 }} onChange={(event) => setThreshold(event.target.value)} slotProps={{ htmlInput: { inputMode: 'decimal' } }} />
        <TextField label={t('models.diff.tag')} value={tag} sx={{ width: 120 }} onChange={(event) => setTag(event.target.value)} slotProps={{ htmlInput: { maxLength: 64 } }} />
        <Button type="submit" variant="contained" disabled={!may || wrong || busy} sx={{ mt: 0.5 }}>{t('models.diff.run')}</Button>
      </Box>
      <Box sx={{ mt: 1 }}><CliLine line={cliLine('models.diff', input, { workspace: workspace.path })} /></Box>
      {busy ? <WorkBar label={t('models.diff.run')} progress={null} /> : null}
      {error === null ? null : <Box sx={{ mt: 1 }}><ErrorNotice error={error} /></Box>}
      {answer === null ? (error === null && !busy ? <Empty title={t('models.diff.none')} hint={t('models.diff.none_hint')} /> : null) : <Result answer={answer} />}
    </Box>
  );
}
