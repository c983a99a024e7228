/**
 * What the decision loop tells people: promotions and failures as the decision journal brings them, whichever program they
 * come from, and alerts when they begin.
 *
 * Promise: each is told once; what has lasted since before the console was started, and was told then, is not told again.
 */
import type { AutomodeAlert, Notification } from '#contract';
import type { DecisionEntry } from '#engines/decisions';
import type { Notice } from './notifications.ts';

const text = (value: string | undefined, longest = 300): string => {
  const trimmed = (value ?? '').trim();
  return trimmed.length > longest ? `${trimmed.slice(0, longest - 1)}…` : trimmed;
};

export const modelAddress = (model: string): string => `#/models?model=${encodeURIComponent(model)}`;

/** Null for entries that nobody needs to be told of. */
export function noticeOf(entry: DecisionEntry): Notice | null {
  if (entry['event'] === 'model_change') {
    const model = text(entry['model_name'] ?? entry['strategy']);
    const mode = text(entry['promotion_mode']);
    return {
      kind: mode === 'rollback' ? 'model_rolled_back' : mode === 'auto' ? 'model_promoted_auto' : 'model_promoted', severity: 'ok', critical: false,
      params: { model, version: text(entry['model_version']), previous: text(entry['model_previous_version']), mode, reason: text(entry['reason']), by: text(entry['promoted_by']) },
      address: modelAddress(model),
    };
  }
  if (entry['event'] !== 'ai_retraining_failed') return null;
  const job = text(entry['schedule'] ?? entry['strategy']);
  const reason = text(entry['error_message'] ?? entry['last_failure_reason'] ?? entry['error_type']);
  const streak = Number(entry['failure_streak'] ?? '1');
  const again = Number.isFinite(streak) && streak >= 2;
  return {
    kind: again ? 'training_failing' : 'training_failed', severity: again ? 'blocked' : 'attention', critical: again,
    params: again ? { job, reason, streak } : { job, reason }, address: '#/automode',
  };
}

const percent = (share: number | string | undefined): number => Math.round(Number(share ?? 0) * 1000) / 10;

/** What makes an alert another one; figures that move while it lasts do not. */
const identity: Readonly<Partial<Record<AutomodeAlert['code'], readonly string[]>>> = {
  kill_switch: ['at'], override_active: ['file', 'until'], override_unreadable: ['file'], guardrail_active: ['name'], guardrail_unknown: ['provider', 'state'],
  model_change_share: ['level'], retraining_share: ['level'], sign_offs_missing: ['count', 'roles'], sign_offs_unknown: [], champion_degraded: ['models'],
  champion_unreadable: ['models'], schedule_document: ['state'],
};

const critical: ReadonlySet<string> = new Set(['kill_switch', 'guardrail_active', 'override_unreadable']);

function noticeOfAlert({ code, severity, params }: AutomodeAlert): Notice {
  const { model } = params;
  return {
    kind: code, severity, critical: critical.has(code),
    params: { ...params, ...('share' in params ? { share: percent(params['share']), limit: percent(params['limit']) } : {}) },
    address: code.startsWith('champion_') && typeof model === 'string' ? modelAddress(model) : '#/automode',
  };
}

const keyOf = (code: AutomodeAlert['code'], params: Notification['params']): string => JSON.stringify([code, ...(identity[code] ?? []).map((name) => params[name] ?? null)]);

export interface AlertWatch {
  /** Notices for the alerts that are new among these. */
  news(alerts: readonly AutomodeAlert[]): readonly Notice[];
}

/** `told`: the notifications that the workspace keeps from earlier. */
export function watchAlerts(told: () => readonly Notification[]): AlertWatch {
  let known: ReadonlySet<string> | null = null;
  return {
    news: (alerts) => {
      // Failures in a row are told as the journal brings them, pauses by whoever made them.
      const wanted = alerts.filter(({ code }) => identity[code] !== undefined);
      const before = known ?? new Set(told().map(({ kind, params }) => keyOf(kind as AutomodeAlert['code'], params)));
      known = new Set(wanted.map(({ code, params }) => keyOf(code, params)));
      return wanted.filter(({ code, params }) => !before.has(keyOf(code, params))).map(noticeOfAlert);
    },
  };
}
