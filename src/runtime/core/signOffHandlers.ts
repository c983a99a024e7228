/** Handlers of the `signoffs` area. */
import { gate, pendingSignOffs, showReport, sign, signOffHistory } from '#engines/signoffs';
import { readPolicy } from '#engines/workspace';
import { signOffEvidence } from './signOffEvidence.ts';
import type { CoreHandlers } from './types.ts';

export const signOffHandlers: CoreHandlers<'signoffs'> = {
  'signoffs.check': async (parts, { role }) => gate(parts.context, readPolicy(parts.context).config, signOffEvidence(parts.context, await parts.journal()), role),
  'signoffs.pending': (parts, input) => pendingSignOffs(parts.context, readPolicy(parts.context).config, input),
  'signoffs.show': (parts, { report }) => showReport(parts.context, readPolicy(parts.context).config, report),
  'signoffs.sign': async (parts, input, call) => {
    const [plans, journal] = [await parts.plans(), await parts.journal()];
    const done = sign(parts.context, input, {
      actor: call.actor, config: readPolicy(parts.context).config,
      journal: { append: (entry) => plans.record(entry), list: (query) => journal.list(query) },
    });
    parts.emit('signoffs.changed', {});
    return done;
  },
  'signoffs.history': async (parts, input) => signOffHistory(parts.context, input, signOffEvidence(parts.context, await parts.journal())),
};
