/**
 * The command line of `sterownia`, built from verb data.
 *
 * Promise: parsing is pure. It prints nothing and ends nothing; it returns what to run, what to print, or what is wrong.
 */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { areaHelp, rootHelp, verbHelp } from './help.ts';
import { type CliData, type FieldSpec, type VerbSpec } from './spec.ts';
import { readValue, ValueProblem } from './values.ts';

export interface Globals {
  readonly workspace: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

export interface Extras {
  readonly dryRun: boolean;
  readonly confirmation: string | null;
  readonly output: string | null;
}

export type Parsed =
  | { readonly kind: 'run'; readonly verb: VerbSpec; readonly input: Readonly<Record<string, unknown>>; readonly extras: Extras; readonly globals: Globals }
  | { readonly kind: 'serve'; readonly argv: readonly string[]; readonly globals: Globals }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage'; readonly code: 'INPUT_INVALID' | 'UNKNOWN_OPERATION'; readonly message: string; readonly field: string | null };

const programName = 'sterownia';

/** Stands for null while commander carries a value; it would turn null itself into an empty text. */
const nothing = Symbol('null');

export function parseArguments(argv: readonly string[], data: CliData): Parsed {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  return unknownWord(words, data) ?? new Parser(data).parse(words);
}

/** Commander prints the nearest help it has, whatever words come before `--help`; a command that does not exist has none. */
function unknownWord(argv: readonly string[], data: CliData): Parsed | null {
  const [area, verb] = argv;
  if (!argv.some((word) => word === '--help' || word === '-h') || area === undefined || area.startsWith('-') || area === 'serve') return null;
  const verbs = data.verbs.filter((one) => one.area === area).map((one) => one.verb);
  if (verbs.length === 0) return { kind: 'usage', code: 'UNKNOWN_OPERATION', message: `unknown command '${area}'`, field: null };
  if (verb === undefined || verb.startsWith('-') || verbs.includes(verb)) return null;
  return { kind: 'usage', code: 'UNKNOWN_OPERATION', message: `unknown command '${area} ${verb}'`, field: null };
}

/** One parse: holds what commander's callbacks report until the end. */
class Parser {
  readonly #program = new Command(programName);
  readonly #data: CliData;
  #printed = '';
  #complaint = '';
  #field: string | null = null;
  /** What is wrong with a value, in our own words; commander's name the value once more. */
  #problem: string | null = null;
  #found: Parsed | null = null;

  constructor(data: CliData) {
    this.#data = data;
    this.#program
      .description('The control room of an automated trading bot: reports, plans, trash and journal of one workspace.')
      .version(data.version, '--version', 'print the version')
      .option('--workspace <dir>', 'folder of the workspace (default: STEROWNIA_WORKSPACE, else the working directory)')
      .option('--json', 'print one line of JSON')
      .option('--quiet', 'print results and errors only')
      .option('--no-color', 'print without colour')
      .addHelpText('after', rootHelp(data));
    this.#settle(this.#program);
    for (const area of new Set(data.verbs.map((verb) => verb.area))) this.#addArea(area);
    this.#addServe();
  }

  parse(argv: readonly string[]): Parsed {
    try {
      this.#program.parse(argv, { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      return this.#ended(error);
    }
    if (this.#globals().workspace?.trim() === '') {
      this.#field = 'workspace';
      return this.#usage('INPUT_INVALID', 'the option --workspace is blank; name a folder, or leave the option out');
    }
    return this.#found ?? this.#usage('INPUT_INVALID', 'no command was given');
  }

  #ended(error: CommanderError): Parsed {
    if (error.exitCode === 0) return { kind: 'print', text: this.#printed };
    const message = this.#problem ?? (this.#complaint === '' ? error.message : this.#complaint).replace(/^error: /, '').trim();
    if (error.code === 'commander.help') {
      // A person who types the bare name asks what there is; a program that wants JSON has forgotten something.
      if (this.#program.args.length === 0 && !this.#globals().json) return new Parser(this.#data).parse(['--help']);
      return this.#usage('UNKNOWN_OPERATION', 'no command was given');
    }
    return this.#usage(error.code === 'commander.unknownCommand' ? 'UNKNOWN_OPERATION' : 'INPUT_INVALID', message);
  }

  #usage(code: 'INPUT_INVALID' | 'UNKNOWN_OPERATION', message: string): Parsed {
    return { kind: 'usage', code, message: message.replaceAll(/\s*\n\s*/g, ' '), field: this.#field };
  }

  /** Commander ends the process and prints by itself unless told otherwise, per command. */
  #settle(command: Command): void {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => { this.#printed += text; },
        writeErr: (text) => { this.#complaint += text; },
        outputError: (text) => { this.#complaint = text; },
        getOutHelpWidth: () => 110,
        getErrHelpWidth: () => 110,
      })
      .helpOption('-h, --help', 'print this help')
      .helpCommand(false);
  }

  #addArea(area: string): void {
    const verbs = this.#data.verbs.filter((verb) => verb.area === area);
    const command = this.#program.command(area).description(`verbs: ${verbs.map((verb) => verb.verb).join(', ')}`);
    this.#settle(command);
    command.addHelpText('after', areaHelp(area, this.#data));
    for (const verb of verbs) this.#addVerb(command, verb);
  }

  #addVerb(area: Command, verb: VerbSpec): void {
    const command = area.command(verb.verb).description(verb.summary);
    this.#settle(command);
    command.addHelpText('after', verbHelp(verb, this.#data));
    for (const spec of verb.positional) command.addArgument(this.#argument(spec));
    for (const spec of [...verb.options, ...verb.extras]) command.addOption(this.#option(spec));
    command.action((...args: unknown[]) => {
      const given = new Map<string, unknown>();
      verb.positional.forEach((spec, index) => given.set(spec.field, args[index]));
      const options = command.opts<Record<string, unknown>>();
      // `--no-pin` is the field `pin`; commander names its value so as well.
      for (const option of command.options) given.set(fieldOf(option.name().replace(/^no-/u, '')), options[option.attributeName()]);
      const missing = verb.options.find((spec) => spec.required && given.get(spec.field) === undefined);
      if (missing !== undefined) {
        this.#field = missing.field;
        this.#found = this.#usage('INPUT_INVALID', `the option --${missing.option} is required`);
        return;
      }
      this.#found = { kind: 'run', verb, input: inputOf(verb, given), extras: extrasOf(given), globals: this.#globals() };
    });
  }

  #addServe(): void {
    const command = this.#program.command('serve')
      .description('Serve the console to a browser on this machine until it is stopped.')
      .option('--port <number>', 'port on the loopback address (default: a free one)')
      .option('--open', 'open a window on this machine')
      .option('--with-window', 'open a window and stop when it is closed');
    this.#settle(command);
    command.addHelpText('after', '\nExample:\n  sterownia serve --workspace . --port 8700\n\nThe link that it prints is good for one browser. Enter makes a new one; without a terminal SIGUSR2 does.\nWith --json each link is a line of JSON: {"workspace", "url", "one_time_url", "port"}. Stop it with Ctrl+C or SIGTERM;\nwithout a terminal it outlives the session that started it.');
    command.action(() => {
      const { port, open, withWindow } = command.opts<{ port?: string; open?: boolean; withWindow?: boolean }>();
      const globals = this.#globals();
      const argv = [
        ...(port === undefined ? [] : ['--port', port]), ...(open === true ? ['--open'] : []), ...(withWindow === true ? ['--with-window'] : []), ...(globals.json ? ['--json'] : []),
      ];
      this.#found = { kind: 'serve', argv, globals };
    });
  }

  #globals(): Globals {
    const options = this.#program.opts<{ workspace?: string; json?: boolean; quiet?: boolean; color: boolean }>();
    return { workspace: options.workspace ?? null, json: options.json === true, quiet: options.quiet === true, color: options.color };
  }

  #argument(spec: FieldSpec): Argument {
    const argument = new Argument(spec.required ? `<${spec.option}>` : `[${spec.option}]`, spec.description);
    return argument.argParser((text: string) => this.#read(spec, text, `<${spec.option}>`));
  }

  #option(spec: FieldSpec): Option {
    const flags = spec.kind === 'flag' ? `--${spec.option}` : `--${spec.option} <${placeholder(spec)}>`;
    const option = new Option(flags, optionText(spec));
    if (spec.kind === 'flag') return option;
    return option.argParser((text: string, previous: unknown) => {
      const value = this.#read(spec, text, `--${spec.option}`);
      return spec.repeatable ? [...(Array.isArray(previous) ? previous : []), value] : value;
    });
  }

  #read(spec: FieldSpec, text: string, name: string): unknown {
    try {
      return readValue(spec, text) ?? nothing;
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      this.#field = spec.field;
      this.#problem = `${name}: ${error.message}`;
      throw new InvalidArgumentError(error.message);
    }
  }
}

const fieldOf = (option: string): string => option.replaceAll('-', '_');

function inputOf(verb: VerbSpec, given: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const spec of [...verb.positional, ...verb.options]) {
    const value = given.get(spec.field);
    if (value !== undefined) input[spec.field] = value === nothing ? null : value;
  }
  return input;
}

function extrasOf(given: ReadonlyMap<string, unknown>): Extras {
  const text = (name: string): string | null => {
    const value = given.get(name);
    return typeof value === 'string' ? value : null;
  };
  // The confirmation is an option of plan verbs and an input field of `plans apply`; there it stays in the input.
  return { dryRun: given.get('dry_run') === true, confirmation: text('confirmation'), output: text('output') };
}

function placeholder(spec: FieldSpec): string {
  if (spec.choices.length > 0) return spec.choices.length <= 4 ? spec.choices.join('|') : 'choice';
  return { text: 'text', integer: 'n', number: 'number', json: 'json', flag: '' }[spec.kind];
}

function optionText(spec: FieldSpec): string {
  const notes = [
    spec.choices.length > 4 ? `one of ${spec.choices.join(', ')}` : '',
    spec.fallback === null || spec.description.includes('(default') ? '' : `default ${spec.fallback}`,
    spec.required ? 'required' : '',
    spec.nullable && spec.choices.length === 0 ? '"none" clears it' : '',
  ].filter((note) => note !== '');
  return notes.length === 0 ? spec.description : `${spec.description} (${notes.join('; ')})`.trim();
}
