/** Everything about AutoMode at a glance. Promise: a pure reading; each part says for itself when it is not known. */
import type { AutomodeStatus } from '#contract';
import { modelRows, readGates } from '#engines/models';
import { retrainingStatus } from '#engines/retraining';
import { alertsFor } from './alerts.ts';
import { automationOf } from './automation.ts';
import { listCycles } from './cycleRecords.ts';
import { readAutomode } from './document.ts';
import { feedsNow } from './feeds.ts';
import { guardrailReading } from './guardrails.ts';
import { zonedNow } from './instants.ts';
import { nextJobs } from './next.ts';
import type { AutomodeParts } from './parts.ts';
import { guardrailShares } from './shares.ts';

export async function automodeStatus(parts: AutomodeParts): Promise<AutomodeStatus> {
  const { context } = parts;
  const policy = parts.policy();
  const document = readAutomode(parts);
  const automation = automationOf(parts, document);
  const guardrail = guardrailReading(parts, document);
  const shares = guardrailShares(context, policy.config.automode.shares);
  const { running, next } = await nextJobs(parts, automation);
  const models = modelRows(parts.registry());
  const alerts = alertsFor({
    policy, automation, guardrail, shares, models, schedule: retrainingStatus(context, policy.config.retraining),
    signOffs: readGates(parts.models.gates, models[0]?.model ?? '').sign_offs, feeds: feedsNow(context, policy.config.retraining),
  });
  return { now: zonedNow(context.clock), automation, guardrail, shares, running, next, alerts, last_cycle: listCycles(parts, 1)[0] ?? null };
}
