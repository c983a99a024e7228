/** Where Strategy Management is, and the questions that its parts share. */
import { useEffect, useRef } from 'react';
import type { EventName, OperationOutput } from '#contract';
import { startModels, type ModelsPlace } from '../../state/address.ts';
import { getPlace, goTo, usePlace } from '../../state/place.ts';
import { useFromSnapshot } from '../../state/store.ts';
import { useOperation, type Query } from '../../state/useOperation.ts';

export type ModelRow = OperationOutput<'models.list'>['models'][number];
export type ModelHistory = OperationOutput<'models.history'>;

const placeOf = (place: ReturnType<typeof getPlace>): ModelsPlace => (place.page === 'models' ? place : startModels);

export const useModelsPlace = (): ModelsPlace => placeOf(usePlace());

/** What is not named stays as it is. */
export const goModels = (change: Partial<Omit<ModelsPlace, 'page'>>, how: 'push' | 'replace' = 'push'): void => goTo({ ...placeOf(getPlace()), ...change }, how);

/** Pins and promotions of other programs come through the journal. */
export const modelEvents: readonly EventName[] = ['models.changed', 'models.touched', 'journal.appended', 'retraining.changed'];
export const gateEvents: readonly EventName[] = [...modelEvents, 'signoffs.changed', 'plans.changed'];

export const useModels = (): Query<OperationOutput<'models.list'>> => useOperation('models.list', {}, modelEvents);

/** Jobs and feeds are set up in the configuration: another one is another answer. */
export function useAgainOnPolicy(reload: () => void): void {
  const policy = useFromSnapshot((snapshot) => snapshot.policy.retraining);
  const seen = useRef(policy);
  useEffect(() => {
    if (seen.current === policy) return;
    seen.current = policy;
    reload();
  }, [policy, reload]);
}
