/** The content of a plan that changes a champion or an active version: comparison, gates, what would stand and be written. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement, type ReactNode } from 'react';
import * as z from 'zod';
import { comparisonSchema, gateReadingSchema, pinThenSchema, type Drift, type PlanView } from '#contract';
import { useText } from '../../i18n/index.ts';
import { Technical } from '../../ui/said.tsx';
import { Facts, Instant, Mono } from '../../ui/values.tsx';
import { Gates } from '../models/Gates.tsx';
import { MetricTable, ParameterTable } from '../models/MetricTable.tsx';
import { DriftList } from './PlanTabs.tsx';

/** What the engine of models puts into a plan. A plan from another version may lack parts; those are left out, not guessed. */
const factsSchema = z.object({
  version: z.string(),
  previous_version: z.string().nullable(),
  reason: z.string(),
  comparison: comparisonSchema.shape.metrics,
  parameters: comparisonSchema.shape.parameters,
  gates: gateReadingSchema,
  forced: z.boolean(),
  warnings: z.array(z.string()),
  after: z.object({ champion: z.string(), challengers: z.array(z.string().nullable()), retired: z.array(z.object({ why: z.string(), version: z.string().nullable() })) }),
  pin: z.object({ before: pinThenSchema.nullable(), held_before: z.boolean(), after: z.object({ version: z.string(), until: z.string().nullable() }).nullable() }),
  writes: z.array(z.string()),
});
type PromotionFacts = z.infer<typeof factsSchema>;

const activationSchema = z.object({
  model: z.string(), version: z.string(), previous: z.string().nullable(), reason: z.string(), sha256: z.string(),
  gate: z.object({ open: z.boolean(), unknown: z.boolean(), reasons: z.array(z.object({ code: z.string(), message: z.string() })) }).nullable(),
});

const loud: readonly string[] = ['candidate_degraded', 'champion_unreadable', 'pin_unreadable'];
const quiet: readonly string[] = ['no_champion', 'metrics_worse'];

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <Box component="section" sx={{ mt: 1.5 }}>
      <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>{title}</Typography>
      {children}
    </Box>
  );
}

function Warnings({ facts }: { readonly facts: PromotionFacts }): ReactElement | null {
  const t = useText();
  const known = facts.warnings.filter((one) => loud.includes(one) || quiet.includes(one));
  const other = facts.warnings.filter((one) => !known.includes(one));
  if (facts.warnings.length === 0) return null;
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1, mt: 1 }}>
      {known.map((one) => <Alert key={one} severity={loud.includes(one) ? 'error' : 'warning'} variant="outlined">{t(`models.warning.${one as 'no_champion'}`)}</Alert>)}
      {other.map((one) => <Alert key={one} severity="warning" variant="outlined">{one}</Alert>)}
    </Box>
  );
}

function After({ facts }: { readonly facts: PromotionFacts }): ReactElement {
  const t = useText();
  const list = (versions: readonly (string | null)[]): string => (versions.length === 0 ? t('models.after.none') : versions.map((one) => one ?? '–').join(', '));
  const { pin } = facts;
  return (
    <Facts
      rows={[
        [t('models.after.champion'), facts.after.champion],
        [t('models.after.challengers'), list(facts.after.challengers)],
        ...(facts.after.retired.length === 0 ? [] : [[t('models.after.retired'), list(facts.after.retired.map((one) => one.version))] as const]),
        [t('models.after.pin'), pin.after === null ? t(pin.held_before ? 'models.after.pin_ends' : 'models.after.pin_none') : pin.after.until === null ? t('models.after.pin_open', { version: pin.after.version }) : <span key="p">{t('models.after.pin_until', { version: pin.after.version })} <Instant value={pin.after.until} /></span>],
        [t('models.reason'), facts.reason],
      ]}
    />
  );
}

function Promotion({ facts }: { readonly facts: PromotionFacts }): ReactElement {
  const t = useText();
  const [all, setAll] = useState(false);
  const changed = facts.parameters.filter((row) => row.changed).length;
  return (
    <>
      <Warnings facts={facts} />
      <Section title={t('models.gates.title')}><Gates gates={facts.gates} /></Section>
      <Section title={t('models.compare.metrics')}>
        {facts.comparison.length === 0 ? <Typography variant="body2">{t('models.compare.no_metrics')}</Typography> : <MetricTable rows={facts.comparison} champion={facts.previous_version} candidate={facts.version} />}
      </Section>
      <Section title={t('models.compare.parameters_changed', { count: changed })}>
        {facts.parameters.length > changed ? <FormControlLabel control={<Checkbox checked={all} onChange={(_event, next) => setAll(next)} />} label={t('models.compare.all_parameters')} /> : null}
        <ParameterTable rows={facts.parameters} champion={facts.previous_version} candidate={facts.version} changedOnly={!all} />
      </Section>
      <Section title={t('models.after.title')}><After facts={facts} /></Section>
      <Section title={t('models.after.writes')}>
        <Box component="ul" sx={{ m: 0, pl: 2 }}>{facts.writes.map((path) => <li key={path}><Mono>{path}</Mono></li>)}</Box>
      </Section>
    </>
  );
}

function Activation({ facts }: { readonly facts: z.infer<typeof activationSchema> }): ReactElement {
  const t = useText();
  return (
    <Section title={t('models.after.title')}>
      <Facts
        rows={[
          [t('models.artifacts.active'), facts.version], [t('models.artifacts.active_before'), facts.previous ?? '–'], [t('models.reason'), facts.reason],
          ['SHA-256', <Mono key="h">{facts.sha256}</Mono>],
          [t('models.gates.sign_offs'), facts.gate === null ? t('models.artifacts.gate_not_asked') : facts.gate.open ? t('models.sign_offs.complete') : t(facts.gate.unknown ? 'models.sign_offs.unknown' : 'models.sign_offs.missing')],
        ]}
      />
      {facts.gate === null || facts.gate.open ? null : <Box component="ul" sx={{ m: 0, pl: 2 }}>{facts.gate.reasons.map((one) => <li key={`${one.code} ${one.message}`}><Technical text={one.message} /></li>)}</Box>}
    </Section>
  );
}

export function ModelPlan({ plan, drift, dim }: { readonly plan: PlanView; readonly drift: readonly Drift[]; readonly dim: boolean }): ReactElement {
  const promotion = factsSchema.safeParse(plan.facts);
  const activation = activationSchema.safeParse(plan.facts);
  return (
    <Box sx={{ opacity: dim ? 0.5 : 1 }}>
      {drift.length === 0 ? null : <DriftList drift={drift} />}
      {promotion.success ? <Promotion facts={promotion.data} /> : activation.success ? <Activation facts={activation.data} /> : null}
    </Box>
  );
}
