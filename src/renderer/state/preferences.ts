/** Preferences are shown at once and saved behind; what could not be saved is said, not hidden. */
import type { Preferences } from '#contract';
import { showToast, useStore } from './store.ts';

let timer: ReturnType<typeof setTimeout> | null = null;
let failedText = '';

/** The sentence for a failed save, in the present language. */
export function setFailedText(text: string): void {
  failedText = text;
}

/** All fields are sent, because a field that is left out means its default. */
async function save(): Promise<void> {
  const { transport, model } = useStore.getState();
  if (transport === null || model === null) return;
  const result = await transport.call('console.save_preferences', model.snapshot.preferences);
  if (!result.ok && result.error.code !== 'HOST_GONE') showToast('attention', failedText);
}

export function changePreferences(change: Partial<Preferences>, delay = 400): void {
  const { model } = useStore.getState();
  if (model === null) return;
  const preferences = { ...model.snapshot.preferences, ...change };
  useStore.setState({ model: { ...model, snapshot: { ...model.snapshot, preferences } } });
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => void save(), delay);
}
