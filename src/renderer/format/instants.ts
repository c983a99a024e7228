/** Instants as date fields hold them: text in the zone of this computer, and the instant in UTC that it stands for. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-20T10:30` in the zone of this computer; empty where the value is no instant. */
export function localInput(value: string | null): string {
  const date = value === null ? null : new Date(value);
  if (date === null || Number.isNaN(date.getTime())) return '';
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant in UTC to the second; null where the text is empty or no instant. */
export function instantOfInput(text: string): string | null {
  const at = new Date(text).getTime();
  return text === '' || Number.isNaN(at) ? null : `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The day at the begin of a date or of an instant; empty where there is none. */
export const dayOf = (value: string | null | undefined): string => /^\d{4}-\d{2}-\d{2}/u.exec(value ?? '')?.[0] ?? '';

export const zoneName = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
