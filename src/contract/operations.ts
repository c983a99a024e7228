/** The table: every operation of the console, gathered from its areas, with the types derived from it. */
import type * as z from 'zod';
import { artifactOperations } from './artifacts.ts';
import { automodeOperations } from './automode.ts';
import { consoleOperations } from './console.ts';
import { journalOperations } from './journal.ts';
import { modelOperations } from './models.ts';
import { planOperations } from './plans.ts';
import { reportOperations } from './reports.ts';
import { retrainingOperations } from './retraining.ts';
import { signOffOperations } from './signoffs.ts';
import type { Operation } from './table.ts';
import { trainingOperations } from './training.ts';
import { trashOperations } from './trash.ts';
import { workspaceOperations } from './workspace.ts';

export const operations = {
  ...workspaceOperations,
  ...reportOperations,
  ...planOperations,
  ...trashOperations,
  ...journalOperations,
  ...retrainingOperations,
  ...trainingOperations,
  ...modelOperations,
  ...artifactOperations,
  ...signOffOperations,
  ...automodeOperations,
  ...consoleOperations,
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
/** What a caller writes: defaults may be left out. */
export type OperationInput<N extends OperationName> = z.input<(typeof operations)[N]['input']>;
/** What a handler gets: defaults filled in. */
export type OperationParsed<N extends OperationName> = Readonly<z.output<(typeof operations)[N]['input']>>;
export type OperationOutput<N extends OperationName> = z.output<(typeof operations)[N]['output']>;

export const operationNames = Object.keys(operations) as readonly OperationName[];

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** The entry under its general type, for code that treats all operations alike. */
export function operationEntry(name: OperationName): Operation {
  return operations[name];
}
