/** A process that signs every report in one role, as one person. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { consoleConfigSchema } from '#contract';
import { openJournal } from '#engines/journal';
import { auditFolder, sign } from '#engines/signoffs';
import { nodeFileSystem, silentLog, systemClock, systemIds, type EngineContext } from '#engines/storage';
import { locked } from '#engines/workspace';

const [root = '', person = '', role = ''] = process.argv.slice(2);
const context: EngineContext = { root, fs: nodeFileSystem, clock: systemClock, ids: systemIds(systemClock), log: silentLog };
const journal = openJournal(context, { workspaceId: 'w1', lock: (work) => locked(context, 'journal', { purpose: person, waitMs: 30_000 }, work) });
// Names end in .json; while the other process signs, its temporary files lie there too.
for (const name of readdirSync(join(root, auditFolder, 'data_quality')).filter((each) => each.endsWith('.json')).sort()) {
  sign(context, { report: `data_quality/${name}`, role, status: 'approved' }, {
    actor: { name: person, os_user: person, host: 'desk', door: 'cli' }, config: consoleConfigSchema.parse({}), journal,
  });
}
