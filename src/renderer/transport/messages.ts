/** Nothing that arrives from a host is used before its shape was checked here. */
import {
  errorBodySchema, errorTable, events, progressSchema,
  type ConsoleErrorBody, type ErrorCode, type EventEnvelope, type EventName, type Message, type Result,
} from '#contract';

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

function parseError(value: unknown): ConsoleErrorBody | null {
  const parsed = errorBodySchema.safeParse(value);
  if (!parsed.success || !isErrorCode(parsed.data.code)) return null;
  return { ...parsed.data, code: parsed.data.code };
}

function parseResult(value: unknown): Result<unknown> | null {
  if (!isRecord(value)) return null;
  if (value['ok'] === true && 'value' in value) return { ok: true, value: value['value'] };
  const error = value['ok'] === false ? parseError(value['error']) : null;
  return error === null ? null : { ok: false, error };
}

function parseEvent(value: unknown): EventEnvelope | null {
  if (!isRecord(value) || !isCount(value['revision']) || typeof value['name'] !== 'string') return null;
  return { revision: value['revision'], name: value['name'], payload: value['payload'] };
}

/** The message, or null when it has no known shape. */
export function parseMessage(value: unknown): Message | null {
  if (!isRecord(value)) return null;
  if (value['type'] === 'event') {
    const event = parseEvent(value['event']);
    return event === null ? null : { type: 'event', event };
  }
  const id = value['id'];
  if (!isCount(id)) return null;
  if (value['type'] === 'progress') {
    const progress = progressSchema.safeParse(value['progress']);
    return progress.success ? { type: 'progress', id, progress: progress.data } : null;
  }
  if (value['type'] !== 'result') return null;
  const result = parseResult(value['result']);
  return result === null ? null : { type: 'result', id, result };
}

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}
