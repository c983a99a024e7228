/** What the palette offers: every page, and every operation that makes sense without more context than the page. */
import type { OperationName, Role } from '#contract';
import type { Text } from '../../i18n/index.ts';
import { automodeActs, emptyFilter, modelTabs, startModels, type Filter, type Place } from '../../state/address.ts';
import { goTo } from '../../state/place.ts';
import { changePreferences } from '../../state/preferences.ts';
import { mayDo, planFilter } from '../../state/rights.ts';
import { openPlan, setOverlay, type PlanRequest } from '../../state/store.ts';
import { pages } from './pages.tsx';

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** Why it cannot be done now, or null. */
  readonly blocked: string | null;
  readonly run: () => void;
}

export interface ActionContext {
  readonly t: Text;
  readonly role: Role;
  readonly readOnly: boolean;
  readonly place: Place;
}

/** The filter of the report table, or the empty one on other pages. */
export const filterOf = (place: Place): Filter => (place.page === 'reports' ? place.filter : emptyFilter);

function blockedFor({ t, readOnly, role }: ActionContext, name: OperationName): string | null {
  if (readOnly) return t('shell.blocked.read_only');
  return mayDo(role, name) ? null : t('shell.blocked.role');
}

function planAction(context: ActionContext, id: string, label: string, request: PlanRequest): Action {
  const name = request.operation ?? 'plans.show';
  return { id, label, hint: name, blocked: blockedFor(context, name), run: () => openPlan(request) };
}

export function listActions(context: ActionContext): Action[] {
  const { t, place } = context;
  const filter = planFilter(filterOf(place));
  const go = pages.map((page): Action => ({
    id: `go.${page.name}`, label: t('shell.palette.go', { page: t(`shell.pages.${page.name}`) }), hint: t('shell.palette.page'), blocked: null, run: () => goTo(page.start),
  }));
  const simple = (id: string, label: string, hint: string, run: () => void): Action => ({ id, label, hint, blocked: null, run });
  const selected = place.page === 'reports' ? place.report : null;
  return [
    ...go,
    ...(selected === null ? [] : [planAction(context, 'delete', t('shell.palette.delete', { report: selected }), { operation: 'reports.delete', input: { path: selected } })]),
    planAction(context, 'purge', t('shell.palette.purge'), { operation: 'reports.purge', input: filter }),
    planAction(context, 'archive', t('shell.palette.archive'), { operation: 'reports.archive', input: filter }),
    planAction(context, 'empty', t('shell.palette.empty'), { operation: 'trash.empty', input: {} }),
    planAction(context, 'empty_expired', t('shell.palette.empty_expired'), { operation: 'trash.empty', input: { expired_only: true } }),
    simple('invalid', t('shell.palette.invalid'), 'reports.list', () => goTo({ page: 'reports', filter: { ...emptyFilter, summary_status: 'invalid' }, report: null, pageIndex: 0 })),
    simple('verify', t('shell.palette.verify'), 'journal.verify', () => goTo({ page: 'journal', seq: null, filter: {} })),
    simple('check', t('shell.palette.check'), 'workspace.check', () => goTo({ page: 'settings' })),
    ...automodeActs.map((act): Action => ({ id: `automode.${act}`, label: t(`automode.act.${act}`), hint: `automode.${act}`, blocked: blockedFor(context, `automode.${act}`), run: () => goTo({ page: 'automode', act }) })),
    ...modelTabs.filter((tab) => tab !== 'list').map((tab) => simple(`models.${tab}`, t('shell.palette.go', { page: `${t('shell.pages.models')}: ${t(`models.tab.${tab}`)}` }), t('shell.palette.page'), () => goTo({ ...startModels, tab }))),
    simple('workspace', t('shell.palette.workspace'), 'console.open_workspace', () => setOverlay('workspace')),
    simple('notifications', t('shell.palette.notifications'), 'console.notifications', () => setOverlay('notifications')),
    simple('dark', t('shell.palette.dark'), 'console.save_preferences', () => changePreferences({ theme: 'dark' })),
    simple('light', t('shell.palette.light'), 'console.save_preferences', () => changePreferences({ theme: 'light' })),
    simple('system', t('shell.palette.system'), 'console.save_preferences', () => changePreferences({ theme: 'system' })),
    simple('pl', 'Polski', 'console.save_preferences', () => changePreferences({ language: 'pl' })),
    simple('en', 'English', 'console.save_preferences', () => changePreferences({ language: 'en' })),
    simple('compact', t('shell.palette.compact'), 'console.save_preferences', () => changePreferences({ density: 'compact' })),
    simple('comfortable', t('shell.palette.comfortable'), 'console.save_preferences', () => changePreferences({ density: 'comfortable' })),
    simple('shortcuts', t('shell.shortcuts.title'), '?', () => setOverlay('shortcuts')),
    simple('about', t('shell.about.open'), '', () => setOverlay('about')),
  ];
}
