/** Schemas that several areas share. Everything that is written to disk or printed uses snake_case keys. */
import * as z from 'zod';

/** UTC instant as ISO 8601 text ending in `+00:00` (reports, as the earlier tools write it) or `Z` (our own documents). */
export const instant = z.string().min(1);

/** Who acted. `source` says how the name is known: from the operating system's account, or declared by the caller. */
export const actorSchema = z.object({
  name: z.string().min(1),
  os_user: z.string(),
  host: z.string(),
  door: z.enum(['window', 'cli', 'loop', 'recovery']),
});
export type Actor = Readonly<z.infer<typeof actorSchema>>;

/** Rows per page of a table in the window; keeps a page below the 64 KiB that cross a process boundary cheaply. */
export const page = {
  limit: z.number().int().min(1).max(1000).default(100).describe('rows to return, 1 to 1000'),
  offset: z.number().int().min(0).default(0).describe('rows to skip'),
};

export const pageInfoSchema = z.object({
  total_count: z.number().int(),
  returned_count: z.number().int(),
  limit: z.number().int().nullable(),
  offset: z.number().int().nullable(),
  has_more: z.boolean(),
  has_previous: z.boolean(),
});
export type PageInfo = Readonly<z.infer<typeof pageInfoSchema>>;

/** Reasons are asked for where a person overrules something; ten characters rule out "ok" and "x". */
export const reason = z.string().trim().min(10).max(1024);
