/** From a changed file below `var/plans` to the plan that it belongs to. */
import { basename } from 'node:path';

const stateFile = /^(?<id>[a-z0-9][a-z0-9-]{5,63})\.state\.json$/u;

/** The plan's id when the file is a plan's state, else null. */
export const planIdOfFile = (path: string): string | null => stateFile.exec(basename(path))?.groups?.id ?? null;
