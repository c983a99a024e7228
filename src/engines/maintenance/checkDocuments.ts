/** Documents of the console parse, the policy is known, and no temporary file of a dead process is left. */
import { join } from 'node:path';
import { isConsoleError } from '#contract';
import { isMissing, readFully, type DirectoryEntry, type EngineContext } from '#engines/storage';
import { entryDirectory, entryIds } from '#engines/trash';
import { layout, placeOf, readPolicy } from '#engines/workspace';
import { finding, repairing, type Checking } from './checking.ts';

const temporary = /^\.sterownia-(\d+)-[0-9a-z]+-\d+\.tmp$/u;
const oldMs = 3_600_000;

export function checkDocuments(checking: Checking): void {
  const { engine: { context }, findings } = checking;
  const { damaged, problems } = readPolicy(context);
  if (damaged) {
    findings.push(finding('document_corrupt', 'problem', `The policy cannot be relied on; every plan needs an approval until it is repaired. ${problems.join(' ')}`, { path: layout.policy }));
  }
  for (const child of childrenOf(context, join(context.root, 'var/console'))) {
    if (child.kind === 'file' && child.name.endsWith('.json')) checkParses(checking, join('var/console', child.name));
  }
  const folders = [placeOf(context, 'plans'), placeOf(context, 'maintenanceLogs'), join(context.root, 'var/console'), join(context.root, 'config')];
  for (const folder of [...folders, ...entryIds(context).map((id) => entryDirectory(context, id))]) removeTemporaries(checking, folder);
}

function childrenOf(context: EngineContext, path: string): readonly DirectoryEntry[] {
  try {
    return context.fs.readdir(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function checkParses({ engine: { context }, findings }: Checking, path: string): void {
  try {
    JSON.parse(readFully(context.fs, join(context.root, path)).toString('utf8'));
  } catch (error) {
    if (isMissing(error)) return;
    if (!(error instanceof SyntaxError) && !isConsoleError(error)) throw error;
    findings.push(finding('document_corrupt', 'problem', `${path} is no JSON: ${error.message}`, { path }));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function removeTemporaries(checking: Checking, folder: string): void {
  const { engine: { context } } = checking;
  for (const child of childrenOf(context, folder)) {
    const pid = temporary.exec(child.name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, child.name);
    if (isAlive(Number(pid)) && context.clock.now() - Number(context.fs.lstat(path).mtimeNs / 1_000_000n) < oldMs) continue;
    repairing(checking, { kind: 'orphan_partial', found: 'A process that ended left a temporary file.', path }, () => {
      context.fs.unlink(path);
      return finding('orphan_partial', 'repaired', 'A temporary file of a process that ended was removed.', { path });
    });
  }
}
