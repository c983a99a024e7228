/** Turns the values of a `ui-bridge` command into the input of an operation. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConsoleError } from '#contract';
import type { BridgeValue } from './arguments.ts';

export type BridgeValues = ReadonlyMap<string, BridgeValue>;

/** A leading `~` means the home folder; an empty text means the working directory, as it did for the earlier command. */
export function expandHome(text: string, home: string = homedir()): string {
  if (text === '') return '.';
  if (text === '~') return home;
  return text.startsWith('~/') ? join(home, text.slice(2)) : text;
}

const directories = ['base_dir', 'destination', 'signal_quality_dir', 'quality_dir', 'audit_dir', 'lhs', 'rhs', 'output_dir', 'repository'] as const;

/** Commands that take a blank folder for a mistake: a variable that is not set must not put the working directory up for removal. */
const careful: readonly string[] = ['delete', 'purge', 'archive'];

function folderOf(command: string, name: string, text: string): string {
  if (text.trim() !== '' || !careful.includes(command)) return expandHome(text);
  throw new ConsoleError('PATH_INVALID', `The folder in "${name}" is blank. Nothing was changed.`, {
    remedy: `Name a folder in "${name}", or leave the option out; "." is the working directory.`, details: { field: name },
  });
}

export function inputOf(command: string, values: BridgeValues): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of values) {
    if (name === 'dry_run') continue;
    input[name] = typeof value === 'string' && (directories as readonly string[]).includes(name) ? folderOf(command, name, value) : value;
  }
  if (command === 'archive') input['format'] = archiveFormat(values);
  return input;
}

/** The earlier command's `tar` was compressed; a destination that ends in `.tar` asks for one that is not. */
function archiveFormat(values: BridgeValues): string {
  const format = values.get('format') ?? 'directory';
  const destination = values.get('destination');
  return format === 'tar' && !(typeof destination === 'string' && destination.endsWith('.tar')) ? 'tar.gz' : String(format);
}
