/** The one contract behind every door. Imports zod and nothing else. */
export * from './common.ts';
export * from './console.ts';
export * from './envelope.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './journal.ts';
export * from './operations.ts';
export * from './plans.ts';
export * from './reports.ts';
export * from './table.ts';
export * from './transport.ts';
export * from './trash.ts';
export * from './workspace.ts';
export * from './retraining.ts';
export * from './models.ts';
export * from './artifacts.ts';
export * from './signoffs.ts';
