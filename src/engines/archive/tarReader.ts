/**
 * Takes a tar apart while its bytes pass, without a stream for each entry: what archives of thousands of small files
 * are verified with. It reads what the console's archives are made of (classic headers, extended ones for one entry)
 * and refuses everything else, with an error that says what it met.
 */

const blockBytes = 512;
const sizeAt = 124;
const checksumAt = 148;
const typeAt = 156;
const linkAt = 157;
const magicAt = 257;
const prefixAt = 345;
/** Extended headers hold a name, a target and a time. */
const extendedLimit = 1 << 20;

export interface TarHeader {
  readonly name: string;
  readonly kind: 'file' | 'link' | 'directory';
  readonly size: number;
  readonly target: string | null;
}

/** What meets the entries, in the order of the archive. Pieces of content are valid only during the call. */
export interface TarVisitor {
  entry(header: TarHeader): void;
  content(bytes: Buffer): void;
  end(): void;
}

const kinds: Readonly<Record<string, TarHeader['kind']>> = { '0': 'file', '\0': 'file', '2': 'link', '5': 'directory' };

function textAt(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return block.toString('utf8', at, end < 0 || end > at + length ? at + length : end);
}

function numberAt(block: Buffer, at: number, length: number): number {
  // A set first bit says that the number is binary; eight bytes hold every size that there is.
  if (block.readUInt8(at) === 0x80) return Number(block.readBigUInt64BE(at + length - 8));
  const text = block.toString('latin1', at, at + length).replace(/[\0 ]+$/u, '').trimStart();
  if (!/^[0-7]*$/u.test(text)) throw new Error('a header holds no number where one belongs');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** The sum over the header, its own field counted as blanks. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < checksumAt; at += 1) sum += block[at] ?? 0;
  for (let at = checksumAt + 8; at < blockBytes; at += 1) sum += block[at] ?? 0;
  return sum;
}

/** `<length> <key>=<value>\n` again and again; the length counts the whole record. */
function recordsOf(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(bytes.toString('latin1', at, space));
    const record = Number.isInteger(length) && length > 0 ? bytes.toString('utf8', space + 1, at + length) : '';
    const equals = record.indexOf('=');
    if (equals < 1 || at + length > bytes.length || !record.endsWith('\n')) throw new Error('an extended header is damaged');
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    at += length;
  }
  return records;
}

const nothing: ReadonlyMap<string, string> = new Map();

/** Feed it the bytes of the archive in any pieces, then `finish`. */
export class TarReader {
  private readonly visitor: TarVisitor;
  private readonly partial = Buffer.alloc(blockBytes);
  private filled = 0;
  /** Bytes of content, and of padding after it, that are still to come. */
  private content = 0;
  private padding = 0;
  private extended: Buffer[] | null = null;
  private records = nothing;
  private ended = false;

  constructor(visitor: TarVisitor) {
    this.visitor = visitor;
  }

  feed(bytes: Buffer): void {
    let at = 0;
    // After its end mark a tar may be filled up; the checksum of the whole file covers that.
    while (at < bytes.length && !this.ended) {
      const left = bytes.length - at;
      if (this.content > 0) {
        const length = Math.min(this.content, left);
        this.takeContent(bytes.subarray(at, at + length));
        at += length;
      } else if (this.padding > 0) {
        const length = Math.min(this.padding, left);
        this.padding -= length;
        at += length;
      } else if (this.filled === 0 && left >= blockBytes) {
        this.takeHeader(bytes.subarray(at, at + blockBytes));
        at += blockBytes;
      } else {
        const length = bytes.copy(this.partial, this.filled, at, Math.min(at + blockBytes - this.filled, bytes.length));
        this.filled += length;
        at += length;
        if (this.filled < blockBytes) return;
        this.filled = 0;
        this.takeHeader(this.partial);
      }
    }
  }

  finish(): void {
    if (this.content > 0 || this.padding > 0 || this.filled > 0 || this.extended || !this.ended) throw new Error('the archive ends too early');
  }

  private takeHeader(block: Buffer): void {
    const sum = checksumOf(block);
    if (sum === 8 * 0x20) {
      this.ended = true;
      return;
    }
    if (sum !== numberAt(block, checksumAt, 8) || block.toString('latin1', magicAt, magicAt + 5) !== 'ustar') throw new Error('a header is damaged');
    const size = numberAt(block, sizeAt, 12);
    const type = block.toString('latin1', typeAt, typeAt + 1);
    if (type === 'x') {
      if (size === 0 || size > extendedLimit) throw new Error('an extended header is damaged');
      this.extended = [];
    } else {
      this.takeEntry(block, type, size);
    }
    this.content = size;
    this.padding = (blockBytes - (size % blockBytes)) % blockBytes;
    if (size === 0) this.visitor.end();
  }

  private takeEntry(block: Buffer, type: string, size: number): void {
    const { records } = this;
    this.records = nothing;
    const prefix = textAt(block, prefixAt, 155);
    const short = textAt(block, 0, 100);
    const name = records.get('path') ?? (prefix === '' ? short : `${prefix}/${short}`);
    const kind = kinds[type];
    if (!kind) throw new Error(`${name} is a thing of unknown kind (${JSON.stringify(type)})`);
    const target = kind === 'link' ? records.get('linkpath') ?? textAt(block, linkAt, 100) : null;
    this.visitor.entry({ name, kind, size, target });
  }

  private takeContent(bytes: Buffer): void {
    this.content -= bytes.length;
    if (!this.extended) {
      this.visitor.content(bytes);
      if (this.content === 0) this.visitor.end();
      return;
    }
    this.extended.push(Buffer.from(bytes));
    if (this.content > 0) return;
    this.records = recordsOf(Buffer.concat(this.extended));
    this.extended = null;
  }
}
