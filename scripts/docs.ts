/**
 * Writes `docs/operations.md` from the table of operations, the table of events and the error table.
 *
 * Promise: the page says what the tables say and nothing else; a test compares it with the file on disk.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { commonErrors, errorTable, events, operationEntry, type ErrorCode, type EventName, type OperationName } from '#contract';
import { deriveCliData, packageVersion, type FieldSpec, type VerbSpec } from '../src/cli/index.ts';

export const operationsPagePath = new URL('../docs/operations.md', import.meta.url);

const areaTitles: Readonly<Record<string, string>> = {
  workspace: 'Workspace', reports: 'ReportCenter', plans: 'Plans', trash: 'Trash', journal: 'Journal', retraining: 'Retraining', models: 'Models', artifacts: 'Model artifacts', signoffs: 'Sign-offs', automode: 'AutoMode', console: 'Console',
};

export function operationsPage(): string {
  const data = deriveCliData(packageVersion());
  const areas = [...new Set(data.verbs.map((verb) => verb.area))];
  return `${[
    introduction(),
    exitSection(data.exits),
    errorSection(),
    ...areas.map((area) => areaSection(area, data.verbs.filter((verb) => verb.area === area))),
    eventSection(),
  ].join('\n\n')}\n`;
}

function introduction(): string {
  return `# Operations

This page is derived from \`src/contract\` by \`npm run docs\`; do not edit it by hand.

Every operation can be called from the window, from a browser on the headless console, and from the command line as
\`sterownia <area> <verb>\`. The kind says what it does: a **query** changes nothing; a **command** changes something at
once; a **plan** stores what would be done, to be applied later. On the command line a plan verb applies its plan in the
same go unless \`--dry-run\` is given or the policy asks for an approval.

Options of every verb: \`--workspace DIR\` (default: the variable \`STEROWNIA_WORKSPACE\`, else the working directory),
\`--json\`, \`--quiet\`, \`--no-color\`, \`--help\`. With \`--json\` a result is one line of JSON on standard output and an error is
\`{"error": {"code", "message", "remedy", "details"}}\` on standard error.`;
}

function exitSection(exits: readonly { readonly status: number; readonly meaning: string }[]): string {
  const rows = exits.map((exit) => {
    const codes = Object.entries(errorTable).filter(([, entry]) => entry.exit === exit.status).map(([code]) => `\`${code}\``);
    return [String(exit.status), exit.meaning, codes.join(', ')];
  });
  return `## Exit status\n\n${table(['Status', 'Meaning', 'Error codes'], rows)}`;
}

function errorSection(): string {
  const rows = Object.entries(errorTable).map(([code, entry]) => [`\`${code}\``, String(entry.exit), entry.summary]);
  return `## Error codes

Every operation can give these: ${commonErrors.map((code) => `\`${code}\``).join(', ')}. Further ones are listed with the operation.

${table(['Code', 'Exit', 'Meaning'], rows)}`;
}

function areaSection(area: string, verbs: readonly VerbSpec[]): string {
  const title = areaTitles[area];
  if (title === undefined) throw new Error(`the area "${area}" has no title for the documentation`);
  return [`## ${title}`, ...verbs.map(verbSection)].join('\n\n');
}

function verbSection(verb: VerbSpec): string {
  const entry = operationEntry(verb.operation as OperationName);
  const needs = [`role ${verb.role}`, ...(entry.capability === null ? [] : [`licence capability ${entry.capability}`])].join(', ');
  const fields = [...verb.positional.map((field) => fieldRow(field, true)), ...verb.options.map((field) => fieldRow(field, false)), ...verb.extras.map(extraRow)];
  return [
    `### \`${verb.operation}\``,
    entry.summary,
    `${capital(verb.kind)}; ${needs}${verb.long ? '; reports progress and can be stopped' : ''}.`,
    `\`\`\`\n${[...new Set([usageOf(verb), `sterownia ${verb.example}`])].join('\n')}\n\`\`\``,
    fields.length === 0 ? 'No fields.' : table(['Field', 'On the command line', 'Value', 'Default', 'Meaning'], fields),
    `Errors: ${errorsOf(entry.errors)}. Exit status: ${verb.exits.join(', ')}.`,
  ].join('\n\n');
}

function usageOf(verb: VerbSpec): string {
  const positional = verb.positional.map((field) => (field.required ? `<${field.option}>` : `[${field.option}]`));
  const required = verb.options.filter((field) => field.required).map((field) => `--${field.option} <${field.kind}>`);
  const optional = verb.options.some((field) => !field.required) || verb.extras.length > 0 ? ['[options]'] : [];
  return ['sterownia', verb.area, verb.verb, ...positional, ...required, ...optional].join(' ');
}

function fieldRow(field: FieldSpec, positional: boolean): readonly string[] {
  const spelling = positional ? `\`<${field.option}>\`` : `\`--${field.option}\``;
  const value = field.choices.length > 0 ? field.choices.map((choice) => `\`${choice}\``).join(', ') : field.kind;
  return [
    `\`${field.field}\``, spelling, field.repeatable ? `${value}, repeatable` : value,
    field.required ? 'required' : field.fallback === null ? '' : `\`${field.fallback}\``, field.description,
  ];
}

const extraRow = (field: FieldSpec): readonly string[] => ['', `\`--${field.option}\``, field.kind, '', field.description];

function errorsOf(own: readonly ErrorCode[]): string {
  return own.length === 0 ? 'the common ones' : `${own.map((code) => `\`${code}\` (${errorTable[code].exit})`).join(', ')}, and the common ones`;
}

function eventSection(): string {
  const rows = (Object.keys(events) as EventName[]).map((name) => {
    const schema = z.toJSONSchema(events[name].payload, { io: 'output', unrepresentable: 'any' }) as { properties?: Record<string, unknown> };
    const fields = Object.keys(schema.properties ?? {}).map((field) => `\`${field}\``);
    return [`\`${name}\``, events[name].summary, fields.join(', ')];
  });
  return `## Events

Events reach every window in one numbered sequence. A gap in the numbers means that the snapshot must be read again.

${table(['Event', 'Meaning', 'Payload'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

export function writeOperationsPage(): void {
  writeFileSync(operationsPagePath, operationsPage());
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) writeOperationsPage();
