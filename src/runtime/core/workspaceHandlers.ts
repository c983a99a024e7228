/** Handlers of the `workspace` area. */
import { readPolicy, workspaceInfo } from '#engines/workspace';
import type { CoreHandlers } from './types.ts';

export const workspaceHandlers: CoreHandlers<'workspace'> = {
  'workspace.info': (parts) => {
    const { config, path, problems, notes } = readPolicy(parts.context);
    return { workspace: workspaceInfo(parts.context, parts.readOnly), policy: config, policy_path: path, policy_problems: [...problems], policy_problem_notes: [...notes] };
  },
  'workspace.check': async (parts, input, call) => {
    const { checkWorkspace } = await import('#engines/maintenance');
    const journal = await parts.journal();
    const keys = await parts.keys();
    return checkWorkspace(await parts.plans(), {
      digests: input.digests,
      repairs: parts.readOnly === null,
      actor: call.actor,
      journal,
      verifyJournal: () => journal.verify(keys, call.signal),
    }, call.signal);
  },
};
