/** A process that appends under the lock of the storage room and prints what was acknowledged. */
import { join } from 'node:path';
import { openJournal } from '#engines/journal';
import { nodeFileSystem, silentLog, systemClock, systemIds, withLock } from '#engines/storage';

const [root = '', name = '', count = '0'] = process.argv.slice(2);
const journal = openJournal({ root, fs: nodeFileSystem, clock: systemClock, ids: systemIds(systemClock), log: silentLog }, {
  workspaceId: 'w1', maxSegmentBytes: 20_000, lock: (work) => withLock(join(root, 'locks'), 'journal', { purpose: name, waitMs: 30_000 }, work),
});
for (let number = 1; number <= Number(count); number += 1) {
  const { seq, hash } = journal.append({
    actor: { name, os_user: name, host: 'desk', door: 'cli' }, type: 'note', stage: 'note', operation: null, subject: name, data: { number },
  });
  console.log(JSON.stringify({ seq, hash }));
}
