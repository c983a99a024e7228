/**
 * The order of a start, which Electron's rules fix: profile, single instance, sandbox and scheme before it is ready;
 * guards and files before the first window.
 */
import { readFile } from 'node:fs/promises';
import type { Console, OpenOptions } from '#runtime';
import { appScheme } from './addresses.ts';
import { openAppFiles } from './appFiles.ts';
import { guardAllContents } from './contentsGuard.ts';
import { describeError, installCrashHandlers } from './crash.ts';
import type { ElectronParts } from './electronParts.ts';
import { openProgramLog, type ProgramLog } from './log.ts';
import { guardSession, type GuardedSession } from './sessionGuard.ts';
import { Shell, type ShellPaths } from './shell.ts';
import { chooseLanguage, shellText, type ShellText } from './shellText.ts';
import { parseStartArguments, type StartArguments } from './startArguments.ts';

export interface LaunchOptions {
  readonly electron: ElectronParts;
  readonly openConsole: (options: OpenOptions) => Promise<Console>;
  readonly process: Pick<NodeJS.Process, 'on' | 'argv' | 'cwd' | 'platform' | 'versions'>;
  readonly rendererRoot: string;
  /** Folder of the browser engine's profile, the window's state and the program's log. */
  readonly profile: string;
  readonly paths: ShellPaths;
}

function prepare({ electron, profile }: LaunchOptions): void {
  const { app, protocol, crashReporter } = electron;
  app.setName('Sterownia');
  // Windows shows notifications only of programs that it knows by this name; it is the packer's `appId`.
  app.setAppUserModelId('pl.sterownia.console');
  app.setPath('userData', profile);
  crashReporter.start({ uploadToServer: false });
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: { standard: true, secure: true, codeCache: true } }]);
}

async function guardAndServe(options: LaunchOptions, log: ProgramLog): Promise<void> {
  const { app, session } = options.electron;
  const serve = await openAppFiles({ root: options.rendererRoot, readFile });
  const prepared = new Set<GuardedSession>();
  const guard = (target: GuardedSession): void => {
    if (prepared.has(target)) return;
    prepared.add(target);
    guardSession(target, { log, developerTools: !app.isPackaged, platform: options.process.platform });
  };
  app.on('session-created', guard);
  guard(session.defaultSession);
  session.defaultSession.protocol.handle(appScheme, serve);
}

function watchProcesses({ app }: ElectronParts, log: ProgramLog): void {
  app.on('child-process-gone', (_event, details) => {
    log.error('a helper process ended', { kind: details.type, reason: details.reason, exit_code: details.exitCode });
  });
  app.on('certificate-error', (event, _contents, url, _error, _certificate, callback) => {
    event.preventDefault();
    log.warn('refused a certificate', { url: url.slice(0, 300) });
    callback(false);
  });
}

/** Resolves once the window is up, or once it is clear that there will be none. */
export async function launch(options: LaunchOptions): Promise<void> {
  const { electron } = options;
  const { app, dialog } = electron;
  prepare(options);
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  const log = openProgramLog(app.getPath('logs'));
  const early = (): ShellText => shellText[chooseLanguage(null, app.getLocale())];
  let shell: Shell | null = null;
  installCrashHandlers({
    process: options.process,
    log,
    text: () => shell?.text() ?? early(),
    showError: (title, body) => dialog.showErrorBox(title, body),
    exit: (code) => app.exit(code),
  });
  guardAllContents(app, log);
  watchProcesses(electron, log);
  const asked = parseStartArguments(options.process.argv, options.process.cwd());
  // Until the first start is over there is nothing to switch; what was asked for last is done then.
  let up = false;
  let askedMeanwhile: StartArguments | null = null;
  app.on('second-instance', (_event, argv, workingDirectory) => {
    const again = parseStartArguments(argv, workingDirectory);
    if (up) void shell?.startedAgain(again);
    else askedMeanwhile = again;
  });
  app.on('activate', () => shell?.showWindow(null));
  app.on('window-all-closed', () => {
    if (options.process.platform !== 'darwin') app.quit();
  });
  await app.whenReady();
  try {
    await guardAndServe(options, log);
    shell = new Shell({
      electron, openConsole: options.openConsole, paths: options.paths, log, platform: options.process.platform, versions: options.process.versions,
    });
    if (!await shell.start(asked)) return app.exit(1);
    up = true;
    const again: StartArguments | null = askedMeanwhile;
    if (again !== null) await shell.startedAgain(again);
  } catch (error) {
    log.error('the start failed', describeError(error));
    log.flush();
    dialog.showErrorBox(early().cannotStartTitle, error instanceof Error ? error.message : String(error));
    app.exit(1);
  }
}
