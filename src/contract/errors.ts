/**
 * Every way in which an operation can fail, as a closed list.
 *
 * A code is what programs act on: the window translates it, the command line maps it to an exit status. The message
 * is for people and logs; nobody parses it. Exit statuses are documented in `docs/operations.md`, which is derived
 * from this table.
 */
export const errorTable = {
  INPUT_INVALID: { exit: 2, summary: 'A field of the request is missing or wrong; the field and the remedy are named.' },
  UNKNOWN_OPERATION: { exit: 2, summary: 'There is no operation or option of that name.' },
  PATH_OUTSIDE_ROOT: { exit: 2, summary: 'The path leaves the folder that it must stay in.' },
  PATH_INVALID: { exit: 2, summary: 'The path is blank, too long, or holds characters that no file name can have.' },
  NOT_SUPPORTED_HERE: { exit: 2, summary: 'This host cannot do it, for example because it has no desktop.' },
  FORBIDDEN: { exit: 3, summary: 'The role of the person who asks does not include this operation.' },
  LICENCE_REQUIRED: { exit: 3, summary: 'The licence does not include this operation.' },
  READ_ONLY: { exit: 3, summary: 'The console is open for reading only.' },
  APPROVAL_REQUIRED: { exit: 3, summary: 'The policy asks for an approval before this plan may be applied.' },
  APPROVER_IS_AUTHOR: { exit: 3, summary: 'The policy asks for a second person: the author may not approve.' },
  CONFIRMATION_REQUIRED: { exit: 3, summary: 'The act must be confirmed with the word that its preview names.' },
  PLAN_STALE: { exit: 3, summary: 'What the plan describes has changed on disk; each difference is listed.' },
  PLAN_EXPIRED: { exit: 3, summary: 'The plan is past its expiry and must be made again.' },
  PLAN_STATE: { exit: 3, summary: 'The plan is not in a state that allows this, for example used or rejected.' },
  PLAN_ALTERED: { exit: 8, summary: 'The stored plan no longer matches its own digest.' },
  GATE_SHUT: { exit: 3, summary: 'A guardrail or a missing sign-off stands against it; each is named.' },
  PROTECTED: { exit: 3, summary: 'The target is protected by the policy.' },
  CONFLICT: { exit: 3, summary: 'Something else stands where this would be put; nothing was overwritten.' },
  REVISION_CONFLICT: { exit: 4, summary: 'Another program changed the document in between; read it again.' },
  BUSY: { exit: 4, summary: 'Another process holds the lock; its owner is named.' },
  NOT_FOUND: { exit: 7, summary: 'There is nothing of that name.' },
  DOCUMENT_CORRUPT: { exit: 8, summary: 'A document of the console cannot be read; it was kept aside.' },
  DOCUMENT_NEWER: { exit: 8, summary: 'A document was written by a newer version and is left alone.' },
  INTEGRITY: { exit: 8, summary: 'A check of hashes or signatures failed; the entry or file is named.' },
  NO_SPACE: { exit: 6, summary: 'The disk has not enough free space.' },
  IO: { exit: 6, summary: 'The operating system refused a file operation; path and reason are given.' },
  CANCELLED: { exit: 130, summary: 'The operation was stopped on request; what was done until then is reported.' },
  HOST_GONE: { exit: 6, summary: 'The connection to the console was lost.' },
  INTERNAL: { exit: 1, summary: 'A defect of the console; the log has the details.' },
} as const satisfies Record<string, { readonly exit: number; readonly summary: string }>;

export type ErrorCode = keyof typeof errorTable;

export const errorCodes = Object.keys(errorTable) as readonly ErrorCode[];

/** Exit statuses of results that are no errors of the request itself. */
export const resultExit = { ok: 0, partial: 5, failed: 6, problems: 8 } as const;

/** What crosses every door when an operation fails. `field` inside details names the input field at fault. */
export interface ConsoleErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The thrown form of {@link ConsoleErrorBody}; engines throw it, the runtime turns it into an envelope. */
export class ConsoleError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ConsoleErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ConsoleError';
    this.code = code;
    this.remedy = options.remedy ?? '';
    this.details = options.details ?? {};
  }

  toBody(): ConsoleErrorBody {
    return { code: this.code, message: this.message, remedy: this.remedy, details: this.details };
  }
}

export interface ConsoleErrorOptions {
  readonly remedy?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** True for errors of this contract, also when they come from another copy of the module. */
export function isConsoleError(error: unknown): error is ConsoleError {
  return error instanceof Error && error.name === 'ConsoleError' && 'code' in error;
}
