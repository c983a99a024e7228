/** What goes into an archive, what comes out, and the manifest that goes along. */
import * as z from 'zod';
import { archiveFormats } from '#contract';

export type ArchiveFormat = (typeof archiveFormats)[number];

/** One thing to archive, as the caller saw it. What is found different while copying ends the work. */
export interface SourceItem {
  /** Absolute. */
  readonly path: string;
  /** Inside the archive: `/`-separated, the first segment is the same for all items (the report's last segment). */
  readonly name: string;
  readonly kind: 'file' | 'link' | 'directory';
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly mode: number;
  /** Where given, a file that was replaced by a like one is noticed too. */
  readonly ino?: bigint;
  readonly dev?: bigint;
}

export const manifestSchemaName = 'sterownia.archive-manifest/1';

/**
 * `name` and `link_target` are the truth; `stored_name` and `stored_target` say how the format spells them where it
 * can't hold them as they are. `mtime` is exact to the nanosecond, also where the format is coarser.
 */
export const archivedFileSchema = z.object({
  name: z.string().min(1),
  stored_name: z.string().min(1).nullable(),
  kind: z.enum(['file', 'link', 'directory']),
  size: z.number().int().nonnegative(),
  mtime: z.string(),
  mode: z.string().regex(/^[0-7]{4}$/u),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u).nullable(),
  link_target: z.string().nullable(),
  stored_target: z.string().nullable(),
});
export type ArchivedFile = Readonly<z.infer<typeof archivedFileSchema>>;

/** Size and CRC-32 of the archive file as a whole: they cover the headers that the digests of the contents do not. */
export const containerSchema = z.object({
  size: z.number().int().nonnegative(),
  crc32: z.string().regex(/^[0-9a-f]{8}$/u),
});
export type Container = Readonly<z.infer<typeof containerSchema>>;

export const archiveManifestSchema = z.object({
  schema: z.literal(manifestSchemaName),
  /** Identifier of the report, or whatever else the caller names the origin by. */
  source: z.string(),
  /** Name of the archive that lies beside the manifest. */
  archive: z.string().min(1),
  format: z.enum(archiveFormats),
  created_at: z.string(),
  /** Token of the work that made it; ties a published manifest to staged files after a crash. */
  token: z.string(),
  /** Null for the directory format. */
  container: containerSchema.nullable(),
  totals: z.object({ files: z.number().int(), links: z.number().int(), directories: z.number().int(), bytes: z.number() }),
  files: z.array(archivedFileSchema),
});
export type ArchiveManifest = Readonly<z.infer<typeof archiveManifestSchema>>;

/** An archive under a name of its own, beside the final one; its content may still be on the way to the disk. */
export interface Draft {
  readonly token: string;
  readonly format: ArchiveFormat;
  /** Final path of the archive and of its manifest. */
  readonly destination: string;
  readonly manifestDestination: string;
  /** Where they lie until they are published. */
  readonly archivePath: string;
  readonly manifestPath: string;
  readonly manifest: ArchiveManifest;
  /** Bytes of the archive, or of the files in it for the directory format. */
  readonly bytes: number;
}

/** A draft that was made durable and has its manifest beside it, durable as well. Only `settleDrafts` makes one. */
export interface Staged extends Draft {
  readonly settled: true;
}
