/**
 * Runs the built preload script in a page before the page's own scripts, as Electron does in the top frame. `require`
 * gives it `contextBridge` and `ipcRenderer` and nothing else; messages are structured clones in both directions.
 */

/** Names that the page must not stumble upon; attacks in the specs use them on purpose. */
export const bindingName = '__standinIpc';
export const permissionBindingName = '__standinPermission';
export const deliverName = '__standinDeliver';

/** Serialised into the page: it may use nothing from outside itself. */
function install(names: { readonly binding: string; readonly deliver: string }, run: (require: (name: string) => unknown) => void): void {
  if (window.top !== window) return;
  const globals = window as unknown as Record<string, unknown>;
  const listeners = new Map<string, Set<(event: unknown, ...values: unknown[]) => void>>();
  const send = globals[names.binding] as (channel: string, values: unknown[]) => Promise<void>;
  Object.defineProperty(window, names.deliver, {
    value: (channel: string, values: unknown[]): void => {
      for (const listener of listeners.get(channel) ?? []) listener({}, ...values);
    },
  });
  const ipcRenderer = {
    send: (channel: string, ...values: unknown[]): void => void send(channel, structuredClone(values)),
    on: (channel: string, listener: (event: unknown, ...values: unknown[]) => void): void => {
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(listener));
    },
    removeListener: (channel: string, listener: (event: unknown, ...values: unknown[]) => void): void => {
      listeners.get(channel)?.delete(listener);
    },
  };
  /** What crosses the bridge is copied and frozen: data cloned, functions wrapped. */
  const bridged = (value: unknown): unknown => {
    if (typeof value === 'function') {
      const inner = value as (...values: unknown[]) => unknown;
      return (...values: unknown[]) => bridged(inner(...values.map((each) => (typeof each === 'function' ? each : structuredClone(each)))));
    }
    if (Array.isArray(value)) return Object.freeze(value.map(bridged));
    if (typeof value !== 'object' || value === null) return value;
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, bridged(member)])));
  };
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown): void => {
      if (Object.hasOwn(globals, key)) throw new Error('Cannot bind an API on top of an existing property on the window object');
      Object.defineProperty(window, key, { value: bridged(api), enumerable: true, configurable: false, writable: false });
    },
  };
  run((name) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return { contextBridge, ipcRenderer };
  });
}

/** Asks for permission as Chromium would, so that the handlers of the program are what decides. */
function installPermissions(name: string): void {
  const ask = (window as unknown as Record<string, (permission: string, main: boolean) => Promise<boolean>>)[name];
  if (ask === undefined) return;
  const main = window.top === window;
  const refused = (): DOMException => new DOMException('Permission denied', 'NotAllowedError');
  if ('Notification' in window) {
    window.Notification.requestPermission = async () => (await ask('notifications', main) ? 'granted' : 'denied');
  }
  if (navigator.geolocation !== undefined) {
    navigator.geolocation.getCurrentPosition = (_found, failed) => void (async () => {
      if (!await ask('geolocation', main)) failed?.({ code: 1, message: 'denied', PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 });
    })();
  }
  if (navigator.mediaDevices !== undefined) {
    navigator.mediaDevices.getUserMedia = async () => {
      await ask('media', main);
      throw refused();
    };
  }
  if (navigator.clipboard !== undefined) {
    const write = navigator.clipboard.writeText.bind(navigator.clipboard);
    navigator.clipboard.writeText = async (text) => {
      if (!await ask('clipboard-sanitized-write', main)) throw refused();
      await write(text);
    };
    navigator.clipboard.readText = async () => {
      await ask('clipboard-read', main);
      throw refused();
    };
  }
}

export function preloadPageScript(preload: string): string {
  const names = JSON.stringify({ binding: bindingName, deliver: deliverName });
  return [
    // The type stripper's output of the functions above; helpers of a bundler must not be expected in the page.
    `(${installPermissions.toString()})(${JSON.stringify(permissionBindingName)});`,
    `(${install.toString()})(${names}, (require) => {`,
    '  const module = { exports: {} };',
    '  ((require, module, exports) => {',
    preload,
    '  })(require, module, module.exports);',
    '});',
  ].join('\n');
}
