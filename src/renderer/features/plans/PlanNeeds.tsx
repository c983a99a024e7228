/** What the plan needs before it may be applied. Each line ticks itself off; where a person is needed, it says which. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import { note, noteText, type Note, type PlanView, type Severity } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { useSnapshot } from '../../state/store.ts';
import { Said, Technical } from '../../ui/said.tsx';
import { SeverityIcon } from '../../ui/status.tsx';
import { Instant, Mono } from '../../ui/values.tsx';
import { mayDo } from '../../state/rights.ts';
import type { Liveness } from './rules.ts';
import { wordToType } from './sentence.ts';
import type { PlanActs } from './usePlan.ts';

interface PlanNeedsProps {
  readonly plan: PlanView;
  readonly liveness: Liveness;
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
  readonly acts: PlanActs;
  readonly busy: boolean;
  readonly now: number;
}

type Need = PlanView['needs'][number];

function NeedLine({ met, children, word }: { readonly met: boolean; readonly word: string; readonly children: React.ReactNode }): ReactElement {
  const severity: Severity = met ? 'ok' : 'attention';
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'center', gap: 1, py: 0.25, flexWrap: 'wrap' }}>
      <SeverityIcon severity={severity} />
      <Typography variant="body2" component="div">{children}</Typography>
      <Typography variant="caption" color="text.secondary">{word}</Typography>
    </Box>
  );
}

function useNeedText(): (need: Need, props: PlanNeedsProps) => { readonly met: boolean; readonly text: React.ReactNode } {
  const t = useText();
  const format = useFormat();
  const { language } = format;
  return (need, { plan, liveness, typed, now }) => {
    switch (need.kind) {
      case 'fresh': {
        const met = liveness === 'fresh';
        const left = format.duration(Date.parse(plan.valid_until) - now);
        return { met, text: <>{t('words.need.fresh')} · <span title={format.utc(plan.valid_until)}>{met ? t('plans.needs.valid_for', { time: left }) : t(liveness === 'stale' ? 'plans.needs.drifted' : 'plans.needs.too_late')}</span></> };
      }
      case 'confirmation':
        return { met: typed === wordToType(plan), text: <>{t('plans.needs.type')} <Mono>{wordToType(plan)}</Mono></> };
      case 'approval':
        return { met: need.met, text: <>{t('words.need.approval')} · {plan.approval === null ? t(plan.requested === null ? 'plans.needs.not_requested' : 'plans.needs.requested') : t('plans.needs.approved_by', { name: plan.approval.actor.name })}</> };
      default:
        return { met: need.met, text: <>{t(`words.need.${need.kind}`)}{need.detail === null ? null : language === 'en' ? ` · ${need.detail}` : <Technical text={need.detail} />}</> };
    }
  };
}

function Approval({ plan, acts, busy }: Pick<PlanNeedsProps, 'plan' | 'acts' | 'busy'>): ReactElement | null {
  const t = useText();
  const { role, workspace, actor } = useSnapshot();
  const isAuthor = plan.author.os_user === actor.os_user && plan.author.host === actor.host;
  const [note, setNote] = useState('');
  if (plan.status !== 'pending' || workspace.read_only !== null) return null;
  const required = plan.needs.some((need) => need.kind === 'approval' && !need.met);
  const mayApprove = mayDo(role, 'plans.approve');
  if (!required && plan.requested === null) return null;
  const trimmed = note.trim();
  return (
    <Box role="group" aria-label={t('words.need.approval')} sx={{ display: 'flex', gap: 1, alignItems: 'flex-start', flexWrap: 'wrap', mt: 1 }}>
      {plan.requested === null ? null : (
        <Typography variant="body2" color="text.secondary" sx={{ width: '100%' }}>
          {t('plans.needs.requested_by', { name: plan.requested.actor.name })} <Instant value={plan.requested.at} />{plan.requested.note === null ? '' : ` · ${plan.requested.note}`}
        </Typography>
      )}
      <TextField label={t(mayApprove && plan.requested !== null ? 'plans.needs.reason' : 'plans.needs.note')} value={note} sx={{ width: 340 }} onChange={(event) => setNote(event.target.value)} slotProps={{ htmlInput: { maxLength: 1024 } }} />
      {plan.requested === null ? <Button variant="outlined" disabled={busy || !mayDo(role, 'plans.request')} onClick={() => { acts.request(trimmed); setNote(''); }}>{t('plans.button.request')}</Button> : null}
      {mayApprove ? <Button variant="outlined" color="success" disabled={busy || isAuthor} title={isAuthor ? t('errors.APPROVER_IS_AUTHOR.title') : undefined} onClick={() => { acts.approve(trimmed); setNote(''); }}>{t('plans.button.approve')}</Button> : null}
      {mayApprove ? <Button variant="outlined" color="error" disabled={busy || trimmed.length < 3} title={t('plans.needs.reject_hint')} onClick={() => acts.reject(trimmed)}>{t('plans.button.reject')}</Button> : null}
    </Box>
  );
}

/** A policy that cannot be read is why an approval is asked for. */
function useDamagedPolicy(): Note | undefined {
  const { policy_problem_notes } = useSnapshot();
  const found = policy_problem_notes?.find((one) => one.code === 'policy_damaged' || one.code === 'policy_newer');
  return found === undefined ? undefined : note('approval_policy_damaged', { path: found.params['path'] ?? '' });
}

export function PlanNeeds(props: PlanNeedsProps): ReactElement {
  const t = useText();
  const needText = useNeedText();
  const { plan, typed, onTyped, acts, busy } = props;
  const word = wordToType(plan);
  const own = plan.needs.some((need) => need.kind === 'confirmation');
  const required = plan.needs.some((need) => need.kind === 'approval' && !need.met);
  const damaged = useDamagedPolicy();
  const needs: readonly Need[] = word === null || own ? plan.needs : [...plan.needs, { kind: 'confirmation', met: false, detail: word }];
  return (
    <Box>
      <Typography variant="h3" component="h3">{t('plans.needs.title')}</Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {needs.map((need) => {
          const { met, text } = needText(need, props);
          return <NeedLine key={need.kind} met={met} word={t(met ? 'plans.needs.met' : 'plans.needs.open')}>{text}</NeedLine>;
        })}
      </Box>
      {required && damaged !== undefined ? <Typography variant="body2" color="error"><Said text={noteText(damaged)} notes={[damaged]} /></Typography> : null}
      {plan.rejection === null ? null : <Typography variant="body2" color="error">{t('plans.rejected_by', { name: plan.rejection.actor.name, reason: plan.rejection.reason })}</Typography>}
      {word === null || plan.totals.targets === 0 ? null : (
        <TextField
          label={t('plans.needs.type_label', { word })} value={typed} autoComplete="off" sx={{ width: 340, mt: 1 }} onChange={(event) => onTyped(event.target.value)}
          onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault(); }} slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'off' } }}
        />
      )}
      <Approval plan={plan} acts={acts} busy={busy} />
    </Box>
  );
}
