/** The table of events. Every event is sent to all windows of a console, in one numbered sequence. */
import * as z from 'zod';
import { progressSchema } from './envelope.ts';
import { notificationSchema, snapshotSchema } from './console.ts';
import { planStatuses } from './plans.ts';

export const events = {
  'console.delta': {
    summary: 'New values of top-level keys of the snapshot.',
    payload: snapshotSchema.omit({ revision: true }).partial(),
  },
  'reports.changed': {
    summary: 'The tree of reports changed on disk; lists should be read again.',
    payload: z.object({ revision: z.number().int(), paths: z.array(z.string()).describe('changed reports, at most 100') }),
  },
  'plans.changed': {
    summary: 'A plan was made or changed its state.',
    payload: z.object({ id: z.string(), status: z.enum(planStatuses) }),
  },
  'trash.changed': { summary: 'The content of the trash changed.', payload: z.object({}) },
  'journal.appended': { summary: 'The journal grew.', payload: z.object({ last_seq: z.number().int() }) },
  'retraining.changed': { summary: 'The schedule of retraining changed.', payload: z.object({}) },
  'signoffs.changed': { summary: 'A report was signed.', payload: z.object({}) },
  'models.changed': {
    summary: 'Another version of a model became champion.',
    payload: z.object({ model: z.string(), version: z.string(), mode: z.string(), reason: z.string() }),
  },
  'models.touched': { summary: 'Files of models changed on disk; lists should be read again.', payload: z.object({}) },
  'automode.changed': { summary: 'Automation, a guardrail, an override or a cycle changed.', payload: z.object({}) },
  'automode.progress': {
    summary: 'How far a cycle of the background loop is.',
    payload: z.object({ cycle: z.string(), job: z.string(), stage: z.enum(['training', 'evaluation', 'promotion']), progress: progressSchema.nullable() }),
  },
  'notification.added': { summary: 'A notification was raised or counted again.', payload: notificationSchema },
  'console.workspace_opened': { summary: 'Another workspace was opened; everything must be read again.', payload: z.object({ path: z.string() }) },
} as const satisfies Record<string, { readonly summary: string; readonly payload: z.ZodType }>;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = Readonly<z.infer<(typeof events)[N]['payload']>>;
