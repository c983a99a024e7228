/** Usage lines and help of `ui-bridge`. */
import type { BridgeCommand, BridgeOption } from './arguments.ts';

const program = 'ui-bridge';

export const prefixOf = (command: BridgeCommand | null): string => command === null ? program : `${program} ${command.name}`;

function spelling(option: BridgeOption): string {
  const name = option.names.join(', ');
  if (option.kind === 'flag') return name;
  return `${name} ${option.choices === undefined ? option.metavar ?? 'VALUE' : `{${option.choices.join(',')}}`}`;
}

export function usageLine(command: BridgeCommand | null, commands: readonly BridgeCommand[]): string {
  if (command === null) return `usage: ${program} [-h] {${commands.map((one) => one.name).join(',')}} ...`;
  const options = command.options.map((option) => {
    const text = spelling(option).replace(/, --\S+/, '');
    return option.required === true ? text : `[${text}]`;
  });
  return `usage: ${program} ${command.name} [-h] ${[...options, ...command.positional.map((one) => one.name)].join(' ')}`;
}

export function helpText(command: BridgeCommand | null, commands: readonly BridgeCommand[]): string {
  const rows: (readonly [string, string])[] = command === null
    ? commands.map((one) => [one.name, one.help])
    : [...command.positional.map((one) => [one.name, one.help] as const), ...command.options.map((option) => [spelling(option), option.help] as const)];
  const lines = rows.map(([name, help]) => name.length > 30 ? `  ${name}\n${' '.repeat(34)}${help}` : `  ${name.padEnd(32)}${help}`);
  return `${usageLine(command, commands)}

${command === null ? 'Commands:' : `${command.help}\n`}
${lines.join('\n')}

Prints one line of JSON; champion-diff prints the path of its report. Exit status: 0 done, 1 delete failed, 2 wrong
usage, 3 refused (for example: approval missing, gate shut), 4 regression (champion-diff --fail-on-regression), 5 partly done, 6 failed, 8 integrity, 130 stopped. Works in the current folder as the workspace.
`;
}
