/** Handlers of the `signoffs` area. */
import { gate, pendingSignOffs, showReport, sign, signOffHistory } from '#engines/signoffs';
import { readPolicy } from '#engines/workspace';
import type { CoreHandlers } from './types.ts';

export const signOffHandlers: CoreHandlers<'signoffs'> = {
  'signoffs.check': (parts, { role }) => gate(parts.context, readPolicy(parts.context).config, parts.context.clock, role),
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
  'signoffs.history': (parts, input) => signOffHistory(parts.context, input),
};
