/**
 * The raw limit of an overview: a bare stack walk that looks at every file, reads and parses every summary, and prints as
 * much JSON as the console does for it. No order, no filters, no totals, no checks.
 *
 *   node walkReadPrint.mjs DIR [LIMIT]
 */
import { lstatSync, readdirSync, readFileSync, writeSync } from 'node:fs';

const [base = '.', limit = 'Infinity'] = process.argv.slice(2);
const reports = [];
const stack = [base];
for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
  const files = [];
  let summary = null;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      stack.push(path);
      continue;
    }
    const { size, mtimeMs } = lstatSync(path);
    if (entry.name === 'summary.json') summary = JSON.parse(readFileSync(path, 'utf8'));
    else files.push({ relative_path: path.slice(base.length + 1), absolute_path: path, size, modified_at: new Date(mtimeMs).toISOString() });
  }
  if (summary === null && files.length === 0) continue;
  const at = files[0]?.modified_at ?? null;
  reports.push({
    relative_path: folder.slice(base.length + 1), category: folder.slice(base.length + 1).split('/')[0], summary_path: `${folder}/summary.json`, summary, summary_error: null,
    absolute_path: files[0]?.absolute_path ?? null, exports: files, updated_at: at, created_at: at, display_name: folder.slice(folder.lastIndexOf('/') + 1),
    total_size: files.reduce((sum, file) => sum + file.size, 0), export_count: files.length, has_summary: summary !== null, has_exports: files.length > 0,
    summary_status: 'valid', file_count: files.length + 1, problems: [],
  });
}
const text = Buffer.from(`${JSON.stringify({ reports: reports.slice(0, Number(limit)) })}\n`);
for (let at = 0; at < text.length;) {
  try {
    at += writeSync(1, text, at);
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error;
  }
}
