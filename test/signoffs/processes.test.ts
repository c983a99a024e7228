import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { gate, readHistory } from '#engines/signoffs';
import { configWith, openDesk, qualityAlert } from './support.ts';

const signer = fileURLToPath(new URL('./signerProcess.ts', import.meta.url));

function run(root: string, person: string, role: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [signer, root, person, role], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => { out += bytes.toString(); });
    child.stderr.on('data', (bytes: Buffer) => { out += bytes.toString(); });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(out))));
  });
}

it('loses no signature when two people sign the same reports at the same time', async () => {
  const desk = openDesk();
  for (let day = 10; day < 25; day += 1) desk.report(`audit/ai_decision/data_quality/202610${day}T000000Z_bounds.json`, qualityAlert(`2026-10-${day}T00:00:00+00:00`));
  await Promise.all([run(desk.root, 'anna', 'risk'), run(desk.root, 'jan', 'compliance')]);
  const history = readHistory(desk.context);
  expect(history.problems).toEqual([]);
  expect(history.records).toHaveLength(32);
  expect(gate(desk.context, configWith({ recorded_only: true }), desk.evidence())).toMatchObject({ open: true, alerts: 16 });
  for (const { report } of history.records) expect(desk.read(report)).toMatchObject({ sign_off: { risk: { signed_by: 'anna' }, compliance: { signed_by: 'jan' } } });
  const intents = desk.entries().filter((entry) => entry.stage === 'intent').map((entry) => entry.subject);
  expect(desk.entries().filter((entry) => entry.stage === 'outcome').map((entry) => entry.subject).toSorted()).toEqual(intents.toSorted());
  desk.remove();
});
