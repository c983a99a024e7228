/**
 * Reads arguments the way operators' scripts for the earlier command expect.
 *
 * Promise: options may be shortened to a unique prefix, may carry their value after `=`, and may stand before or after
 * positionals; `--` ends them; a value that begins with a dash is taken only when it is a negative number or holds a
 * blank; choices are case-sensitive; whole numbers may carry blanks around and single underscores between digits.
 */
export interface BridgeOption {
  /** Long spellings, the first one names the value. */
  readonly names: readonly string[];
  readonly kind: 'text' | 'integer' | 'number' | 'flag';
  readonly required?: boolean;
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
  readonly metavar?: string;
  readonly help: string;
}

export interface BridgeCommand {
  readonly name: string;
  /** Other spellings of the name, for scripts that know the command by them. */
  readonly aliases?: readonly string[];
  readonly help: string;
  readonly positional: readonly { readonly name: string; readonly help: string }[];
  readonly options: readonly BridgeOption[];
}

export type BridgeValue = string | number | boolean | readonly string[];

export type BridgeParsed =
  | { readonly kind: 'run'; readonly command: string; readonly values: ReadonlyMap<string, BridgeValue> }
  | { readonly kind: 'help'; readonly command: BridgeCommand | null }
  | { readonly kind: 'usage'; readonly command: BridgeCommand | null; readonly message: string };

class UsageProblem extends Error {}

export function parseBridge(argv: readonly string[], commands: readonly BridgeCommand[]): BridgeParsed {
  const [first, ...rest] = argv;
  const choices = commands.map((command) => command.name).join(', ');
  if (first === undefined) return { kind: 'usage', command: null, message: 'the following arguments are required: command' };
  if (first === '-h' || (first.length > 2 && '--help'.startsWith(first))) return { kind: 'help', command: null };
  const command = commands.find((candidate) => candidate.name === first || candidate.aliases?.includes(first) === true);
  if (command === undefined) {
    const message = first.startsWith('-') ? `unrecognized arguments: ${first}` : `argument command: invalid choice: '${first}' (choose from ${choices})`;
    return { kind: 'usage', command: null, message };
  }
  try {
    const values = new ArgumentReader(command).read(rest);
    return values === null ? { kind: 'help', command } : { kind: 'run', command: command.name, values };
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    return { kind: 'usage', command, message: error.message };
  }
}

class ArgumentReader {
  readonly #command: BridgeCommand;
  readonly #values = new Map<string, BridgeValue>();
  readonly #positional: string[] = [];

  constructor(command: BridgeCommand) {
    this.#command = command;
  }

  /** Null asks for help. */
  read(argv: readonly string[]): ReadonlyMap<string, BridgeValue> | null {
    const end = argv.indexOf('--');
    const before = end < 0 ? argv : argv.slice(0, end);
    for (let index = 0; index < before.length; index += 1) {
      const word = before[index] ?? '';
      if (!looksLikeOption(word)) {
        this.#positional.push(word);
        continue;
      }
      const { option, explicit } = this.#find(word);
      if (option === 'help') return null;
      if (option.kind === 'flag') {
        if (explicit !== null) throw new UsageProblem(`argument ${option.names.join('/')}: ignored explicit argument '${explicit}'`);
        this.#values.set(nameOf(option), true);
        continue;
      }
      const next = before[index + 1];
      if (explicit === null && (next === undefined || looksLikeOption(next))) throw new UsageProblem(`argument ${option.names.join('/')}: expected one argument`);
      if (explicit === null) index += 1;
      this.#set(option, explicit ?? next ?? '');
    }
    this.#positional.push(...(end < 0 ? [] : argv.slice(end + 1)));
    return this.#finish();
  }

  #finish(): ReadonlyMap<string, BridgeValue> {
    const wanted = this.#command.positional;
    const unset = this.#command.options.filter((option) => option.required === true && !this.#values.has(nameOf(option)));
    const missing = [...wanted.slice(this.#positional.length).map((one) => one.name), ...unset.map((option) => option.names.join('/'))];
    if (missing.length > 0) throw new UsageProblem(`the following arguments are required: ${missing.join(', ')}`);
    const surplus = this.#positional.slice(wanted.length);
    if (surplus.length > 0) throw new UsageProblem(`unrecognized arguments: ${surplus.join(' ')}`);
    wanted.forEach((one, index) => this.#values.set(one.name, this.#positional[index] ?? ''));
    return this.#values;
  }

  #find(word: string): { readonly option: BridgeOption | 'help'; readonly explicit: string | null } {
    const cut = word.indexOf('=');
    const name = cut < 0 ? word : word.slice(0, cut);
    const explicit = cut < 0 ? null : word.slice(cut + 1);
    if (name === '-h' || name === '--help') return { option: 'help', explicit };
    const exact = this.#command.options.find((option) => option.names.includes(name));
    if (exact !== undefined) return { option: exact, explicit };
    const spellings: { name: string; option: BridgeOption | 'help' }[] = this.#command.options
      .flatMap((option) => option.names.map((spelling) => ({ name: spelling, option })));
    spellings.push({ name: '--help', option: 'help' });
    const matches = name.startsWith('--') ? spellings.filter((spelling) => spelling.name.startsWith(name)) : [];
    const [only, second] = matches;
    if (second !== undefined) throw new UsageProblem(`ambiguous option: ${name} could match ${matches.map((match) => match.name).join(', ')}`);
    if (only === undefined) throw new UsageProblem(`unrecognized arguments: ${word}`);
    return { option: only.option, explicit };
  }

  #set(option: BridgeOption, text: string): void {
    const name = nameOf(option);
    const title = option.names.join('/');
    if (option.choices !== undefined && !option.choices.includes(text)) {
      throw new UsageProblem(`argument ${title}: invalid choice: '${text}' (choose from ${option.choices.join(', ')})`);
    }
    if (option.kind === 'integer') {
      this.#values.set(name, readInteger(title, text));
    } else if (option.kind === 'number') {
      this.#values.set(name, readNumber(title, text));
    } else if (option.repeatable === true) {
      const known = this.#values.get(name);
      this.#values.set(name, [...(Array.isArray(known) ? known : []), text]);
    } else {
      this.#values.set(name, text);
    }
  }
}

const nameOf = (option: BridgeOption): string => (option.names[0] ?? '').slice(2).replaceAll('-', '_');

/** A lone dash, negative numbers and words with a blank are values. */
function looksLikeOption(word: string): boolean {
  if (!word.startsWith('-') || word === '-') return false;
  if (/^-\d+$|^-\d*\.\d+$/.test(word)) return false;
  return !word.includes(' ') || /^--[a-z-]+=/.test(word);
}

function readInteger(title: string, text: string): number {
  const trimmed = text.trim();
  const value = Number(trimmed.replaceAll('_', ''));
  if (!/^[+-]?\d+(_\d+)*$/.test(trimmed)) throw new UsageProblem(`argument ${title}: invalid int value: '${text}'`);
  if (!Number.isSafeInteger(value)) throw new UsageProblem(`argument ${title}: value out of range: '${text}'`);
  return value;
}

function readNumber(title: string, text: string): number {
  const value = Number(text.trim());
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageProblem(`argument ${title}: invalid float value: '${text}'`);
  return value;
}
