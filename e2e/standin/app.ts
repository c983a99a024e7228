/** The application object: paths, the lock of the single instance, the events of starting and ending. */
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ShellApp } from '../../src/main/electronParts.ts';
import { preventable } from './contents.ts';
import { desktop } from './record.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

class StandInApp extends EventEmitter {
  readonly isPackaged = process.env['STANDIN_PACKAGED'] === '1';
  private readonly paths = new Map<string, string>();
  private readyNow = false;
  private readonly ready = new Promise<void>((resolve) => {
    setImmediate(() => {
      this.readyNow = true;
      resolve();
    });
  });
  private ending = false;
  /** Ends the process after what must be closed; set by the entry of the stand-in. */
  onExit: (code: number) => Promise<void> = async () => undefined;

  whenReady(): Promise<void> { return this.ready; }
  setName(): void { /* the name shows in menus only */ }
  setAppUserModelId(): void { /* Windows only */ }
  getVersion(): string { return '0.0.0-standin'; }
  getLocale(): string { return process.env['STANDIN_LOCALE'] ?? 'en-GB'; }

  enableSandbox(): void {
    if (this.readyNow) throw new Error('app.enableSandbox() can only be called before app is ready');
    desktop.sandboxed = true;
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path);
    mkdirSync(path, { recursive: true });
  }

  getPath(name: string): string {
    const appData = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
    const userData = this.paths.get('userData') ?? join(appData, 'Electron');
    const known: Readonly<Record<string, string>> = { appData, userData, logs: join(userData, 'logs'), home: homedir() };
    const path = this.paths.get(name) ?? known[name];
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  /** A second process leaves its arguments for the first and gets false. */
  requestSingleInstanceLock(): boolean {
    const folder = join(this.getPath('userData'), 'instances');
    mkdirSync(folder, { recursive: true });
    const lock = join(folder, 'lock');
    const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
    if (holder !== 0 && alive(holder)) {
      writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify({ argv: process.argv, cwd: process.cwd() }));
      return false;
    }
    writeFileSync(lock, String(process.pid));
    process.on('exit', () => rmSync(lock, { force: true }));
    watch(folder).on('change', () => this.readSecondInstances(folder)).unref();
    return true;
  }

  private readSecondInstances(folder: string): void {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8');
      if (text === '') continue;
      rmSync(path);
      const { argv, cwd } = JSON.parse(text) as { readonly argv: string[]; readonly cwd: string };
      this.emit('second-instance', preventable().event, argv, cwd);
    }
  }

  quit(): void {
    const before = preventable();
    this.emit('before-quit', before.event);
    if (before.prevented()) return;
    const will = preventable();
    this.emit('will-quit', will.event);
    if (!will.prevented()) this.exit(0);
  }

  exit(code = 0): void {
    if (this.ending) return;
    this.ending = true;
    void this.onExit(code).finally(() => process.exit(code));
  }
}

export const standInApp = new StandInApp();
export const app = standInApp as unknown as ShellApp & { emit: EventEmitter['emit'] };
export const profile = (): string => standInApp.getPath('userData');
