/**
 * Verifies a journal with the engine, and does the bare work that its hashes and signatures cost, in turns in one process.
 * Prints one line of JSON with processor times in seconds: all files are in memory, so on a machine that does nothing else they are
 * the time that passes, and beside other programs they are the part of it that was spent here.
 *
 *   node verifyJournal.ts WORKSPACE WORKSPACE_ID KEYS ROUNDS
 *
 * The bare work: read the segments in pieces, find the line feeds, cut the member `hash` out of each line (the hash covers the rest),
 * one `crypto.hash` per entry, and check the Ed25519 signature of each checkpoint. It compares nothing, parses no entry, follows
 * no chain and keeps nothing. `uncut` hashes as many bytes of each line without cutting anything out of it. `other` is the
 * engine on a device that signed nothing of the journal.
 */
import { createPublicKey, hash, verify } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '#engines/journal';
import type { DeviceKeys } from '#engines/keyring';
import { nodeFileSystem, silentLog, systemIds } from '#engines/storage';
import { benchKeys } from '../lib/journals.ts';

const [workspace = '.', workspaceId = '', keysFolder = '.', rounds = '5'] = process.argv.slice(2);
const folder = join(workspace, 'audit', 'journal');
const clock = { now: (): number => Date.now() };
const journal = openJournal({ root: workspace, fs: nodeFileSystem, clock, ids: systemIds(clock), log: silentLog }, { workspaceId, lock: (work) => work() });
const keys = benchKeys(keysFolder);

const hashMember = ',"hash":""'.length + 64;
const operation = Buffer.from(',"operation":');
const pieceBytes = 1024 * 1024;

/** Where the member `hash` begins: it ends where `,"operation":` stands for the last time. */
function memberAt(bytes: Buffer, start: number, end: number): number {
  for (let at = end - 64; at > start; at -= 1) {
    if (bytes[at] === 0x3a && bytes[at - 2] === 0x6e && bytes[at - 10] === 0x6f && bytes[at - 12] === operation[0]) return at - 12 - hashMember;
  }
  return start;
}

interface Bare {
  readonly entries: number;
  readonly checkpoints: number;
}

function bare(cut: boolean): Bare {
  const buffer = Buffer.allocUnsafe(pieceBytes);
  let entries = 0;
  let checkpoints = 0;
  for (const name of readdirSync(folder).filter((each) => /^\d+\.jsonl$/u.test(each)).toSorted()) {
    const fd = openSync(join(folder, name), 'r');
    let filled = 0;
    for (let read = readSync(fd, buffer, 0, pieceBytes, null); read > 0; read = readSync(fd, buffer, filled, pieceBytes - filled, null)) {
      const end = filled + read;
      let start = 0;
      for (let at = buffer.indexOf(10, filled); at >= 0 && at < end; at = buffer.indexOf(10, start)) {
        if (cut) buffer.copyWithin(start + hashMember, start, memberAt(buffer, start, at));
        if (hash('sha256', buffer.subarray(start + hashMember, at), 'hex') !== '') entries += 1;
        start = at + 1;
      }
      buffer.copyWithin(0, start, end);
      filled = end - start;
    }
    closeSync(fd);
  }
  const { keys: known } = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as { readonly keys: readonly { readonly key_id: string; readonly public_key: string }[] };
  const publicKeys = new Map(known.map(({ key_id, public_key }) => [key_id, createPublicKey(public_key)]));
  for (const line of readFileSync(join(folder, 'checkpoints.jsonl'), 'utf8').split('\n').slice(0, -1)) {
    const { signature, ...rest } = JSON.parse(line) as Record<string, string>;
    const key = publicKeys.get(rest['key_id'] ?? '');
    if (key !== undefined && verify(null, Buffer.from(JSON.stringify(rest)), key, Buffer.from(signature ?? '', 'base64'))) checkpoints += 1;
  }
  return { entries, checkpoints };
}

async function engine(device: DeviceKeys): Promise<Bare> {
  const { status, entries, checkpoints } = await journal.verify(device);
  if (status !== 'verified') throw new Error(`the journal is ${status}`);
  return { entries, checkpoints };
}

const strangers = mkdtempSync(join(tmpdir(), 'sterownia-bench-keys-'));
process.on('exit', () => rmSync(strangers, { recursive: true, force: true }));

const sides = {
  ours: () => engine(keys),
  other: () => engine(benchKeys(strangers)),
  raw: () => bare(true),
  uncut: () => bare(false),
} as const;
type Side = keyof typeof sides;

const times: Record<Side, number[]> = { ours: [], other: [], raw: [], uncut: [] };
const seen = new Set<string>();
const names: readonly Side[] = ['ours', 'raw', 'other', 'uncut'];
for (let round = 0; round < Number(rounds); round += 1) {
  for (let turn = 0; turn < names.length; turn += 1) {
    const side = names[(turn + round) % names.length] ?? 'ours';
    const started = process.cpuUsage();
    const { entries, checkpoints } = await sides[side]();
    const { user, system } = process.cpuUsage(started);
    times[side].push((user + system) / 1e6);
    seen.add(`${entries} entries, ${checkpoints} checkpoints`);
  }
}
if (seen.size !== 1) throw new Error(`the sides disagree: ${[...seen].join('; ')}`);
process.stdout.write(`${JSON.stringify({ ...times, seen: [...seen][0] })}\n`, () => process.exit(0));
