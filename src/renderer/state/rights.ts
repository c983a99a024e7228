/** What the window may offer to a person. The host decides; this only keeps buttons from promising too much. */
import { operationEntry, roles, type OperationName, type Role } from '#contract';
import type { Filter } from './address.ts';

export const mayDo = (role: Role, name: OperationName): boolean => roles.indexOf(role) >= roles.indexOf(operationEntry(name).role);

/** Sort order does not choose reports, so it stays out of a plan that acts on every match. */
export function planFilter(filter: Filter): Omit<Filter, 'sort' | 'sort_direction'> {
  const { sort: _sort, sort_direction: _direction, ...rest } = filter;
  return rest;
}
