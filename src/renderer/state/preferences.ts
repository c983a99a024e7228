/** Preferences are shown at once and saved behind; what could not be saved is said, not hidden. */
import type { Preferences } from '#contract';
import { formatAddress } from './address.ts';
import { getPlace, hasAddress, onPlace } from './place.ts';
import { showToast, useStore } from './store.ts';
import { addUnsaved, settleUnsaved, takeUnsaved, withUnsaved } from './unsaved.ts';

let timer: ReturnType<typeof setTimeout> | null = null;
let saving = false;
let failedText = '';

/** The sentence for a failed save, in the present language. */
export function setFailedText(text: string): void {
  failedText = text;
}

/** Sends what waits; one message at a time, unless the window may be gone before there is an answer. */
async function save(leaving = false): Promise<void> {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  const { transport } = useStore.getState();
  if (transport === null || (saving && !leaving)) return;
  const change = takeUnsaved();
  if (change === null) return;
  saving = true;
  const result = await transport.call('console.save_preferences', change);
  saving = false;
  settleUnsaved(result.ok);
  if (!result.ok && result.error.code !== 'HOST_GONE') showToast('attention', failedText);
  // What was set while this was on its way.
  if (result.ok && timer === null) void save();
}

function saveLater(delay: number): void {
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => void save(), delay);
}

export function changePreferences(change: Partial<Preferences>, delay = 400): void {
  const { model } = useStore.getState();
  if (model === null) return;
  addUnsaved(change);
  useStore.setState({ model: { ...model, snapshot: withUnsaved(model.snapshot) } });
  saveLater(delay);
}

/** The address of the window. Nothing drawn depends on it, so the model, and with it every page, is left as it is. */
function keepAddress(): void {
  const address = formatAddress(getPlace());
  if (!hasAddress() || address.length > 2000) return;
  addUnsaved({ last_address: address });
  saveLater(1500);
}

/** To be called once: the address is remembered, and a window that closes or is put away saves what still waits. */
export function keepPreferences(): void {
  onPlace(keepAddress);
  window.addEventListener('pagehide', () => void save(true));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void save(true);
  });
}
