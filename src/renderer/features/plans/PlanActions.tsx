/** The buttons of the plan dialog. The safe choice has the focus; the act names itself and takes no Enter. */
import Button from '@mui/material/Button';
import DialogActions from '@mui/material/DialogActions';
import Box from '@mui/material/Box';
import type { KeyboardEvent, ReactElement } from 'react';
import type { PlanView } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { useSnapshot } from '../../state/store.ts';
import { mayDo } from '../../state/rights.ts';
import { PlanExport } from './PlanExport.tsx';
import { needsMet, type Liveness } from './rules.ts';
import { buttonText, knownOperation } from './sentence.ts';
import type { Phase, PlanActs } from './usePlan.ts';

interface PlanActionsProps {
  readonly plan: PlanView | null;
  readonly phase: Phase;
  readonly liveness: Liveness;
  readonly typed: string;
  /** No preview yet, because something must be filled in first. */
  readonly waiting: boolean;
  readonly acts: PlanActs;
  readonly onClose: () => void;
}

const noEnter = (event: KeyboardEvent): void => {
  if (event.key === 'Enter') event.preventDefault();
};

function ApplyButton({ plan, liveness, phase, typed, acts }: Omit<PlanActionsProps, 'onClose' | 'waiting'> & { readonly plan: PlanView }): ReactElement | null {
  const t = useText();
  const format = useFormat();
  const { role, workspace } = useSnapshot();
  const operation = knownOperation(plan.operation);
  const allowed = operation !== null && mayDo(role, operation) && mayDo(role, 'plans.apply') && workspace.read_only === null;
  if (plan.totals.targets === 0 || !allowed) return null;
  const ready = phase === 'ready' && liveness === 'fresh' && needsMet(plan, typed);
  const destructive = operation !== 'reports.archive' && operation !== 'models.promote' && operation !== 'artifacts.activate';
  return (
    <Button
      variant="contained" color={destructive ? 'error' : 'primary'} disabled={!ready} onKeyDown={noEnter} title={t('plans.button.hint')}
      onClick={() => acts.apply(plan.confirmation === null ? null : typed)} sx={{ maxWidth: 460 }}
    >
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{buttonText(plan, t, format)}</Box>
    </Button>
  );
}

export function PlanActions({ plan, phase, liveness, typed, waiting, acts, onClose }: PlanActionsProps): ReactElement {
  const t = useText();
  const working = phase === 'applying' || phase === 'undoing';
  const done = plan !== null && plan.outcome !== null;
  const again = !done && !working && phase !== 'planning' && (plan === null ? !waiting : liveness === 'stale' || liveness === 'expired' || plan.status === 'rejected');
  return (
    <DialogActions sx={{ px: 3, py: 1.5 }}>
      {plan === null ? null : <PlanExport plan={plan} />}
      <Box sx={{ flex: 1 }} />
      <Button variant="outlined" autoFocus onClick={onClose} disabled={working}>{done ? t('shell.close') : t('plans.button.leave')}</Button>
      {done && plan.can_undo && !working ? <Button variant="contained" onKeyDown={noEnter} onClick={acts.undo}>{t('plans.button.undo')}</Button> : null}
      {again ? <Button variant="contained" onClick={() => acts.planAgain()}>{t('plans.button.again')}</Button> : null}
      {plan === null || done || again ? null : <ApplyButton plan={plan} phase={phase} liveness={liveness} typed={typed} acts={acts} />}
    </DialogActions>
  );
}
