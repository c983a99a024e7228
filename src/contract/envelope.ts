/** The result envelope and the messages between a door (IPC, WebSocket) and the runtime. */
import * as z from 'zod';
import { errorCodes, type ConsoleErrorBody } from './errors.ts';

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ConsoleErrorBody };

export const succeed = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (error: ConsoleErrorBody): Result<never> => ({ ok: false, error });

/** Progress of a long operation. `total` and `bytes_total` are null while still unknown. Bytes are plain bytes. */
export const progressSchema = z.object({
  phase: z.string(),
  done: z.number().int(),
  total: z.number().int().nullable(),
  bytes_done: z.number(),
  bytes_total: z.number().nullable(),
  item: z.string().nullable(),
});
export type Progress = Readonly<z.infer<typeof progressSchema>>;

export const errorBodySchema = z.object({
  code: z.enum(errorCodes as [string, ...string[]]),
  message: z.string(),
  remedy: z.string(),
  details: z.record(z.string(), z.unknown()),
});

/** From a window to its host. `id` is unique within the connection. */
export const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number().int().nonnegative(), operation: z.string().max(100), input: z.unknown() }).strict(),
  z.object({ type: z.literal('cancel'), id: z.number().int().nonnegative() }).strict(),
]);
export type Request = Readonly<z.infer<typeof requestSchema>>;

/** From a host to its windows. */
export type Message =
  | { readonly type: 'result'; readonly id: number; readonly result: Result<unknown> }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'event'; readonly event: EventEnvelope };

/** Every event carries the next number of one sequence; a gap tells the receiver to fetch the snapshot again. */
export interface EventEnvelope {
  readonly revision: number;
  readonly name: string;
  readonly payload: unknown;
}
