/** The options of `sterownia serve`. */
import { parseArgs } from 'node:util';
import { ConsoleError } from '#contract';

export interface ServeArguments {
  /** 0 asks for a free port. */
  readonly port: number;
  /** Open a window on this machine. */
  readonly open: boolean;
  /** End with that window. */
  readonly withWindow: boolean;
  /** Tell links as lines of JSON, for programs. */
  readonly json: boolean;
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (!/^\d{1,5}$/u.test(text) || port > 65_535 || (port > 0 && port < 1024)) {
    throw new ConsoleError('INPUT_INVALID', `The port "${text}" is not usable.`, { remedy: 'Give a number from 1024 to 65535, or 0 for a free port.', details: { field: 'port' } });
  }
  return port;
}

export function parseServeArguments(args: readonly string[]): ServeArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowNegative: true,
      options: { port: { type: 'string' }, open: { type: 'boolean', default: false }, 'with-window': { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    });
    return { port: parsePort(values.port), open: values.open || values['with-window'], withWindow: values['with-window'], json: values.json };
  } catch (error) {
    if (error instanceof ConsoleError) throw error;
    throw new ConsoleError('INPUT_INVALID', error instanceof Error ? error.message : String(error), { remedy: 'See `sterownia serve --help`.', details: { field: 'options' } });
  }
}
