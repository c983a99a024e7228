/** States of AutoMode as severities and as sentences. */
import type { Automation, AutomodeCycle, GuardrailReading, GuardrailShare, Severity } from '#contract';
import { wordOf } from '../../i18n/facts.ts';
import type { Text } from '../../i18n/index.ts';

export const automationSeverity: Readonly<Record<Automation['state'], Severity>> = {
  on: 'ok', paused: 'attention', overridden: 'attention', killed: 'blocked', off: 'attention', unknown: 'unknown',
};

export const guardrailSeverity: Readonly<Record<GuardrailReading['state'], Severity | 'neutral'>> = { ok: 'ok', active: 'blocked', unknown: 'unknown', off: 'neutral' };

export const levelSeverity: Readonly<Record<GuardrailShare['level'], Severity>> = { ok: 'ok', review: 'attention', red: 'blocked', unknown: 'unknown' };

export const cycleSeverity: Readonly<Record<AutomodeCycle['status'], Severity | 'neutral'>> = {
  completed: 'ok', failed: 'blocked', blocked: 'attention', cancelled: 'neutral', running: 'neutral', interrupted: 'blocked',
};

/** What became of the promotion, in a few words; the decision of each model where there were several. */
export function promotionText(t: Text, cycle: AutomodeCycle): string {
  const { promotion, evaluation } = cycle;
  if (promotion === null) return evaluation === null ? '–' : t(`automode.evaluated.${evaluation.decision}`);
  if (promotion.status === 'skipped') return t('automode.promotion_skipped', { reason: t(`automode.skip.${skipKey(promotion.skip_reason)}`) });
  const promoted = promotion.decisions.filter(({ decision }) => decision === 'champion');
  if (promoted.length > 0) return promoted.map(({ model, version }) => t('automode.promoted', { model, version: version ?? '–' })).join(', ');
  const blocked = promotion.decisions.flatMap(({ blocked_by: by }) => by);
  return blocked.length > 0 ? t('automode.promotion_blocked', { by: [...new Set(blocked)].map((code) => wordOf(t, ['models.blocker'], code)).join(', ') }) : t('automode.promotion_none');
}

const skips = ['automation', 'status', 'errors', 'alerts', 'fallback', 'quality_dir_missing', 'no_models', 'auto_promote_off', 'approval_required'] as const;
const skipKey = (reason: string | null): (typeof skips)[number] | 'other' => skips.find((known) => known === reason) ?? 'other';

/** How a cycle ended, and of a completed one what became of the promotion. */
export const cycleOutcome = (t: Text, cycle: AutomodeCycle): string => {
  const status = t(`automode.cycle_status.${cycle.status}`);
  return cycle.status === 'completed' ? `${status} · ${t('automode.column.promotion').toLowerCase()}: ${promotionText(t, cycle)}` : status;
};

/** Roles that the policy adds keep their own name. */
export const roleText = (t: Text, role: string): string => (role === 'risk' || role === 'compliance' ? t(`automode.role.${role}`) : role);
