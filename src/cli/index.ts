/** What builds and documents need of the command line. */
export { deriveCliData } from './verbs/derive.ts';
export { exitMeanings } from './verbs/exits.ts';
export { packageVersion } from './verbs/load.ts';
export { parseArguments, type Parsed } from './verbs/program.ts';
export { kebab, type CliData, type FieldSpec, type VerbSpec } from './verbs/spec.ts';
