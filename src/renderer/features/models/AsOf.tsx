/** What stood at an instant of the past: champions, pins, schedule, automation and sign-offs, with the entries that prove it. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type * as z from 'zod';
import { modelThenSchema, type OperationOutput } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { utcText } from '../../format/index.ts';
import { hasText, useFormat, useText } from '../../i18n/index.ts';
import { useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { CliLine, Facts, Instant, Mono } from '../../ui/values.tsx';
import { Proof } from './Proof.tsx';

type Then = OperationOutput<'automode.as_of'>;
type ModelThen = z.infer<typeof modelThenSchema>;

const thenOnly = (models: OperationOutput<'models.champion'>['models']): readonly ModelThen[] =>
  models.flatMap((one) => {
    const parsed = modelThenSchema.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });

function ModelRow({ model }: { readonly model: ModelThen }): ReactElement {
  const t = useText();
  const mode = `models.mode.${model.mode ?? ''}`;
  return (
    <TableRow hover>
      <TableCell>{model.model_name}</TableCell>
      <TableCell>
        {model.version ?? t('plans.no_champion')}
        {model.basis === 'observed' ? <Typography variant="caption" component="div">{t('models.as_of.observed')}</Typography> : null}
        {model.champion_metadata.reason === null ? null : <Typography variant="caption" component="div" color="text.secondary">{model.champion_metadata.reason}</Typography>}
      </TableCell>
      <TableCell>{model.since === null ? '–' : <Instant breaks value={model.since} />}</TableCell>
      <TableCell>{model.until === null ? t('models.as_of.still') : <Instant breaks value={model.until} />}</TableCell>
      <TableCell>{model.mode === null ? '–' : hasText(mode) ? t(mode) : model.mode}</TableCell>
      <TableCell>{model.pin === null ? '–' : `${model.pin.version ?? '–'} · ${model.pin.pinned_by ?? '–'}`}</TableCell>
      <TableCell><Proof entries={[...model.proof, ...model.pin_proof]} /></TableCell>
    </TableRow>
  );
}

function Champions({ models }: { readonly models: readonly ModelThen[] }): ReactElement {
  const t = useText();
  if (models.length === 0) return <Empty title={t('models.as_of.no_models')} hint={t('models.as_of.no_models_hint')} />;
  return (
    <Table aria-label={t('models.as_of.champions')} sx={{ bgcolor: 'background.paper' }}>
      <TableHead>
        <TableRow>
          <TableCell>{t('models.column.model')}</TableCell><TableCell>{t('models.column.champion')}</TableCell><TableCell>{t('models.as_of.since')}</TableCell><TableCell>{t('models.as_of.until')}</TableCell>
          <TableCell>{t('models.column.mode')}</TableCell><TableCell>{t('models.column.pin')}</TableCell><TableCell>{t('models.as_of.proof')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>{models.map((model) => <ModelRow key={model.model_name} model={model} />)}</TableBody>
    </Table>
  );
}

function Others({ then }: { readonly then: Then }): ReactElement {
  const t = useText();
  const format = useFormat();
  const { schedule, automation, sign_offs, overrides } = then;
  const field = (name: string): string | null => (typeof schedule.state?.[name] === 'string' ? schedule.state[name] : null);
  const interval = schedule.state?.['interval'];
  const instant = (value: string | null): ReactElement | string => (value === null ? '–' : <Instant value={value} />);
  const signStatus = (status: string): string => {
    const key = `models.sign_status.${status}`;
    return hasText(key) ? t(key) : status;
  };
  const role = (name: string): string => {
    const key = `models.sign_role.${name}`;
    return hasText(key) ? t(key) : name;
  };
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))', gap: 3, mt: 2 }}>
      <Box component="section" aria-label={t('models.schedule.title')}>
        <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>{t('models.schedule.title')}</Typography>
        {schedule.state === null ? <Typography variant="body2" color="text.secondary">{t('models.as_of.nothing')}</Typography> : (
          <Facts
            rows={[
              [t('models.schedule.next'), instant(field('next_run'))], [t('models.schedule.last'), instant(field('last_run'))],
              [t('models.schedule.interval'), typeof interval === 'number' ? format.duration(interval * 1000) : '–'],
              [t('models.schedule.cooldown'), instant(field('cooldown_until'))], [t('models.schedule.paused'), instant(field('paused_until'))], [t('models.as_of.proof'), <Proof key="p" entries={schedule.proof} />],
            ]}
          />
        )}
      </Box>
      <Box component="section" aria-label={t('models.as_of.automation')}>
        <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>{t('models.as_of.automation')}</Typography>
        {automation.state === null ? <Typography variant="body2" color="text.secondary">{t('models.as_of.nothing')}</Typography> : (
          <Facts
            rows={[
              [t('models.as_of.kill_switch'), automation.state.kill_switch === null ? '–' : `${automation.state.kill_switch.by} · ${automation.state.kill_switch.reason}`],
              [t('models.as_of.pause'), automation.state.pause === null ? '–' : `${automation.state.pause.by} · ${automation.state.pause.reason ?? '–'}${automation.state.pause.until === null ? '' : ` · ${utcText(automation.state.pause.until)}`}`],
              [t('models.as_of.proof'), <Proof key="p" entries={automation.proof} />],
            ]}
          />
        )}
      </Box>
      {overrides.length === 0 ? null : (
        <Box component="section" aria-label={t('models.as_of.overrides')}>
          <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>{t('models.as_of.overrides')}</Typography>
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {overrides.map(({ file, state, proof }) => (
              <Box component="li" key={file} sx={{ py: 0.5 }}>
                <Typography variant="body2">{state === null ? t('models.as_of.restored') : `${state.component}${state.reason === null ? '' : ` · ${state.reason}`}`} · <Proof entries={proof} /></Typography>
                <Mono>{file}</Mono>
              </Box>
            ))}
          </Box>
        </Box>
      )}
      <Box component="section" aria-label={t('models.gates.sign_offs')}>
        <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>{t('models.gates.sign_offs')}</Typography>
        {sign_offs.length === 0 ? <Typography variant="body2" color="text.secondary">{t('models.as_of.nothing')}</Typography> : (
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {sign_offs.map((one) => (
              <Box component="li" key={`${one.report}-${one.role}`} sx={{ py: 0.5 }}>
                <Typography variant="body2">{role(one.role)} · {one.state === null ? '–' : signStatus(one.state.status)}{(one.state?.signed_by ?? null) === null ? '' : ` · ${one.state?.signed_by ?? ''}`} · <Proof entries={one.proof} /></Typography>
                <Mono>{one.report}</Mono>
              </Box>
            ))}
          </Box>
        )}
      </Box>
    </Box>
  );
}

export function AsOf({ at }: { readonly at: string }): ReactElement {
  const t = useText();
  const { workspace } = useSnapshot();
  const champions = useOperation('models.champion', { as_of: at }, ['journal.appended']);
  const others = useOperation('automode.as_of', { at }, ['journal.appended']);
  return (
    <Box component="section" aria-label={t('models.as_of.title', { at: utcText(at) })} sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 2, mb: 2 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', mb: 1 }}>
        <Typography variant="h2">{t('models.as_of.title', { at: utcText(at) })}</Typography>
        <StatusChip severity="neutral" label={t('models.as_of.past')} />
      </Box>
      {champions.data?.proof_holds === false || others.data?.proof_holds === false ? <Alert severity="error" variant="outlined" sx={{ mb: 1 }}>{t('models.as_of.broken')}</Alert> : null}
      {champions.error === null ? null : <ErrorNotice error={champions.error} onRetry={champions.reload} />}
      {champions.data === null ? (champions.error === null ? <Skeleton variant="rounded" height={120} /> : null) : <Champions models={thenOnly(champions.data.models)} />}
      {(champions.data?.unknown_models ?? []).length === 0 ? null : <Alert severity="warning" variant="outlined" sx={{ mt: 1 }}>{t('models.as_of.unknown', { models: (champions.data?.unknown_models ?? []).join(', ') })}</Alert>}
      {others.error === null ? null : <Box sx={{ mt: 1 }}><ErrorNotice error={others.error} onRetry={others.reload} /></Box>}
      {others.data === null ? null : <Others then={others.data} />}
      <Box sx={{ mt: 1.5, display: 'flex', flexDirection: 'column', gap: 0.5 }}>
        <CliLine line={cliLine('models.champion', { as_of: at }, { workspace: workspace.path })} />
      </Box>
    </Box>
  );
}
