/** Promise: what nobody could tell counts as shut. A gate that throws, or that has no answer, never lets a change pass. */

export interface GuardrailState {
  /** `off`: the workspace uses no guardrails. `unknown`: the figures are missing, stale or could not be had. */
  readonly state: 'ok' | 'review' | 'red' | 'unknown' | 'off';
  /** A guardrail, or the kill switch, is in force at this moment; null where that is not known. */
  readonly active: boolean | null;
  readonly kill_switch: boolean | null;
  readonly share: number | null;
  readonly limit: number | null;
  readonly detail: string | null;
}

export interface SignOffState {
  readonly state: 'complete' | 'missing' | 'unknown' | 'off';
  readonly missing: readonly { readonly role: string; readonly report: string | null }[];
  readonly detail: string | null;
}

export interface Gates {
  guardrail(model: string): GuardrailState;
  signOffs(model: string): SignOffState;
}

export const blockers = ['guardrail_unknown', 'guardrail_share', 'guardrail_active', 'kill_switch', 'sign_offs_unknown', 'sign_offs_missing'] as const;
export type Blocker = (typeof blockers)[number];

export interface GateReading {
  readonly guardrail: GuardrailState;
  readonly sign_offs: SignOffState;
  readonly blocked_by: readonly Blocker[];
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function guardrailBlockers(state: GuardrailState): readonly Blocker[] {
  if (state.state === 'off') return [];
  return [
    ...(state.state === 'unknown' || state.active === null ? ['guardrail_unknown' as const] : []),
    ...(state.state === 'review' || state.state === 'red' ? ['guardrail_share' as const] : []),
    ...(state.active === true ? ['guardrail_active' as const] : []),
    ...(state.kill_switch === true ? ['kill_switch' as const] : []),
  ];
}

function signOffBlockers(state: SignOffState): readonly Blocker[] {
  if (state.state === 'unknown') return ['sign_offs_unknown'];
  return state.state === 'missing' ? ['sign_offs_missing'] : [];
}

export function readGates(gates: Gates, model: string): GateReading {
  let guardrail: GuardrailState;
  let signOffs: SignOffState;
  try {
    guardrail = gates.guardrail(model);
  } catch (error) {
    guardrail = { state: 'unknown', active: null, kill_switch: null, share: null, limit: null, detail: words(error) };
  }
  try {
    signOffs = gates.signOffs(model);
  } catch (error) {
    signOffs = { state: 'unknown', missing: [], detail: words(error) };
  }
  return { guardrail, sign_offs: signOffs, blocked_by: [...guardrailBlockers(guardrail), ...signOffBlockers(signOffs)] };
}

/** One line for people. */
export function blockerText(blocker: Blocker, reading: GateReading): string {
  const percent = (share: number | null): string => (share === null ? 'unknown' : `${Math.round(share * 1000) / 10} %`);
  const { guardrail, sign_offs: signOffs } = reading;
  switch (blocker) {
    case 'guardrail_unknown': return `the guardrail state is not known${guardrail.detail === null ? '' : ` (${guardrail.detail})`}`;
    case 'guardrail_share': return `the guardrail share of ${percent(guardrail.share)} is above ${percent(guardrail.limit)}`;
    case 'guardrail_active': return 'a guardrail is in force now';
    case 'kill_switch': return 'the kill switch is on';
    case 'sign_offs_unknown': return `the sign-offs cannot be read${signOffs.detail === null ? '' : ` (${signOffs.detail})`}`;
    default: return `sign-offs are missing: ${[...new Set(signOffs.missing.map((each) => each.role))].join(', ') || 'see the inbox'}`;
  }
}
