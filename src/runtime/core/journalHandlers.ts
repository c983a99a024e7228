/** Handlers of the `journal` area. */
import type { CoreHandlers } from './types.ts';

export const journalHandlers: CoreHandlers<'journal'> = {
  'journal.list': async (parts, input) => (await parts.journal()).list(input),
  'journal.show': async (parts, { seq }) => (await parts.journal()).show(seq),
  'journal.verify': async (parts, _input, call) => (await parts.journal()).verify(await parts.keys(), call.signal),
  'journal.accept': async (parts, { reason }, call) => {
    const [journal, keys] = [await parts.journal(), await parts.keys()];
    await journal.acceptAsIs(keys, call.actor, reason);
    return journal.verify(keys, call.signal);
  },
};
