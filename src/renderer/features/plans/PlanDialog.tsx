/**
 * The dialog that must never lie: everything destructive passes through it. It shows what the plan holds, what it
 * needs, and afterwards what was seen to happen. Its act lives off a fresh plan, and Enter never triggers it.
 */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useId, useState, type ReactElement } from 'react';
import { useFormat, useText } from '../../i18n/index.ts';
import { closePlan, useSnapshot, type PlanRequest } from '../../state/store.ts';
import { useNow } from '../../state/useOperation.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { PlanChip } from '../../ui/status.tsx';
import { CopyButton } from '../../ui/values.tsx';
import { fullAddress, goTo, usePlace } from '../../state/place.ts';
import { ModelPlan } from './ModelPlan.tsx';
import { LeftOut } from './LeftOut.tsx';
import { PlanActions } from './PlanActions.tsx';
import { PlanFoot } from './PlanFoot.tsx';
import { PlanNeeds } from './PlanNeeds.tsx';
import { PlanOptions } from './PlanOptions.tsx';
import { PlanProgress } from './PlanProgress.tsx';
import { PlanResult } from './PlanResult.tsx';
import { PlanTabs } from './PlanTabs.tsx';
import { livenessOf, waitsForReason, type Liveness } from './rules.ts';
import { actName, isModelAct, knownOperation, planSentence } from './sentence.ts';
import { usePlan, type PlanLife } from './usePlan.ts';

function Head({ life, title, id }: { readonly life: PlanLife; readonly title: string; readonly id: string }): ReactElement {
  const t = useText();
  const { plan } = life;
  return (
    <DialogTitle id={id} component="div" sx={{ display: 'flex', alignItems: 'center', gap: 1.5, pb: 1 }}>
      <Typography variant="h1" component="h2" sx={{ flex: 1 }}>{title}</Typography>
      {plan === null ? null : <PlanChip status={plan.status} requested={plan.requested !== null} />}
      {plan === null ? null : <CopyButton text={fullAddress({ page: 'approvals', plan: plan.id })} label={t('plans.copy_address')} />}
    </DialogTitle>
  );
}

function Sentence({ life }: { readonly life: PlanLife }): ReactElement {
  const t = useText();
  const format = useFormat();
  if (life.plan === null) return life.phase === 'planning' ? <Skeleton height={44} /> : <></>;
  return <Typography sx={{ fontWeight: 500, opacity: life.phase === 'planning' ? 0.5 : 1 }} data-testid="plan-sentence">{planSentence(life.plan, t, format)}</Typography>;
}

function Staleness({ life, liveness }: { readonly life: PlanLife; readonly liveness: Liveness }): ReactElement | null {
  const t = useText();
  if (liveness === 'stale') return <Alert severity="warning" variant="outlined">{t('plans.stale', { count: life.driftCount })}</Alert>;
  if (liveness === 'expired') return <Alert severity="warning" variant="outlined">{t('plans.expired')}</Alert>;
  return null;
}

export function PlanDialog({ request }: { readonly request: PlanRequest }): ReactElement {
  const t = useText();
  const titleId = useId();
  const { life, acts } = usePlan(request);
  const [typed, setTyped] = useState('');
  const now = useNow(1000);
  const place = usePlace();
  const { workspace } = useSnapshot();
  const { plan, phase } = life;
  const working = phase === 'applying' || phase === 'undoing';
  const liveness = plan === null ? 'closed' : livenessOf(plan, life.driftCount, now);
  const operation = plan?.operation ?? request.operation ?? '';
  const close = (): void => {
    closePlan();
    if (place.page === 'approvals' && place.plan !== null) goTo({ page: 'approvals', plan: null });
  };
  const known = knownOperation(operation);
  const modelAct = known !== null && isModelAct(known);
  const finished = plan !== null && plan.outcome !== null;
  return (
    <Dialog open onClose={() => { if (!working) close(); }} fullWidth maxWidth="lg" aria-labelledby={titleId} slotProps={{ paper: { sx: { height: 'min(860px, 94vh)' } } }}>
      <Head life={life} id={titleId} title={operation === '' ? t('plans.title') : actName(operation, t)} />
      <DialogContent dividers sx={{ display: 'flex', flexDirection: 'column', gap: 1.5, minHeight: 0 }} tabIndex={0}>
        <Sentence life={life} />
        {request.operation === null || finished || working ? null : <PlanOptions operation={request.operation} input={life.input ?? request.input} disabled={working} onChange={acts.planAgain} />}
        {life.error === null ? null : <ErrorNotice error={life.error} />}
        <Staleness life={life} liveness={liveness} />
        {phase === 'planning' || working ? <PlanProgress life={life} permanent={plan?.permanent ?? false} onStop={acts.stop} /> : null}
        {finished && !working ? <PlanResult plan={plan} /> : null}
        {plan === null ? null : <LeftOut plan={plan} />}
        {plan === null || finished || working ? null : <PlanNeeds plan={plan} liveness={liveness} typed={typed} onTyped={setTyped} acts={acts} busy={phase !== 'ready'} now={now} />}
        {plan === null && phase === 'ready' && waitsForReason(operation, life.input) ? <Typography role="status" color="text.secondary">{t('models.say_why')}</Typography> : null}
        {plan === null ? null : modelAct ? <ModelPlan plan={plan} drift={life.drift} dim={phase === 'planning'} /> : <PlanTabs plan={plan} drift={life.drift} dim={phase === 'planning'} />}
        <Box sx={{ flex: 1 }} />
      </DialogContent>
      <PlanFoot operation={operation} input={life.input} plan={plan} workspace={workspace.path} />
      <PlanActions plan={plan} phase={phase} liveness={liveness} typed={typed} waiting={waitsForReason(operation, life.input)} acts={acts} onClose={close} />
    </Dialog>
  );
}
