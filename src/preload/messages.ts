/** The shapes that pass the bridge, checked without the schema library, which the sandbox has no room for. */

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isId = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** A request with exactly the known members, made anew, or null. The host checks it again with the real schemas. */
export function requestOf(raw: unknown, operations: ReadonlySet<string>): Fields | null {
  if (!isFields(raw) || !isId(raw['id'])) return null;
  const { type, id, operation, input } = raw;
  if (type === 'cancel') return { type, id };
  if (type !== 'call' || typeof operation !== 'string' || !operations.has(operation)) return null;
  return { type, id, operation, input };
}

/** A message of the host with exactly the known members, made anew, or null. */
export function messageOf(raw: unknown): Fields | null {
  if (!isFields(raw)) return null;
  const { type, id, result, progress, event } = raw;
  if (type === 'result') return isId(id) && isFields(result) && typeof result['ok'] === 'boolean' ? { type, id, result } : null;
  if (type === 'progress') return isId(id) && isFields(progress) ? { type, id, progress } : null;
  if (type !== 'event' || !isFields(event)) return null;
  return typeof event['name'] === 'string' && isId(event['revision']) ? { type, event } : null;
}
