/** The part of every help text after the options: an example that can be run, and the exit statuses. */
import type { CliData, VerbSpec } from './spec.ts';

export function rootHelp(data: CliData): string {
  return `
Examples:
  sterownia reports list --summary-status invalid
  sterownia reports purge --category smoke --dry-run
  sterownia help reports purge

${exitText(data, null)}`;
}

export function areaHelp(area: string, data: CliData): string {
  const examples = data.verbs.filter((verb) => verb.area === area).map((verb) => `  sterownia ${verb.example}`);
  return `\nExamples:\n${examples.join('\n')}\n\n${exitText(data, null)}`;
}

export function verbHelp(verb: VerbSpec, data: CliData): string {
  const plan = verb.kind === 'plan'
    ? `
This is planned before it is done. With --dry-run the plan is shown and stored; the same command without it applies the
stored plan of the same content, or a new one where the policy lets it. Undo with "sterownia plans undo PLAN".
`
    : '';
  return `${plan}\nExample:\n  sterownia ${verb.example}\n\nGlobal options: --workspace DIR, --json, --quiet, --no-color\n\n${exitText(data, verb.exits)}`;
}

function exitText(data: CliData, only: readonly number[] | null): string {
  const lines = data.exits
    .filter((exit) => only === null || only.includes(exit.status))
    .map((exit) => `  ${String(exit.status).padStart(3)}  ${exit.meaning}`);
  return `Exit status:\n${lines.join('\n')}`;
}
