/** What `var/console/automode.json` holds: pause, kill switch, and the guardrails that are in force. */
import * as z from 'zod';

export const documentKind = 'sterownia.automode/1';

const pause = z.object({ until: z.string().nullable(), reason: z.string().nullable(), by: z.string(), at: z.string() });
const killSwitch = z.object({ reason: z.string(), by: z.string(), at: z.string() });

/** What was in force when guardrails were last looked at by a console that may write. */
const latches = z.object({
  state: z.enum(['ok', 'active', 'unknown', 'off']),
  since: z.string().nullable(),
  /** The degradation of exchanges is in force until it has fallen to its release. */
  exchange: z.object({ since: z.string(), score: z.number().nullable() }).nullable(),
  triggers: z.array(z.object({ name: z.string(), since: z.string() })),
});
export type Latches = Readonly<z.infer<typeof latches>>;

export const automodeDocumentSchema = z.object({
  schema: z.literal(documentKind),
  pause: pause.nullable(),
  kill_switch: killSwitch.nullable(),
  latches,
});
export type AutomodeDocument = Readonly<z.infer<typeof automodeDocumentSchema>>;
export type Pause = NonNullable<AutomodeDocument['pause']>;
export type KillSwitch = NonNullable<AutomodeDocument['kill_switch']>;

const noLatches: Latches = { state: 'off', since: null, exchange: null, triggers: [] };
export const emptyDocument: AutomodeDocument = { schema: documentKind, pause: null, kill_switch: null, latches: noLatches };
