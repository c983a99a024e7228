/** Promise: a pin is set and ended by a person with a reason, durably, and the journal says so. */
import { join } from 'node:path';
import { ConsoleError, type Actor } from '#contract';
import { asideOf, subjectKey } from './change.ts';
import { commitChange, settleFolder, type Change } from './commit.ts';
import { underLock, type ModelsParts } from './parts.ts';
import { holds, pinOf, pinText, releasedText, type Pin } from './pins.ts';
import { checkModelName, defaults, fileNames, folderOf, modelFolder } from './places.ts';
import { pinEnd, requireReason } from './promotion.ts';
import { championReport, digestOf, openRegistry, readState, type ModelState } from './registry.ts';
import { microsOfText, nowText, stampOf } from './times.ts';
import { versionOf } from './values.ts';

export interface PinRequest {
  readonly model: string;
  readonly reason: string;
  /** When the pin ends by itself; default: never. */
  readonly until?: string | undefined;
  readonly base_dir?: string | undefined;
  readonly actor: Actor;
  readonly confined?: boolean | undefined;
}

export interface PinAnswer {
  readonly model: string;
  readonly pin: Pin | null;
}

interface Prepared {
  readonly state: ModelState;
  readonly at: string;
  readonly reason: string;
  readonly folder: string;
  readonly quality: string;
}

function change(parts: ModelsParts, request: PinRequest, what: Prepared, made: { readonly type: string; readonly text: string; readonly aside: string | null; readonly data: Readonly<Record<string, unknown>> }): PinAnswer {
  const { state, at, folder } = what;
  const planned: Change = {
    id: `${state.name}/${made.type}_${stampOf(at)}_${parts.context.ids.next()}`, plan_id: null, model: state.name, operation: made.type === 'model_pinned' ? 'models.pin' : 'models.unpin',
    actor: request.actor, audit: null, steps: [{ name: fileNames.pin, text: made.text, aside: made.aside }], before: { [fileNames.pin]: digestOf(state.pin) },
    journal: { type: made.type, data: { model_name: state.name, key: subjectKey(parts.context, what.quality, state.name), reason: what.reason, decided_at: at, ...made.data } },
    decision: null, event: null,
  };
  commitChange(parts, folder, planned);
  return { model: state.name, pin: pinOf(readState(parts.context, join(folder, fileNames.pin)), microsOfText(at) ?? 0) };
}

function prepared<T>(parts: ModelsParts, request: PinRequest, work: (what: Prepared) => T): T {
  const quality = folderOf(parts.context, request.base_dir, defaults.quality, 'base_dir', request.confined ?? false);
  const model = checkModelName(request.model);
  const reason = requireReason(request.reason);
  const folder = modelFolder(parts.context, quality, model);
  return underLock(parts.context, `pin of ${model}`, () => {
    settleFolder(parts, folder);
    const state = openRegistry(parts.context, quality).model(model);
    return work({ state, at: nowText(parts.context.clock), reason, folder, quality });
  });
}

export const pinModel = (parts: ModelsParts, request: PinRequest): PinAnswer => prepared(parts, request, (what) => {
  const report = championReport(what.state);
  const version = versionOf(report);
  if (report === null || version === null) {
    throw new ConsoleError('NOT_FOUND', `${what.state.name} has no champion that could be pinned. Nothing was changed.`, { remedy: 'Promote a challenger first.', details: { field: 'model' } });
  }
  const until = pinEnd(request.until, what.at);
  const text = pinText({ model: what.state.name, version: report.get('version') ?? version, at: what.at, by: request.actor.name, until, reason: what.reason });
  return change(parts, request, what, {
    type: 'model_pinned', text, aside: asideOf(what.state.pin, fileNames.pin, what.at),
    data: { pin: { version, pinned_at: what.at, pinned_by: request.actor.name, until, reason: what.reason } },
  });
});

export const unpinModel = (parts: ModelsParts, request: PinRequest): PinAnswer => prepared(parts, request, (what) => {
  const pin = pinOf(what.state.pin, microsOfText(what.at) ?? 0);
  if (!holds(pin)) {
    throw new ConsoleError('NOT_FOUND', `${what.state.name} is not pinned. Nothing was changed.`, { remedy: 'See "sterownia models list".', details: { field: 'model' } });
  }
  const before = what.state.pin.kind === 'value' ? what.state.pin.value : new Map();
  return change(parts, request, what, {
    type: 'model_unpinned', text: releasedText(before, what.at, request.actor.name, what.reason), aside: asideOf(what.state.pin, fileNames.pin, what.at), data: { pin: null },
  });
});
